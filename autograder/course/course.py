"""Reading ``course.toml``."""

import importlib
import os
from functools import cache
from pathlib import Path
from types import ModuleType

import msgspec

DEFAULT = Path(__file__).with_name("course.toml")
SECRET_VARIABLE = "AUTOGRADER_SECRET"


class Milestone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One milestone: its id, and the names its files go by everywhere."""

    id: str
    folder: str
    module: str
    title: str

    @property
    def number(self) -> int:
        """Its place in the course, from 1."""
        return int(self.id.removeprefix("m"))

    @property
    def checks(self) -> ModuleType:
        """The module of its checks."""
        return importlib.import_module(f"autograder.checks.{self.folder}")

    @property
    def probes(self) -> str:
        """Its probe module, as a zygote is told of it."""
        return f"{self.id}=autograder.probes.{self.folder}"


class Grading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds for all milestones; the comments in ``course.toml`` explain each."""

    seed: int
    secret: str
    profile: str
    memory_mb: int
    seconds: float
    data_dir: str = ""


class Course(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything ``course.toml`` says."""

    grading: Grading
    milestones: list[Milestone]

    @property
    def modules(self) -> list[str]:
        """The learner's module names, in order."""
        return [milestone.module for milestone in self.milestones]

    @property
    def secret(self) -> str:
        """The course secret: from the environment where it is set, else from the file."""
        return os.environ.get(SECRET_VARIABLE, self.grading.secret)

    def milestone(self, id: str) -> Milestone:
        """Return one milestone.

        Raises
        ------
        LookupError
            With the ids there are.
        """
        known = {milestone.id: milestone for milestone in self.milestones}
        if id not in known:
            raise LookupError(f"there is no milestone {id!r}; there are {', '.join(known)}")
        return known[id]


@cache
def load(file: Path = DEFAULT) -> Course:
    """Return the course that `file` describes."""
    return msgspec.toml.decode(file.read_bytes(), type=Course)
