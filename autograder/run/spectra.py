"""What the checks run of a copy, and how they end there: line by line, answer by answer."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from autograder.diagnosis.fingerprint import Fingerprint
from autograder.diagnosis.places import Place
from autograder.judge.spec import CodedCheck
from autograder.judge.trials import TrialSession, Verdict
from autograder.sandbox.failures import CheckFailure
from autograder.sandbox.handle import WorkerHandle

SECONDS = 5.0  # that a question about lines may take
MOST_LATE = (
    1  # of either half of the checks, past its deadline: with more nothing can be tried in time
)


class Abandoned(Exception):
    """Nobody wants the repairs any more, or nothing can be tried in time."""


@dataclass
class Spectra:
    """What ran, as recorded.

    Attributes
    ----------
    lines : dict
        Lines by check.
    at_import, raising : set
        Lines that run when the module is read, and those that an exception came from.
    verdicts, sizes, answers : dict
        How each check ended, how much it asks, and what came back.
    """

    lines: dict[str, list[Place]] = field(default_factory=dict)
    at_import: frozenset[Place] = frozenset()
    raising: set[Place] = field(default_factory=set)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    answers: dict[str, list[Fingerprint]] = field(default_factory=dict)

    def join(self, other: "Spectra") -> "Spectra":
        """Return both in one."""
        return Spectra(
            self.lines | other.lines,
            self.at_import | other.at_import,
            self.raising | other.raising,
            self.verdicts | other.verdicts,
            self.sizes | other.sizes,
            self.answers | other.answers,
        )


def record_lines(session: TrialSession, folder: Path, checks: Sequence[CodedCheck]) -> Spectra:
    """Return the lines in `folder` that each of `checks` runs."""
    spectra = Spectra()
    module = session.milestone.module

    def start(worker: WorkerHandle) -> None:
        worker.call_probe("lines.start_recording", {"submission": str(folder)}, SECONDS)
        with suppress(CheckFailure):
            worker.call_probe("kit.import_module", {"name": module}, SECONDS)
            spectra.at_import = _take_lines(worker)

    def take(tried: CodedCheck, worker: WorkerHandle) -> None:
        with suppress(CheckFailure):
            spectra.lines[tried.listed.id] = sorted(_take_lines(worker))

    for tried, verdict in session.try_checks(folder, checks, start, take):
        spectra.verdicts[tried.listed.id] = verdict
        spectra.sizes[tried.listed.id] = verdict.size
        spectra.answers[tried.listed.id] = [one.fingerprint() for one in verdict.exchanges]
        if sum(one.late for one in spectra.verdicts.values()) > MOST_LATE:
            raise Abandoned
        spectra.raising |= {(frame.file, frame.line) for frame in verdict.frames[-1:]}
    return spectra


def _take_lines(worker: WorkerHandle) -> frozenset[Place]:
    answer = worker.call_probe("lines.take_lines", {}, SECONDS)
    try:
        return frozenset(msgspec.convert(answer, list[tuple[str, int]]))
    except msgspec.ValidationError:  # hostile code took part
        return frozenset()
