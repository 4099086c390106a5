"""A check run in this process, on modules that lie in a folder: no sandbox, so hundreds of times."""

import importlib
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

from autograder.course import Course
from autograder.judge.arguments import Arguments
from autograder.judge.questions import Answer
from autograder.judge.running import RunningCheck
from autograder.judge.spec import find_checks
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
        milestone = course.milestone(id.partition(".")[0])
        checks = find_checks(milestone.id, milestone.checks)
        self._check = next(one for one in checks if one.listed.id == id)
        self._milestone = milestone
        self._settings = make_settings(course, profile, "process", hidden=True)
        self._probes = importlib.import_module(milestone.probes.partition("=")[2])

    def run(self, hash: str) -> tuple[bool, Numbers]:
        """Run the hidden twin as on a submission with this hash; return whether it passed."""
        ask = cast(Any, LocalAsk(self._probes))
        running = RunningCheck(self._check.listed, self._milestone, "hidden", ask)
        work = cast(Any, SimpleNamespace(sha256=hash))
        try:
            given = Arguments(running, work, self._settings).make(self._check)
            self._check.function(**given)
        except Exception:  # whatever bad work raises, it has failed
            return False, running.measurements
        return True, running.measurements
