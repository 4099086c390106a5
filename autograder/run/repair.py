"""Mistakes proven by repair: the small edits of a copy that make failed checks pass.

Trials are counted, never timed, and their order depends on nothing but the work and its verdicts:
the same work gets the same repairs.
"""

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from autograder.diagnosis.places import Place, rank_lines
from autograder.judge.trials import TrialSession, TriedCheck, Verdict, is_about_import
from autograder.run.workbench import Edit, Workbench, read_texts
from autograder.sandbox.failures import CheckFailure
from autograder.sandbox.handle import WorkerHandle

MAX_LINES = 150  # the likeliest, in which edits are looked for
MAX_RECORDED = 40  # passed checks of which lines are recorded
TELLING = 3  # failed checks that an edit is tried on first
LATE_TRIALS = 15  # trials that one counts for that ends at a deadline
AFTER_MOST, AFTER_FEW = 25, 150  # trials after one that fixed a part, in search of a better one
MOST = 0.7  # of the failed checks: a part that large is probably all that the mistake makes fail
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
    trials : int
        What it took.
    """

    edit: Edit
    fixed: tuple[str, ...]
    left: tuple[str, ...]
    trials: int


@dataclass
class Spectra:
    """What ran, as recorded: lines by check, and those that run when the module is read."""

    lines: dict[str, list[Place]] = field(default_factory=dict)
    at_import: frozenset[Place] = frozenset()
    raising: set[Place] = field(default_factory=set)


@dataclass(frozen=True)
class Outcome:
    """What one trial showed: the checks that now pass, and whether it was late."""

    fixed: tuple[str, ...] = ()
    late: bool = False


class Search:
    """Looks for repairs of one milestone of one submission.

    Parameters
    ----------
    sessions : sequence of TrialSession
        One for every trial that may run at the same time.
    modules : collection of str
        Files of other milestones, which are not edited.
    failed, passed : sequence of TriedCheck
        The checks by how they ended, the fastest first.
    budget : int
        The most trials.
    """

    def __init__(
        self,
        sessions: Sequence[TrialSession],
        others: Collection[str],
        failed: Sequence[TriedCheck],
        passed: Sequence[TriedCheck],
        budget: int,
    ) -> None:
        self.sessions = sessions
        self.others = others
        self.failed = list(failed)
        self.passed = list(passed)
        self.budget = budget
        self.used = 0
        self.rates: dict[Place, float] = {}
        self.first_rates: dict[Place, float] = {}

    def find_repairs(self, source: Path, most: int) -> list[Repair]:
        """Return at most `most` repairs, each made where those before it are made already."""
        repairs: list[Repair] = []
        with tempfile.TemporaryDirectory(prefix="autograder-") as raw:
            root = Path(raw).resolve()
            benches = [Workbench(source, root / f"{n}") for n in range(len(self.sessions))]
            while self.failed and len(repairs) < most and self.used < self.budget:
                repair = self._find_repair(benches)
                if repair is None:
                    break
                repairs.append(repair)
                for bench in benches:
                    bench.keep_edit(repair.edit)
                self.passed += [one for one in self.failed if one.listed.id in repair.fixed]
                self.failed = [one for one in self.failed if one.listed.id in repair.left]
        return repairs

    def _find_repair(self, benches: Sequence[Workbench]) -> Repair | None:
        """Return the edit that makes most failed checks pass, and no other fail."""
        edits = order_edits(self._list_edits(benches[0]), self.rates)
        best: Repair | None = None
        last = self.budget
        for edit, outcome in self._run_trials(edits, benches):
            self.used += LATE_TRIALS if outcome.late else 1
            if len(outcome.fixed) > (len(best.fixed) if best else 0):
                left = [one.listed.id for one in self.failed if one.listed.id not in outcome.fixed]
                best = Repair(edit, outcome.fixed, tuple(left), self.used)
                if not left:
                    break
                is_most = len(outcome.fixed) >= MOST * len(self.failed)
                last = min(self.budget, self.used + (AFTER_MOST if is_most else AFTER_FEW))
            if self.used >= last:
                break
        return best

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

    def _list_edits(self, bench: Workbench) -> list[Edit]:
        """Return the edits of the likeliest lines, from a worker that only reads."""
        spectra = self._record_lines(bench.folder)
        failed = [one.listed.id for one in self.failed]
        ranked = rank_lines(spectra.lines, failed, spectra.raising, spectra.at_import)
        self.rates = {
            place: rate
            for place, rate in ranked.items()
            if place[0] in bench.texts and place[0].partition(".")[0] not in self.others
        }
        self.first_rates = self.first_rates or self.rates
        chosen = list(self.rates)[:MAX_LINES]
        with self.sessions[0].launcher.start_worker(bench.folder, CPU_SECONDS, MEMORY_MB) as worker:
            return [
                edit
                for file in dict.fromkeys(file for file, _ in chosen)
                for edit in _ask_edits(worker, file, bench.texts[file], chosen)
            ]

    def _record_lines(self, folder: Path) -> Spectra:
        checks = [*self.failed, *self.passed[:MAX_RECORDED]]
        count = len(self.sessions)
        with ThreadPoolExecutor(count) as pool:
            parts = pool.map(
                lambda number: record_lines(self.sessions[number], folder, checks[number::count]),
                range(count),
            )
            found = list(parts)
        lines = {id: places for part in found for id, places in part.lines.items()}
        at_import = frozenset().union(*(part.at_import for part in found))
        return Spectra(lines, at_import, set().union(*(part.raising for part in found)))


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

    for _, verdict in session.try_checks(folder, checks, start, take):
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

    return sorted(edits, key=price)
