"""What all checks together say about each that failed: its likeliest cause comes first."""

import re
from collections.abc import Collection, Mapping, Sequence

from autograder.diagnosis.catalogue import Pitfall
from autograder.diagnosis.changes import RETURN, Change, load_changes
from autograder.diagnosis.explanation import load_knowledge
from autograder.diagnosis.locations import find_names
from autograder.diagnosis.suspects import order_places
from autograder.judge.functions import functions_of
from autograder.judge.outcome import CheckRun
from autograder.judge.returns import Blame, ask_returns
from autograder.judge.settings import JudgedMilestone
from autograder.sandbox.handle import Launcher

UNSUPPORTED = re.compile(
    r"TypeError: unsupported operand type\(s\) for (?P<operator>.+?): "
    r"'(?P<left>\w+)' and '(?P<right>\w+)'"
)
OPERATORS = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "truediv",
    "@": "matmul",
    "** or pow()": "pow",
}
MISTAKE_STATUSES = ("failed", "timeout", "crashed")  # outcomes that a mistake in the work can have


def explain_failures(
    runs: Sequence[CheckRun],
    milestones: Sequence[JudgedMilestone],
    pitfalls: Mapping[str, Pitfall],
    launcher: Launcher,
) -> None:
    """Let the messages of failed checks start with, and point at, the likeliest cause.

    Parameters
    ----------
    runs : sequence of CheckRun
        Of all checks.
    milestones : sequence of JudgedMilestone
        Those that the checks belong to.
    pitfalls : mapping
        The mistake that was recognised, by check id.
    launcher : Launcher
        Starts the worker that is asked what the functions return. Right work pays nothing, and work
        that was late once is not waited for again.
    """
    for milestone in milestones:
        public = [
            run
            for run in runs
            if run.listed.id.startswith(f"{milestone.id}.") and run.result.visibility == "public"
        ]
        failed = [run for run in public if run.message.may_grow]
        if failed:
            folder = failed[0].message.folder
            is_late = any(run.result.status == "timeout" for run in public)
            returned = {} if is_late else ask_returns(milestone, folder, launcher)
            kept = pitfalls if is_late else _refute_returns(public, milestone, pitfalls, returned)
            _explain_milestone(public, failed, milestone, kept, returned)


def _refute_returns(
    public: Sequence[CheckRun],
    milestone: JudgedMilestone,
    pitfalls: Mapping[str, Pitfall],
    returned: Mapping[str, Blame],
) -> Mapping[str, Pitfall]:
    """Return the mistakes without a forgotten return where that function returns something.

    Many mistakes end in a TypeError in every check, as that one does.
    """
    kinds = load_changes().pitfalls.get(milestone.id, {})
    knowledge = load_knowledge(milestone.id)
    added = [Change(RETURN, one.name, ()) for one in returned.values() if one.returns_nothing]
    refuted = {
        id
        for id, pitfall in pitfalls.items()
        if list(kinds.get(pitfall.name, ())) == [RETURN]
        and not any(knowledge.takes_out(change, pitfall.name) for change in added)
    }
    for run in public:
        if run.listed.id in refuted:
            run.result.hint = None
    return {id: pitfall for id, pitfall in pitfalls.items() if id not in refuted}


def _explain_milestone(
    public: Sequence[CheckRun],
    failed: Sequence[CheckRun],
    milestone: JudgedMilestone,
    pitfalls: Mapping[str, Pitfall],
    returned: Mapping[str, Blame],
) -> None:
    """Write the messages of the `failed` checks of one milestone again."""
    functions = functions_of(milestone)
    places = {run.listed.id: functions.follow_uses(run.listed.spec.places) for run in public}
    defined = find_names(failed[0].message.folder, failed[0].message.module)
    ordered = _order_defined(places, public, defined)
    for run in failed:
        id = run.listed.id
        if absent := _find_absent_operator(run.message.text, defined):
            run.result.message = run.message.render(f"there is no {absent}", ())
            _refute_absent(run, absent)
            continue
        blame = next((returned[name] for name in places[id] if name in returned), None)
        names = list(run.message.names)
        if len(names) > 1:  # one alone is the class that lacks something
            names[:0] = ordered[id][:1]
        if id in pitfalls:
            names[:0] = _known_places(pitfalls[id], places[id])
        if blame:
            names.insert(0, blame.name)
        run.result.message = run.message.render(blame.sentence if blame else "", names)


def _refute_absent(run: CheckRun, absent: str) -> None:
    """Take the hint back that another method is missing than the one that is."""
    name = run.result.hint.pitfall if run.result.hint else ""
    if name.endswith("-missing") and absent.rpartition(".")[2].strip("_") not in name:
        run.result.hint = None


def _find_absent_operator(text: str, defined: Collection[str]) -> str:
    """Return the method that an operator looked for in vain; '' where that was not what failed."""
    match = UNSUPPORTED.match(text)
    name = OPERATORS.get(match["operator"], "") if match else ""
    if not match or not name:
        return ""
    left, right = match["left"], match["right"]
    wanted = f"{left}.__{name}__" if left in defined else f"{right}.__r{name}__"
    is_class = left in defined or right in defined
    return wanted if is_class and wanted not in defined else ""


def _known_places(pitfall: Pitfall, places: Sequence[str]) -> Sequence[str]:
    """Return the functions that a mistake is in: those that a check goes through, if there are."""
    return [name for name in pitfall.places if name in places] or pitfall.places


def _order_defined(
    places: Mapping[str, Sequence[str]], public: Sequence[CheckRun], defined: Collection[str]
) -> Mapping[str, Sequence[str]]:
    """Return what each failed check points at, of what the learner's module defines."""
    there = {id: [name for name in names if name in defined] for id, names in places.items()}
    wrong = {run.listed.id for run in public if run.result.status in MISTAKE_STATUSES}
    right = {run.listed.id for run in public if run.result.status == "passed"}
    return order_places(there, wrong, right)
