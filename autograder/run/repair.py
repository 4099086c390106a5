"""Mistakes proven by repair: the small edits of a copy that make failed checks pass.

Trials are counted, never timed, and their order depends on nothing but the work and its verdicts:
the same work gets the same repairs.
"""

import functools
import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from autograder.diagnosis.places import Place, rank_lines
from autograder.judge.trials import TrialSession, TriedCheck, Verdict, is_about_import
from autograder.run.workbench import Edit, Workbench
from autograder.sandbox.failures import CheckFailure
from autograder.sandbox.handle import WorkerHandle
from autograder.sandbox.run_folder import temporary_folder

MAX_LINES = 150  # the likeliest, in which edits are looked for
MOST_LATE = (
    1  # of either half of the checks, past its deadline: with more nothing can be tried in time
)
HALVES = 2  # of the checks whose lines are recorded: always, so that nothing depends on cores
TELLING = 3  # failed checks that an edit is tried on first
LATE_TRIALS = 15  # trials that one counts for that ends at a deadline
AFTER_MOST, AFTER_FEW = 25, 150  # trials after one that fixed a part, in search of a better one
MOST = 0.6  # of the failed checks that run a line: more of them fail for another reason, too
LEFT_TO_ROUND = 0.5  # of the budget: the rest is for further mistakes
CHUNK = 8  # trials that are begun together
SECONDS, CPU_SECONDS, MEMORY_MB = 5.0, 6, 1024  # of a worker that only reads
DOUBT = 6.0  # what a place that is not the likeliest adds to the cost of an edit


class ListedEdit(msgspec.Struct):
    """An edit as a worker lists it."""

    kind: str
    cost: float
    line: int
    function: str
    spans: list[tuple[int, int, str]]


@dataclass(frozen=True)
class Repair:
    """An edit that is proven: what it fixes, and what is left.

    Attributes
    ----------
    edit : Edit
        The change.
    fixed, left : tuple of str
        The checks that it makes pass, and those that fail on.
    held : int
        How many other checks were tried, and pass as before.
    """

    edit: Edit
    fixed: tuple[str, ...]
    left: tuple[str, ...]
    held: int


@dataclass
class Spectra:
    """What ran, as recorded.

    Attributes
    ----------
    lines : dict
        Lines by check.
    at_import, raising : set
        Lines that run when the module is read, and those that an exception came from.
    verdicts, sizes : dict
        How each check ended, and how much it asks.
    """

    lines: dict[str, list[Place]] = field(default_factory=dict)
    at_import: frozenset[Place] = frozenset()
    raising: set[Place] = field(default_factory=set)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def join(self, other: "Spectra") -> "Spectra":
        """Return both in one."""
        return Spectra(
            self.lines | other.lines,
            self.at_import | other.at_import,
            self.raising | other.raising,
            self.verdicts | other.verdicts,
            self.sizes | other.sizes,
        )


@dataclass(frozen=True)
class Outcome:
    """What one trial showed: the checks that now pass, and whether it was late."""

    fixed: tuple[str, ...] = ()
    late: bool = False


class Abandoned(Exception):
    """Nobody wants the repairs any more."""


class Search:
    """Looks for repairs of one part of one submission.

    Parameters
    ----------
    sessions : sequence of TrialSession
        One for every trial that may run at the same time.
    module : str
        The learner's module, which is edited; so are helpers beside it.
    checks : mapping
        All checks that can be tried, by id.
    open_ids : collection of str
        Those of them that are to be fixed.
    budget : int
        The most trials.
    is_stale : callable
        Whether to stop.

    Attributes
    ----------
    wanted : list of str
        The checks that fail here too.
    used : int
        The trials that were made.
    rates : dict
        How suspicious each line is, before the first repair.
    """

    def __init__(
        self,
        sessions: Sequence[TrialSession],
        module: str,
        checks: Mapping[str, TriedCheck],
        open_ids: Collection[str],
        budget: int,
        is_stale: Callable[[], bool] = lambda: False,
    ) -> None:
        self.sessions = sessions
        self.module = module
        self.checks = list(checks.values())
        self.open_ids = open_ids
        self.budget = budget
        self.is_stale = is_stale
        self.failed: list[TriedCheck] = []
        self.passed: list[TriedCheck] = []
        self.wanted: list[str] = []
        self.used = 0
        self.rates: dict[Place, float] = {}

    def find_repairs(self, source: Path, most: int) -> list[Repair]:
        """Return at most `most` repairs, each made where those before it are made already."""
        repairs: list[Repair] = []
        with temporary_folder() as root, suppress(Abandoned):
            benches = [Workbench(source, root / f"{n}") for n in range(len(self.sessions))]
            while len(repairs) < most and self.used < self.budget:
                repair = self._find_repair(benches)
                if repair is None:
                    break
                repairs.append(repair)
                for bench in benches:
                    bench.keep_edit(repair.edit)
                if not repair.left:
                    break
        return repairs

    def _find_repair(self, benches: Sequence[Workbench]) -> Repair | None:
        """Return the edit that makes most failed checks pass, and no other fail."""
        spectra = self._record_lines(benches[0].folder)
        self._sort_checks(spectra)
        if not self.failed:
            return None
        rates = self._rate_lines(spectra, benches[0])
        self.rates = self.rates or rates
        edits = order_edits(self._list_edits(benches[0], list(rates)[:MAX_LINES]), rates)
        best: Repair | None = None
        last = self.budget
        for edit, outcome in self._run_trials(edits, benches):
            self.used += LATE_TRIALS if outcome.late else 1
            if len(outcome.fixed) > (len(best.fixed) if best else 0):
                left = [one.listed.id for one in self.failed if one.listed.id not in outcome.fixed]
                best = Repair(edit, outcome.fixed, tuple(left), len(self.passed))
                if not left:
                    break
                last = self.used + self._trials_after(edit, outcome, spectra)
            if self.used >= last:
                break
        return best

    def _trials_after(self, edit: Edit, outcome: Outcome, spectra: Spectra) -> int:
        """Return how many trials may follow one that fixes a part, in search of a better one.

        Where nearly all failed checks that run the line are fixed, others fail for other reasons.
        """
        place = edit.file, edit.line
        through = [
            one.listed.id
            for one in self.failed
            if place in spectra.lines.get(one.listed.id, ()) or one.listed.id in outcome.fixed
        ]
        left = int((self.budget - self.used) * LEFT_TO_ROUND)
        if len(through) == len(outcome.fixed):
            return 0
        return min(left, AFTER_MOST if len(outcome.fixed) >= MOST * len(through) else AFTER_FEW)

    def _sort_checks(self, spectra: Spectra) -> None:
        """Part the checks by how they end on the copy, the fastest of each first."""
        order = sorted(self.checks, key=lambda one: spectra.sizes.get(one.listed.id, 0))
        verdicts = spectra.verdicts
        failed = [
            one
            for one in order
            if one.listed.id in self.open_ids and not verdicts[one.listed.id].passed
        ]
        plain = [one for one in failed if not verdicts[one.listed.id].too_deep]
        self.failed = sorted(plain, key=lambda one: verdicts[one.listed.id].late)
        self.passed = [one for one in order if verdicts[one.listed.id].passed]
        self.wanted = self.wanted or [one.listed.id for one in self.failed]

    def _rate_lines(self, spectra: Spectra, bench: Workbench) -> dict[Place, float]:
        """Return the lines that may be edited, the likeliest first: no other part's module."""
        failed = [one.listed.id for one in self.failed]
        ranked = rank_lines(spectra.lines, failed, spectra.raising, spectra.at_import)
        return {
            place: rate
            for place, rate in ranked.items()
            if place[0] in bench.texts and _is_own(place[0], self.module)
        }

    def _run_trials(
        self, edits: Sequence[Edit], benches: Sequence[Workbench]
    ) -> Iterator[tuple[Edit, Outcome]]:
        """Yield the outcome of each trial in order, though some run at the same time."""
        free = list(zip(self.sessions, benches, strict=True))

        def run_trial(edit: Edit) -> Outcome:
            session, bench = free.pop()
            try:
                with bench.with_edit(edit) as folder:
                    return self._try_edit(session, folder)
            finally:
                free.append((session, bench))

        with ThreadPoolExecutor(len(free)) as pool:
            for start in range(0, len(edits), CHUNK):
                if self.is_stale():
                    raise Abandoned
                chunk = edits[start : start + CHUNK]
                yield from zip(chunk, pool.map(run_trial, chunk), strict=True)

    def _try_edit(self, session: TrialSession, folder: Path) -> Outcome:
        """Try the telling checks; if one passes now, all that failed, then all that passed."""
        telling = choose_telling(self.failed)
        first = self._verdicts(session, folder, telling, until_late=True)
        if not any(verdict.passed for verdict in first.values()):
            return Outcome(late=any(verdict.late for verdict in first.values()))
        rest = [one for one in self.failed if one not in telling]
        verdicts = first | self._verdicts(session, folder, rest)
        for _, verdict in session.try_checks(folder, self.passed):
            if not verdict.passed:
                return Outcome(late=verdict.late)
        return Outcome(tuple(id for id, verdict in verdicts.items() if verdict.passed))

    def _verdicts(
        self,
        session: TrialSession,
        folder: Path,
        checks: Sequence[TriedCheck],
        until_late: bool = False,
    ) -> dict[str, Verdict]:
        verdicts: dict[str, Verdict] = {}
        for tried, verdict in session.try_checks(folder, checks):
            verdicts[tried.listed.id] = verdict
            if (verdict.late and until_late) or is_about_import(verdict.failure):
                break
        return verdicts

    def _list_edits(self, bench: Workbench, places: Sequence[Place]) -> list[Edit]:
        """Return the edits of these lines, from a worker that only reads."""
        with self.sessions[0].launcher.start_worker(bench.folder, CPU_SECONDS, MEMORY_MB) as worker:
            return [
                edit
                for file in dict.fromkeys(file for file, _ in places)
                for edit in _ask_edits(worker, file, bench.texts[file], places)
            ]

    def _record_lines(self, folder: Path) -> Spectra:
        """Return what all checks run and how they end, asked in `HALVES` at the same time."""
        if self.is_stale():
            raise Abandoned
        sessions = itertools.cycle(self.sessions)
        jobs = [(next(sessions), self.checks[number::HALVES]) for number in range(HALVES)]
        with ThreadPoolExecutor(len(self.sessions)) as pool:
            halves = list(pool.map(lambda job: record_lines(job[0], folder, job[1]), jobs))
        if self.is_stale():
            raise Abandoned
        return functools.reduce(Spectra.join, halves)


OTHERS = frozenset({"engine", "nn", "tensor", "training", "conv", "gpt"})


def _is_own(file: str, module: str) -> bool:
    """Whether a file is the part's module, or a helper that no other part has."""
    stem = file.partition(".")[0]
    return stem == module or stem not in OTHERS


def choose_telling(failed: Sequence[TriedCheck]) -> list[TriedCheck]:
    """Return the few checks that an edit is tried on first: the fastest, about several things."""
    subjects: dict[str, TriedCheck] = {}
    for tried in failed:
        subjects.setdefault(tried.listed.spec.places[0], tried)
    return list(subjects.values())[:TELLING]


def record_lines(session: TrialSession, folder: Path, checks: Sequence[TriedCheck]) -> Spectra:
    """Return the lines in `folder` that each of `checks` runs."""
    spectra = Spectra()
    module = session.milestone.module

    def start(worker: WorkerHandle) -> None:
        worker.call_probe("lines.start_recording", {"submission": str(folder)}, SECONDS)
        with suppress(CheckFailure):
            worker.call_probe("kit.import_module", {"name": module}, SECONDS)
            spectra.at_import = _take_lines(worker)

    def take(tried: TriedCheck, worker: WorkerHandle) -> None:
        with suppress(CheckFailure):
            spectra.lines[tried.listed.id] = sorted(_take_lines(worker))

    for tried, verdict in session.try_checks(folder, checks, start, take):
        spectra.verdicts[tried.listed.id] = verdict
        spectra.sizes[tried.listed.id] = verdict.size
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


def _ask_edits(
    worker: WorkerHandle, file: str, text: str, places: Sequence[Place]
) -> Iterator[Edit]:
    lines = sorted(line for name, line in places if name == file)
    try:
        answer = worker.call_probe("edits.list_edits", {"text": text, "lines": lines}, SECONDS)
        listed = msgspec.json.decode(answer, type=list[ListedEdit])
    except (CheckFailure, msgspec.DecodeError, TypeError):
        return
    for one in listed:
        yield Edit(file, one.line, one.function, one.kind, one.cost, tuple(one.spans))


def order_edits(edits: Sequence[Edit], rates: Mapping[Place, float]) -> list[Edit]:
    """Return `edits`, those of likely kinds on likely lines first."""
    highest = max(rates.values(), default=1.0)

    def price(edit: Edit) -> float:
        return edit.cost + DOUBT * (1.0 - rates.get((edit.file, edit.line), 0.0) / highest)

    first: dict[tuple[str, Any], Edit] = {}
    for edit in sorted(edits, key=price):
        first.setdefault((edit.file, edit.spans), edit)  # the same may begin on several lines
    return list(first.values())
