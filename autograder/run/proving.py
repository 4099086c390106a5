"""Hints that are proven: of each part that fails, the mistakes that small edits take out."""

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from autograder.diagnosis.catalogue import Pitfall
from autograder.diagnosis.changes import RETURN, Change, describe_kind, name_change
from autograder.diagnosis.explanation import Knowledge, load_knowledge
from autograder.diagnosis.places import Suspect
from autograder.intake.submission import Submission
from autograder.judge.settings import JudgedMilestone, Settings
from autograder.judge.spec import list_checks
from autograder.judge.trials import TrialSession, find_tried
from autograder.run.configure import count_cores, shared_launcher
from autograder.run.explain import MISTAKE_STATUSES
from autograder.run.repair import Found, Repair, Search, Stage
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
    knowledge = load_knowledge(part.id)
    found = search_repairs(results, work, part, settings, launchers, knowledge, is_stale)
    named = {result.id: result.hint.pitfall for result in results if result.hint}
    ran = {result.id for result in results}
    return make_hints(found, named, ran, knowledge)


def search_repairs(
    results: Sequence[CheckResult],
    work: Submission,
    part: JudgedMilestone,
    settings: Settings,
    launchers: Sequence[Launcher],
    knowledge: Knowledge,
    is_stale: Stop = lambda: False,
) -> Found:
    """Return the repairs of what fails in `part`; parameters as in `prove_mistakes`."""

    def suspect(stage: Stage) -> Sequence[Suspect]:
        return knowledge.list_suspects(stage.failed, stage.ran)

    late = {result.id for result in results if result.status == "timeout"}  # a machine may be slow
    open_ids = {result.id for result in results if _is_open(result)} - late
    tried = find_tried(part, list_checks(part.id, part.checks))
    left_out = late | {result.id for result in results if result.status in NOT_RUN}
    short = {
        id: one
        for id, one in tried.items()
        if one.listed.spec.seconds < LONG and id not in left_out
    }
    if not open_ids & short.keys() or not settings.trials or not settings.hints:
        return Found()
    bytecode.prepare_bytecode(work.folder, launchers[0])
    sessions = [TrialSession(work, part, settings, launcher) for launcher in launchers]
    search = Search(sessions, part.module, short, open_ids, settings.trials, is_stale, suspect)
    try:
        found = search.find_repairs(work.folder, MOST_REPAIRS)
        return replace(found, untried=len(open_ids - short.keys()))
    except (OSError, Unavailable, CheckFailure):  # no room, no process, or nobody waits any more
        return Found()


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


def make_hints(
    found: Found, named: Mapping[str, str], ran: Collection[str], knowledge: Knowledge
) -> dict[str, Hint]:
    """Return the hint of each failed check that repairs prove, or that what they leave shows.

    Parameters
    ----------
    found : Found
        The repairs.
    named : mapping
        Check id to the mistake that the answers show.
    ran : collection of str
        The checks that ran.
    knowledge : Knowledge
        What is known of the mistakes of the part.
    """
    hints: dict[str, Hint] = {}
    rest = _name_rest(found, knowledge)
    for number, repair in enumerate(found.repairs):
        own = "" if found.is_whole else _name_own(found, number, knowledge)
        hinted = _commonest(named, repair.fixed) or own
        pitfall = _name_repair(found, number, hinted, ran, knowledge)
        change = Change(repair.edit.kind, repair.edit.function, repair.fixed)
        if pitfall and change.kind == RETURN and not knowledge.takes_out(change, pitfall.name):
            pitfall = None  # what returns nothing is another function
        is_own = pitfall is not None and pitfall.name == own
        if not is_own and not _is_sure(found, repair, pitfall, rest):
            continue
        if hinted and not found.is_whole and (pitfall is None or pitfall.name != hinted):
            continue  # where checks fail on, a repair may confirm what is hinted, and no more
        hints |= dict.fromkeys(repair.fixed, _make_hint(repair, pitfall, found))
    if hints:
        hints = {id: Hint(one.name, one.text) for id, one in rest.items()} | hints
    return hints


def _name_rest(found: Found, knowledge: Knowledge) -> Mapping[str, Pitfall]:
    """Return the mistakes that the repaired copy's answers show, where checks fail on."""
    if found.is_whole or len(found.stages) <= len(found.repairs):
        return {}
    rest = found.stages[-1]
    return knowledge.name_pitfalls(rest.failed, rest.ran)


def _name_own(found: Found, number: int, knowledge: Knowledge) -> str:
    """Return the mistake that the checks show which a repair fixes, if such an edit takes it out.

    They are asked without the checks that fail on: those are another mistake's.
    """
    repair, stage = found.repairs[number], found.stages[number]
    failed = {id: answers for id, answers in stage.failed.items() if id in repair.fixed}
    name = _name_stage(Stage(failed, stage.ran - {*repair.left}), knowledge)
    change = Change(repair.edit.kind, repair.edit.function, repair.fixed)
    return name if name and knowledge.takes_out(change, name) else ""


def _is_sure(
    found: Found, repair: Repair, pitfall: Pitfall | None, rest: Mapping[str, Pitfall]
) -> bool:
    """Whether a repair proves something: where some checks fail on, chance may fix a few.

    It does where it fixes half of them, or where it is of a known mistake and all that it leaves is
    that of another.
    """
    failed = len(repair.fixed) + len(repair.left)
    if found.is_whole or len(repair.fixed) >= max(FEW, SHARE * failed):
        return True
    others = {each.name for each in rest.values()}
    is_other = len(others) == 1 and rest.keys() == found.stages[-1].failed.keys()
    return pitfall is not None and is_other and pitfall.name not in others


def _name_repair(
    found: Found, number: int, hinted: str, ran: Collection[str], knowledge: Knowledge
) -> Pitfall | None:
    """Return the mistake that a repair takes out, where the answers and it agree on one.

    Of several mistakes each is seen alone where all others are mended.
    """
    repair = found.repairs[number]
    change = Change(repair.edit.kind, repair.edit.function, repair.fixed, repair.words)
    alone = found.alone.get(number)
    stage = alone or found.stages[number]
    if alone:
        hinted = _name_stage(alone, knowledge)
        change = change._replace(fixed=tuple(alone.failed))
    if hinted and not knowledge.confirm_name(hinted, change.kind):
        likelier = knowledge.name_suspect(change, stage.failed, stage.ran, hinted)
        if likelier:
            return likelier
    if alone and hinted:
        return knowledge.find_pitfall(hinted)
    confirmed = knowledge.confirm_name(hinted, change.kind) if found.is_whole else None
    if confirmed:  # by its kind, though it may be in a function of another style
        return confirmed
    suspect = None if hinted else knowledge.name_suspect(change, stage.failed, stage.ran)
    return suspect or name_change(change, knowledge.milestone, ran, knowledge.examples, hinted)


def _name_stage(stage: Stage, knowledge: Knowledge) -> str:
    """Return the mistake that most failed checks of a copy show."""
    shown = knowledge.name_pitfalls(stage.failed, stage.ran)
    names = {id: pitfall.name for id, pitfall in shown.items()}
    return _commonest(names, list(stage.failed))


def _make_hint(repair: Repair, pitfall: Pitfall | None, found: Found) -> Hint:
    edit = repair.edit
    location = edit.function or edit.file.partition("[")[0]
    return Hint(
        pitfall.name if pitfall else f"mistake-in-{location}",
        pitfall.text if pitfall else f"Something small is wrong in {location}.",
        line=f"{edit.file}:{edit.line}",
        function=edit.function,
        change=describe_kind(edit.kind),
        proved=True,
        proof=_describe_proof(repair, location, len(found.wanted), found.untried),
    )


def _commonest(named: Mapping[str, str], ids: Sequence[str]) -> str:
    """Return the pitfall that the answers of most of these checks show."""
    names = [named[id] for id in ids if id in named]
    return max(sorted(set(names)), key=names.count, default="")


def _describe_proof(repair: Repair, location: str, failed: int, untried: int = 0) -> str:
    """Return what was proven, without the line."""
    count = len(repair.fixed)
    checks = f"{count} of the {failed} failing checks"
    if count == failed:
        few = {1: "the failing check", 2: "both failing checks"}
        checks = few.get(failed, f"all {failed} failing checks")
    tried = " that were tried" * bool(untried) if failed > 1 else " that was tried" * bool(untried)
    others = f"{repair.held} others still pass" if repair.held != 1 else "1 other still passes"
    end = f", and {others}" * bool(repair.held)
    return f"One small change in {location} fixes {checks}{tried}{end}."


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
