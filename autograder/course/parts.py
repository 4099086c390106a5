"""The parts of a course: six milestones, and the extra units beside them."""

import importlib
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Annotated

import msgspec
from msgspec import Meta

from autograder.course import folders

CHECKS = Path(__file__).parents[1] / "checks"


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What milestones and units have in common: the names that their files go by everywhere."""

    id: Annotated[str, Meta(description="m1, m2, ...: milestones that are not listed are not used")]
    folder: Annotated[
        str, Meta(description="of a milestone of your own: its folder, beside this file")
    ]
    module: Annotated[str, Meta(description="of your own: the learner's module, such as rnn")]
    title: Annotated[str, Meta(description="of your own: what it is called")]
    built: Annotated[
        str, Meta(description='of your own: what learners have in the end, after "You built"')
    ] = ""
    home: str = ""  # where the folder lies, if it is a course's own and not the kit's

    @property
    def checks(self) -> list[ModuleType]:
        """The modules of its checks, in order."""
        if self.home:
            return [folders.load_checks(Path(self.home), f"checks_of_{self.id}")]
        return _load_modules(f"autograder.checks.{self.folder}")

    @property
    def table(self) -> Path:
        """The file that lists its checks."""
        return find_table(self.folder, self.home)

    @property
    def probes(self) -> str:
        """Its probe module, in the form that a zygote takes."""
        if self.home:
            return f"{self.id}={Path(self.home, folders.PROBE)}"
        return f"{self.id}=autograder.worker.probes.{self.folder}"

    @property
    def package(self) -> str:
        """The name of its folders in a kit."""
        return re.sub(r"\W", "_", self.folder)

    @property
    def own_sha256(self) -> str:
        """The hash of what judges it, where that lies outside the kit."""
        return folders.folder_sha256(Path(self.home)) if self.home else ""

    @property
    def name(self) -> str:
        """What a stub calls it: ``milestone 3``, ``unit x.norm``."""
        return f"unit {self.id}" if self.is_extra else f"milestone {self.id.removeprefix('m')}"

    @property
    def is_extra(self) -> bool:
        """Whether it stands beside the six milestones."""
        return False

    @property
    def core_checks(self) -> Sequence[str]:
        """The checks of milestones without which its points do not count."""
        return ()

    @property
    def questions(self) -> Sequence[str]:
        """What a person asks of its prose, which no machine judges."""
        return ()

    @property
    def most_by_person(self) -> float:
        """The points that a person may add for it."""
        return 0.0


def find_table(folder: str, home: str) -> Path:
    """Return the table of checks of a milestone of the kit, or of a course's own in `home`."""
    return (Path(home) if home else CHECKS / folder) / folders.TABLE


def _load_modules(name: str) -> list[ModuleType]:
    """Return the modules of a package that its ``PARTS`` names."""
    parts: Sequence[str] = importlib.import_module(name).PARTS
    return [importlib.import_module(f"{name}.{part}") for part in parts]


class Milestone(Part, frozen=True, forbid_unknown_fields=True):
    """One of the six, worth 100 points."""

    weight: Annotated[
        float, Meta(ge=0, description="its share of the final grade, beside the others' weights")
    ] = 1.0
    deadline: Annotated[
        datetime | None, Meta(description="such as 2026-10-01T23:59:00+02:00, with the time zone")
    ] = None
    extra_credit: Annotated[
        bool, Meta(description="whether its points only add to the grade, and can be left out")
    ] = False

    @property
    def number(self) -> int:
        """Its number in the course, from 1."""
        return int(self.id.removeprefix("m"))


class Unit(Part, frozen=True, forbid_unknown_fields=True):
    """An extra beside the six: optional, with a file of its own.

    Attributes
    ----------
    after : str
        The milestone that it builds on, and all before; '' for none.
    leans_on : list of str
        Checks of milestones that have to pass for its points to count.
    documents : list of str
        Files that are handed in beside its module.
    rubric : list of str
        What a person asks of its prose, which no machine judges.
    person_points : float
        The most that a person may add for it.
    """

    after: str = ""
    leans_on: list[str] = []
    documents: list[str] = []
    rubric: list[str] = []
    person_points: float = 0.0

    @property
    def is_extra(self) -> bool:
        """Whether it stands beside the six milestones: it does."""
        return True

    @property
    def core_checks(self) -> Sequence[str]:
        """The checks of milestones without which its points do not count."""
        return self.leans_on

    @property
    def questions(self) -> Sequence[str]:
        """What a person asks of its prose, which no machine judges."""
        return self.rubric

    @property
    def most_by_person(self) -> float:
        """The points that a person may add for it."""
        return self.person_points
