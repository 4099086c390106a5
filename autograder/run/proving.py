"""Hints that are proven: of each part that fails, the mistakes that small edits take out."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from autograder.diagnosis.changes import Change, describe_kind, name_change
from autograder.diagnosis.explanation import list_known
from autograder.intake.submission import Submission
from autograder.judge.settings import JudgedMilestone, Settings
from autograder.judge.spec import list_checks
from autograder.judge.trials import TrialSession, find_tried
from autograder.run.configure import count_cores, shared_launcher
from autograder.run.explain import MISTAKE_STATUSES
from autograder.run.repair import Repair, Search
from autograder.sandbox import bytecode
from autograder.sandbox.failures import CheckFailure, Unavailable
from autograder.sandbox.handle import Launcher
from autograder.score import CheckResult, Hint, Score

LONG = 25.0  # a check with this deadline or a later one trains: it is not tried
MOST_REPAIRS = 3  # mistakes that are taken out, one after the other
FEW = 2  # checks that a repair fixes at least, where some fail on
SHARE = 0.5  # of the failed checks, that it fixes there
CLASS_TRIALS = 80  # small edits of a failing milestone that are tried
LEARNER_TRIALS = 200 if sys.platform == "linux" else 40  # elsewhere each costs a fresh process
NOT_RUN = ("missing", "blocked", "rejected", "error")
Stop = Callable[[], bool]


def can_be_proven(results: Sequence[CheckResult]) -> bool:
    """Whether a check failed in a way that a small edit might take out."""
    return any(_is_open(result) for result in results)


def _is_open(result: CheckResult) -> bool:
    return result.status in MISTAKE_STATUSES and result.visibility == "public"


def prove_mistakes(
    results: Sequence[CheckResult],
    work: Submission,
    part: JudgedMilestone,
    settings: Settings,
    launchers: Sequence[Launcher],
    is_stale: Stop = lambda: False,
) -> dict[str, Hint]:
    """Return the hint of each failed check of `part` that a repair proves, by id.

    Parameters
    ----------
    results : sequence of CheckResult
        The outcomes of the part's checks.
    work : Submission
        Staged, as it was graded.
    part : JudgedMilestone
        The milestone.
    settings : Settings
        As it was graded; its `trials` are the budget.
    launchers : sequence of Launcher
        One for every trial that may run at the same time; what comes out does not depend on them.
    is_stale : callable
        Whether nobody wants to know any more.
    """
    open_ids = {result.id for result in results if _is_open(result)}
    tried = find_tried(part, list_checks(part.id, part.checks))
    left_out = {result.id for result in results if result.status in NOT_RUN}
    short = {
        id: one
        for id, one in tried.items()
        if one.listed.spec.seconds < LONG and id not in left_out
    }
    if not open_ids & short.keys() or not settings.trials or not settings.hints:
        return {}
    bytecode.prepare_bytecode(work.folder, launchers[0])
    sessions = [TrialSession(work, part, settings, launcher) for launcher in launchers]
    search = Search(sessions, part.module, short, open_ids, settings.trials, is_stale)
    try:
        repairs = search.find_repairs(work.folder, MOST_REPAIRS)
    except (OSError, Unavailable, CheckFailure):  # no room, no process, or nobody waits any more
        return {}
    return dict(_make_hints(list(_trusted(repairs)), part, results, len(search.wanted)))


def prove_score(
    score: Score,
    work: Submission,
    parts: Sequence[JudgedMilestone],
    settings: Settings,
    launchers: Sequence[Launcher],
) -> None:
    """Give the failed checks of `score` the hints that are proven; points and messages stay."""
    by_id = {part.id: part for part in parts}
    for judged in score.parts:
        hints = prove_mistakes(judged.checks, work, by_id[judged.id], settings, launchers)
        give_hints(judged.checks, hints)


def _trusted(repairs: Sequence[Repair]) -> Iterator[Repair]:
    """Yield the repairs that prove something: where some checks fail on, chance may fix one."""
    if not repairs:
        return
    is_whole = not repairs[-1].left
    for repair in repairs:
        failed = len(repair.fixed) + len(repair.left)
        if is_whole or len(repair.fixed) >= max(FEW, SHARE * failed):
            yield repair


def _make_hints(
    repairs: Sequence[Repair], part: JudgedMilestone, results: Sequence[CheckResult], failed: int
) -> Iterator[tuple[str, Hint]]:
    named = {result.id: result.hint.pitfall for result in results if result.hint}
    ran = {result.id for result in results}
    pitfalls = list_known(part.id, named.values())
    for repair in repairs:
        edit = repair.edit
        change = Change(edit.kind, edit.function, repair.fixed)
        hinted = _commonest(named, repair.fixed)
        pitfall = name_change(change, part.id, ran, pitfalls, hinted)
        if hinted and repairs[-1].left and (pitfall is None or pitfall.name != hinted):
            continue  # where checks fail on, a repair may confirm what is hinted, and no more
        location = edit.function or edit.file.partition("[")[0]
        hint = Hint(
            pitfall.name if pitfall else f"mistake-in-{location}",
            pitfall.text if pitfall else f"Something small is wrong in {location}.",
            line=f"{edit.file}:{edit.line}",
            function=edit.function,
            change=describe_kind(edit.kind),
            proved=True,
            proof=_describe_proof(repair, location, failed),
        )
        yield from ((id, hint) for id in repair.fixed)


def _commonest(named: Mapping[str, str], ids: Sequence[str]) -> str:
    """Return the pitfall that the answers of most of these checks show."""
    names = [named[id] for id in ids if id in named]
    return max(sorted(set(names)), key=names.count, default="")


def _describe_proof(repair: Repair, location: str, failed: int) -> str:
    """Return what was proven, without the line."""
    count = len(repair.fixed)
    checks = f"{count} of the {failed} failing checks"
    if count == failed:
        checks = f"all {failed} failing checks" if failed > 1 else "the failing check"
    others = f", and {repair.held} others still pass" if repair.held else ""
    return f"One small change in {location} fixes {checks}{others}."


def give_hints(results: Sequence[CheckResult], hints: Mapping[str, Hint]) -> None:
    """Let `results` have these hints; a check that keeps another was not proven."""
    for result in results:
        result.hint = hints.get(result.id, result.hint)


def learner_launchers(settings: Settings, parts: Sequence[JudgedMilestone]) -> list[Launcher]:
    """Return the launchers of a learner's machine: two where there are two cores."""
    probes = tuple(part.probes for part in parts)
    count = min(2, count_cores())
    return [shared_launcher(settings.isolation, probes, number) for number in range(count)]


def with_trials(settings: Settings, trials: int) -> Settings:
    """Return `settings` with the budget of a search."""
    return replace(settings, trials=trials)
