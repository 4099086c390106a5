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

from autograder.diagnosis.diagnose import Evidence
from autograder.diagnosis.places import (
    PER_COST,
    PER_KIND,
    Place,
    Statement,
    Suspect,
    find_statement,
    rank_lines,
    rate_function,
    rate_statements,
    settle_suspects,
)
from autograder.diagnosis.wording import Words
from autograder.judge.spec import CodedCheck
from autograder.judge.trials import TrialSession, Verdict, is_about_import
from autograder.run.spectra import Abandoned, Spectra, record_lines
from autograder.run.workbench import Edit, Workbench, leave_out
from autograder.sandbox.failures import CheckFailure
from autograder.sandbox.handle import WorkerHandle
from autograder.sandbox.run_folder import temporary_folder

MAX_LINES = 150  # the likeliest, in which edits are looked for
HALVES = 2  # of the checks whose lines are recorded: always, so that nothing depends on cores
TELLING = 2  # failed checks that an edit is tried on first
LATE_TRIALS = 15  # trials that one counts for that ends at a deadline
AFTER_MOST, AFTER_FEW = 25, 150  # trials after one that fixed a part, in search of a better one
MOST = 0.6  # of the failed checks that run a line: more of them fail for another reason, too
LEFT_TO_ROUND = 0.5  # of the budget: the rest is for further mistakes
CHUNK = 8  # trials that are begun together
SECONDS, CPU_SECONDS, MEMORY_MB = 5.0, 6, 1024  # of a worker that only reads
HINTED = 2.0  # what an edit gains that takes a likely mistake out
DOUBT = 6.0  # what a place that is not the likeliest adds to the cost of an edit


class ListedEdit(msgspec.Struct):
    """An edit as a worker lists it."""

    kind: str
    cost: float
    line: int
    function: str
    spans: list[tuple[int, int, str]]


class ListedStatement(msgspec.Struct):
    """A statement as a worker lists it."""

    line: int
    last: int
    kind: str
    function: str
    words: frozenset[str]


@dataclass(frozen=True)
class Listing:
    """What may be edited: the edits, and the statements of each file."""

    edits: list[Edit]
    statements: Mapping[str, Sequence[Statement]]

    def find_start(self, file: str, line: int) -> Place:
        """Return where the statement on `line` begins."""
        statement = find_statement(self.statements.get(file, ()), line)
        return file, statement.line if statement else line

    def find_words(self, file: str, line: int) -> Words:
        """Return the words of the statement on `line`."""
        statement = find_statement(self.statements.get(file, ()), line)
        return statement.words if statement else frozenset()


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
    words : frozenset of str
        Those of the statement that it changes.
    """

    edit: Edit
    fixed: tuple[str, ...]
    left: tuple[str, ...]
    held: int
    words: Words = frozenset()


@dataclass(frozen=True)
class Stage:
    """How the checks end on a copy.

    Attributes
    ----------
    failed : mapping
        The answers of the checks that fail.
    ran : frozenset of str
        All that were tried.
    """

    failed: Evidence
    ran: frozenset[str]


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes
    ----------
    repairs : tuple of Repair
        Each is made where those before it are made already.
    stages : tuple of Stage
        How the checks end before each repair, and after the last where some fail on.
    alone : mapping
        Number of a repair to how the checks end where all others are made: what its mistake does.
    places : tuple of (str, int)
        The lines of the first copy, the likeliest first.
    helped : tuple of (str, int)
        The statements of the first copy where an edit made failed checks pass, the likeliest first.
    wanted : tuple of str
        The checks that fail on it.
    used : int
        The trials that were made.
    untried : int
        Checks that fail, too, but train for too long to be tried.
    """

    repairs: tuple[Repair, ...] = ()
    stages: tuple[Stage, ...] = ()
    alone: Mapping[int, Stage] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    helped: tuple[Place, ...] = ()
    wanted: tuple[str, ...] = ()
    used: int = 0
    untried: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether the repairs leave nothing that fails."""
        return bool(self.repairs) and not self.repairs[-1].left


@dataclass(frozen=True)
class Outcome:
    """What one trial showed.

    Attributes
    ----------
    fixed : tuple of str
        The failed checks that now pass, where all others pass as before.
    late : bool
        Whether a check met its deadline.
    helped : float
        The share of the first failed checks that pass, whatever becomes of others.
    """

    fixed: tuple[str, ...] = ()
    late: bool = False
    helped: float = 0.0


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
    suspect : callable
        Returns the mistakes that may be there, by how the checks end.

    Attributes
    ----------
    wanted : list of str
        The checks that fail here too.
    used : int
        The trials that were made.
    places : list of (str, int)
        The likeliest lines before the first repair.
    helped : list of (str, int)
        Where an edit made failed checks pass, of the trials before the first repair.
    stages : list of Stage
        How the checks end, before each repair.
    lines : mapping
        The lines that each check runs, as the copy is now.
    """

    def __init__(
        self,
        sessions: Sequence[TrialSession],
        module: str,
        checks: Mapping[str, CodedCheck],
        open_ids: Collection[str],
        budget: int,
        is_stale: Callable[[], bool] = lambda: False,
        suspect: Callable[[Stage], Sequence[Suspect]] = lambda _: (),
    ) -> None:
        self.sessions = sessions
        self.module = module
        self.checks = list(checks.values())
        self.open_ids = open_ids
        self.budget = budget
        self.is_stale = is_stale
        self.suspect = suspect
        self.failed: list[CodedCheck] = []
        self.passed: list[CodedCheck] = []
        self.wanted: list[str] = []
        self.used = 0
        self.places: list[Place] = []
        self.helped: list[Place] = []
        self.stages: list[Stage] = []
        self.lines: Mapping[str, Collection[Place]] = {}

    def find_repairs(self, source: Path, most: int) -> Found:
        """Return at most `most` repairs, each made where those before it are made already."""
        repairs: list[Repair] = []
        alone: dict[int, Stage] = {}
        with temporary_folder() as root, suppress(Abandoned):
            benches = [Workbench(source, root / f"{n}") for n in range(len(self.sessions))]
            while repair := self._find_repair(benches, len(repairs) < most):
                repairs.append(repair)
                for bench in benches:
                    bench.keep_edit(repair.edit)
                if not repair.left:
                    break
            if len(repairs) > 1 and not repairs[-1].left:
                edits = [each.edit for each in repairs]
                alone.update(self._leave_each_out(edits, source, root))
        return Found(
            tuple(repairs),
            tuple(self.stages),
            alone,
            tuple(self.places),
            tuple(self.helped),
            tuple(self.wanted),
            self.used,
        )

    def _find_repair(self, benches: Sequence[Workbench], is_wanted: bool) -> Repair | None:
        """Return the edit that makes most failed checks pass, and no other fail."""
        spectra = self._record_lines(benches[0].folder)
        self._sort_checks(spectra)
        self.stages.append(self._make_stage(spectra))
        if not self.failed or not is_wanted or self.used >= self.budget:
            return None
        rates = self._rate_lines(spectra, benches[0])
        listed = self._list_edits(benches[0], list(rates)[:MAX_LINES])
        suspects = settle_suspects(
            self.suspect(self.stages[-1]), ((one.function, one.kind) for one in listed.edits)
        )
        scores = rate_statements(rates, listed.statements, suspects)
        ranked = rank_places(scores, listed, suspects)
        self.places = self.places or ranked
        edits = order_edits(listed.edits, scores, suspects)
        best: Repair | None = None
        helped: dict[Place, float] = {}
        last = self.budget
        for edit, outcome in self._run_trials(edits, benches):
            self.used += LATE_TRIALS if outcome.late else 1
            place = listed.find_start(edit.file, edit.line)
            if outcome.helped and place in ranked:
                helped[place] = max(outcome.helped, helped.get(place, 0.0))
            if len(outcome.fixed) > (len(best.fixed) if best else 0):
                left = [one.listed.id for one in self.failed if one.listed.id not in outcome.fixed]
                words = listed.find_words(edit.file, edit.line)
                best = Repair(edit, outcome.fixed, tuple(left), len(self.passed), words)
                if not left:
                    break
                last = self.used + self._trials_after(edit, outcome, spectra)
            if self.used >= last:
                break
        if len(self.stages) == 1:
            repaired = listed.find_start(best.edit.file, best.edit.line) if best else None
            self.helped = _rank_helped(helped, ranked, repaired)
        return best

    def _make_stage(self, spectra: Spectra) -> Stage:
        """Return how the checks ended; one that meets no question shows nothing."""
        failed = {
            id: spectra.answers[id]
            for id, verdict in spectra.verdicts.items()
            if id in self.open_ids and not verdict.passed and spectra.answers[id]
        }
        return Stage(failed, frozenset(spectra.verdicts))

    def _leave_each_out(
        self, edits: Sequence[Edit], source: Path, root: Path
    ) -> Iterator[tuple[int, Stage]]:
        """Yield how the checks end where all edits but one are made."""
        for number in range(len(edits) - 1):
            others = leave_out(edits, number)
            if others is not None:
                bench = Workbench(source, root / f"alone-{number}")
                for edit in others:
                    bench.keep_edit(edit)
                yield number, self._make_stage(self._record_lines(bench.folder))
        yield len(edits) - 1, self.stages[len(edits) - 1]

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
        verdicts, self.lines = spectra.verdicts, spectra.lines
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
                    return self._try_edit(session, folder, (edit.file, edit.line))
            finally:
                free.append((session, bench))

        with ThreadPoolExecutor(len(free)) as pool:
            for start in range(0, len(edits), CHUNK):
                if self.is_stale():
                    raise Abandoned
                chunk = edits[start : start + CHUNK]
                yield from zip(chunk, pool.map(run_trial, chunk), strict=True)

    def _try_edit(self, session: TrialSession, folder: Path, place: Place) -> Outcome:
        """Try the telling checks; if one passes now, all that failed, then all that passed."""
        telling = choose_telling(self.failed, place, self.lines)
        first = self._verdicts(session, folder, telling, until_late=True)
        helped = sum(verdict.passed for verdict in first.values()) / len(telling)
        if not helped:
            return Outcome(late=any(verdict.late for verdict in first.values()))
        for _, verdict in session.try_checks(folder, self._order_passed(place)):
            if not verdict.passed:
                return Outcome(late=verdict.late, helped=helped)
        rest = [one for one in self.failed if one not in telling]
        verdicts = first | self._verdicts(session, folder, rest)
        fixed = tuple(id for id, verdict in verdicts.items() if verdict.passed)
        return Outcome(fixed, helped=helped)

    def _order_passed(self, place: Place) -> list[CodedCheck]:
        """Return the checks that passed, first those that run the line: an edit may break them."""
        return sorted(self.passed, key=lambda one: place not in self.lines.get(one.listed.id, ()))

    def _verdicts(
        self,
        session: TrialSession,
        folder: Path,
        checks: Sequence[CodedCheck],
        until_late: bool = False,
    ) -> dict[str, Verdict]:
        verdicts: dict[str, Verdict] = {}
        for tried, verdict in session.try_checks(folder, checks):
            verdicts[tried.listed.id] = verdict
            if (verdict.late and until_late) or is_about_import(verdict.failure):
                break
        return verdicts

    def _list_edits(self, bench: Workbench, places: Sequence[Place]) -> Listing:
        """Return the edits of these lines, from a worker that only reads."""
        with self.sessions[0].launcher.start_worker(bench.folder, CPU_SECONDS, MEMORY_MB) as worker:
            files = list(dict.fromkeys(file for file, _ in places))
            return Listing(
                [
                    edit
                    for file in files
                    for edit in _ask_edits(worker, file, bench.texts[file], places)
                ],
                {file: _ask_statements(worker, bench.texts[file]) for file in files},
            )

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


def _rank_helped(
    helped: Mapping[Place, float], ranked: Sequence[Place], repaired: Place | None
) -> list[Place]:
    """Return where edits made failed checks pass: the repair, then the more the likelier."""
    number = {place: index for index, place in enumerate(ranked)}
    return sorted(
        helped,
        key=lambda place: (place != repaired, -helped[place], number.get(place, len(number))),
    )


OTHERS = frozenset({"engine", "nn", "tensor", "training", "conv", "gpt"})


def _is_own(file: str, module: str) -> bool:
    """Whether a file is the part's module, or a helper that no other part has."""
    stem = file.partition(".")[0]
    return stem == module or stem not in OTHERS


def choose_telling(
    failed: Sequence[CodedCheck], place: Place, lines: Mapping[str, Collection[Place]]
) -> list[CodedCheck]:
    """Return the few checks that an edit is tried on first: about several things, by their focus.

    Of the failed checks that run the line those come first that run little else. Another mistake
    may fail the others.
    """
    through = [one for one in failed if place in lines.get(one.listed.id, ())] or failed
    subjects: dict[str, CodedCheck] = {}
    unknown = range(sum(map(len, lines.values())) + 1)  # of one that was late: it comes last
    for tried in sorted(through, key=lambda one: len(lines.get(one.listed.id, unknown))):
        subjects.setdefault(tried.listed.spec.places[0], tried)
    return list(subjects.values())[:TELLING]


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


def _ask_statements(worker: WorkerHandle, text: str) -> list[Statement]:
    try:
        answer = worker.call_probe("edits.list_statements", {"text": text}, SECONDS)
        listed = msgspec.json.decode(answer, type=list[ListedStatement])
    except (CheckFailure, msgspec.DecodeError, TypeError):
        return []
    return [Statement(one.line, one.last, one.kind, one.function, one.words) for one in listed]


def rank_places(
    scores: Mapping[Place, float], listed: Listing, suspects: Sequence[Suspect]
) -> list[Place]:
    """Return the first lines of the statements in `scores`, the likeliest first."""
    found: dict[Place, float] = {}
    for (file, line), score in scores.items():
        place = listed.find_start(file, line)
        found[place] = max(score, found.get(place, score))
    gains: dict[Place, float] = {}
    for edit in listed.edits:
        if rate := rate_function(edit.function, suspects, edit.kind):
            place = listed.find_start(edit.file, edit.line)
            gain = PER_KIND * rate - PER_COST * (edit.cost - 1.0)
            gains[place] = max(gain, gains.get(place, 0.0))
    return sorted(found, key=lambda place: (-found[place] - gains.get(place, 0.0), place))


def order_edits(
    edits: Sequence[Edit], scores: Mapping[Place, float], suspects: Sequence[Suspect] = ()
) -> list[Edit]:
    """Return `edits`, those of likely kinds on likely lines first."""
    highest = max(scores.values(), default=1.0)
    known: dict[tuple[str, str], float] = {}

    def hinted(edit: Edit) -> float:
        key = edit.function, edit.kind
        if key not in known:
            known[key] = rate_function(edit.function, suspects, edit.kind)
        return known[key]

    def price(edit: Edit) -> float:
        doubt = DOUBT * (highest - scores.get((edit.file, edit.line), 0.0))
        return edit.cost + doubt - HINTED * hinted(edit)

    first: dict[tuple[str, Any], Edit] = {}
    for edit in sorted(edits, key=price):
        first.setdefault((edit.file, edit.spans), edit)  # the same may begin on several lines
    return list(first.values())
