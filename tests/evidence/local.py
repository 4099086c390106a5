"""A check run in this process, on modules that lie in a folder: no sandbox, so hundreds of times."""

import importlib
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

from autograder.course import Course, Milestone
from autograder.data import images, texts
from autograder.judge.questions import Answer
from autograder.judge.settings import Settings
from autograder.run.configure import make_settings

Numbers = dict[str, Any]


class LocalAsk:
    """Calls probes in this process.

    Parameters
    ----------
    probes : module
        Of the check's milestone.
    """

    def __init__(self, probes: ModuleType) -> None:
        self._probes = probes

    def __call__(self, probe: str, /, **args: Any) -> Answer:
        """Return the answer of `probe`."""
        return Answer(getattr(self._probes, probe)(**args))

    def ask_within(self, seconds: float, probe: str, /, **args: Any) -> Answer:
        """Return the answer of `probe`, however long it takes."""
        return self(probe, **args)

    def refuses(self, probe: str, /, bad_inputs: object) -> None:
        """Nothing: what is refused is not measured here."""

    def take_fresh_worker(self) -> None:
        """Nothing: honest work remembers nothing."""

    def recognise_by(self, mark: Numbers) -> None:
        """Nothing: mistakes are not named here."""


class LocalCheck:
    """One check on the modules of one folder.

    Parameters
    ----------
    course : Course
    id : str
        ``m4.classifier``.
    profile : str
        ``quick`` or ``full``.
    folder : Path
        Put in front of the path where modules are found: one folder a process.
    """

    def __init__(self, course: Course, id: str, profile: str, folder: Path) -> None:
        sys.path.insert(0, str(folder))
        short, _, name = id.partition(".")
        milestone = course.milestone(short)
        self.id, self._function = id, _find_check(milestone, f"check_{name}")
        self._settings = make_settings(course, profile, "process", hidden=True)
        self._probes = importlib.import_module(milestone.probes.partition("=")[2])

    def run(self, hash: str) -> tuple[bool, Numbers]:
        """Run the hidden twin as on a submission with this hash; return whether it passed."""
        measure: Numbers = {}
        given = _fixtures(self._settings, self.id, hash) | {
            "ask": LocalAsk(self._probes), "measure": measure, "clock": {},
        }  # fmt: skip
        wanted = inspect.signature(self._function).parameters
        try:
            self._function(**{name: given[name]() if name in LAZY else given[name]
                              for name in wanted})  # fmt: skip
        except Exception:  # whatever bad work raises, it has failed
            return False, measure
        return True, measure


LAZY = ("pictures", "text")


def _fixtures(settings: Settings, id: str, hash: str) -> Numbers:
    work = cast(Any, SimpleNamespace(sha256=hash))
    rng = settings.check_generator(id, "hidden", work)
    other = settings.check_generator(f"{id}.text", "hidden", work)
    profile, folder = settings.profile, settings.data_dir
    return {
        "rng": rng, "visibility": "hidden", "profile": profile,
        "pictures": lambda: images.load_images(profile, folder),
        "text": lambda: texts.load_text(profile, folder, other if profile == "full" else rng),
    }  # fmt: skip


def _find_check(milestone: Milestone, name: str) -> Callable[..., None]:
    (found,) = {getattr(module, name) for module in milestone.checks if hasattr(module, name)}
    return cast(Callable[..., None], found)
