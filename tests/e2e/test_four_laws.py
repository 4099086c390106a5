"""The four laws: reference full, stub nothing, alternatives full, mutants below full and named.

The fourth, attacks, has a folder of its own. To keep it short, one mutant of each check is judged,
on the checks that decide its name; of all others it is what they answered when the catalogue was
made that has to name them. One alternative of each part is judged on the hidden inputs, too, and
trains for long where that is a matter of seconds: the reference does so in every part.
EVERY_CHECK=1 has all.
"""

import re
from pathlib import Path

import msgspec
import pytest

from autograder.course import Course, Part, load_course
from autograder.diagnosis.catalogue import load_catalogue
from autograder.diagnosis.explanation import load_knowledge
from autograder.judge.spec import list_checks
from autograder.run.few_passes import list_few_passes
from autograder.run.grade import Grade
from tests.conftest import ROOT, Judge
from tests.implementations import ALTERNATIVES, complete, write_reference
from tests.mutants import mutants
from tests.mutants.pitfall import Pitfall

PARTS = load_course().parts
IDS = [part.id for part in PARTS]
HELD = [(f, part.id) for f in ALTERNATIVES for part in PARTS if (f / f"{part.module}.py").exists()]
FAST_LAST = sorted(HELD, key=lambda held: held[0].name == "fast")
WHOLE = {id: (folder, id) for folder, id in FAST_LAST}.values()  # one per part: the last
MINUTES = ("m5", "m6")  # an alternative trains there for as long as the reference does
MUTANTS = [
    (part.id, pitfall)
    for part in PARTS
    for pitfall in mutants.pitfalls(part)
    if mutants.EVERY_CHECK or mutants.is_first(part, pitfall)
]


@pytest.mark.parametrize("id", IDS)
def test_reference_has_full_points(judge: Judge, course: Course, tmp_path: Path, id: str) -> None:
    part = course.part(id)
    (scored,) = judge(write_reference(course.steps_to(part), tmp_path), id).score.parts
    lost = {check.id: check.message for check in scored.checks if check.status != "passed"}
    assert lost == {}
    assert list_few_passes(scored.checks) == []
    most = sum(check.spec.points for check in list_checks(id, part.checks))
    assert scored.points == scored.max_points == most == (most if part.is_extra else 100.0)


@pytest.mark.parametrize("suffix", [".py", ".ipynb"])
def test_stub_scores_0_and_every_check_says_what_is_missing(
    judge: Judge, root: Path, course: Course, tmp_path: Path, suffix: str
) -> None:
    for part in course.parts:
        file = f"{part.module}{suffix}"
        (tmp_path / file).write_text((root / "assignments" / part.folder / file).read_text())
    is_whole = suffix == ".py" or mutants.EVERY_CHECK
    score = judge(tmp_path, *IDS, hidden=is_whole).score
    assert {part.points for part in score.parts} == {0.0}
    assert score.bonus.earned == 0.0
    others = {c.id: c.status for c in score.checks if c.status not in ("missing", "blocked")}
    assert others == {}
    public = [check for check in score.checks if check.visibility == "public"]
    assert all(re.search(r"milestone \d|unit [cwrx]", check.message) for check in public)


@pytest.mark.parametrize(("folder", "id"), HELD, ids=[f"{f.name}-{id}" for f, id in HELD])
def test_alternatives_score_100(
    judge: Judge, course: Course, tmp_path: Path, folder: Path, id: str
) -> None:
    work, is_whole = complete(course, folder, tmp_path), (folder, id) in WHOLE
    runs = (
        [judge(work, id)]
        if mutants.EVERY_CHECK
        else _in_short(judge, course.part(id), work, is_whole)
    )
    checks = [check for run in runs for check in run.score.checks]
    lost = {c.id.removesuffix("_hidden") for c in checks if c.status != "passed"}
    wanted = mutants.short(course.part(id))
    assert len(checks) >= len(wanted) > 5
    assert list_few_passes(checks) == []
    assert lost <= ({"m1.deep_chain"} if folder.name == "closures_recursive" else set())


def _in_short(judge: Judge, part: Part, work: Path, is_whole: bool) -> list[Grade]:
    """Judge the public checks that do not train for long; where it `is_whole`, more of them."""
    short = mutants.short(part)
    long = frozenset(each.id for each in list_checks(part.id, part.checks)) - short
    halves = [judge(work, part.id, only=short, hidden=is_whole)]
    if not long or not is_whole or part.id in MINUTES:
        return halves
    return [*halves, judge(work, part.id, only=long, hidden=False)]


@pytest.mark.parametrize("milestone", PARTS, ids=IDS)
def test_catalogue_is_in_step(milestone: Part) -> None:
    stored = load_catalogue(milestone.id)
    assert stored.made_from == mutants.made_from(milestone), "run 'make pitfalls'"
    texts = {pitfall.name: pitfall.text for pitfall in stored.pitfalls}
    assert texts == {pitfall.name: pitfall.text for pitfall in mutants.pitfalls(milestone)}


@pytest.mark.parametrize("milestone", PARTS, ids=IDS)
def test_what_every_mutant_answered_fails_its_check_and_names_it(milestone: Part) -> None:
    """The catalogue is in step with checks, probes and mutants: so these are their answers."""
    stored = {pitfall.name: pitfall.failing for pitfall in load_catalogue(milestone.id).pitfalls}
    knowledge, short = load_knowledge(milestone.id), mutants.short(milestone)
    for pitfall in mutants.pitfalls(milestone):
        named = knowledge.name_pitfalls(stored[pitfall.name], short)
        assert named[pitfall.shows_in].name == pitfall.name


@pytest.mark.parametrize("milestone", PARTS, ids=IDS)
def test_a_mutant_that_learns_nothing_either_is_named_all_the_same(milestone: Part) -> None:
    """As in a whole check: long trainings, by which no mutant is judged, fail as well."""
    stored = {pitfall.name: pitfall.failing for pitfall in load_catalogue(milestone.id).pitfalls}
    knowledge = load_knowledge(milestone.id)
    ran = {check.id for check in list_checks(milestone.id, milestone.checks)}
    trainings = ran - mutants.short(milestone)
    for pitfall in mutants.pitfalls(milestone):
        failed = stored[pitfall.name] | {check: [] for check in trainings}
        named = knowledge.name_pitfalls(failed, ran)
        assert named[pitfall.shows_in].name == pitfall.name


@pytest.mark.parametrize("row", MUTANTS, ids=[pitfall.name for _, pitfall in MUTANTS])
def test_mutant_loses_points_and_is_named(row: tuple[str, Pitfall]) -> None:
    milestone, pitfall = row
    only = None if mutants.EVERY_CHECK else mutants.deciding(milestone, pitfall)
    score, runs = mutants.judged(milestone, pitfall, only)
    assert [run.result.id for run in runs if run.unreadable] == []
    checks = {check.id: check for check in score.checks}
    shown = checks[pitfall.shows_in]
    assert shown.status not in ("passed", "missing", "blocked")
    assert shown.points == 0.0
    assert shown.hint is not None
    assert shown.hint.pitfall == pitfall.name


def test_a_mistake_in_another_style_is_named(judge: Judge, tmp_path: Path) -> None:
    """Diagnosis must not depend on the reference's way of writing."""
    source = (ROOT / "tests/alternatives/local_derivatives/engine.py").read_text()
    assert ".grad += " in source
    (tmp_path / "engine.py").write_text(source.replace(".grad += ", ".grad = "))
    hints = {c.hint.pitfall for c in judge(tmp_path, "m1").score.checks if c.hint}
    assert hints == {"assign-not-accumulate"}


def test_catalogue_carries_no_code(root: Path) -> None:
    for milestone in PARTS:
        solution = (root / "solutions" / milestone.folder / f"{milestone.module}.py").read_text()
        stored = msgspec.msgpack.encode(load_catalogue(milestone.id)).decode("utf-8", "ignore")
        bodies = [block.partition("### END")[0] for block in solution.split("BEGIN SOLUTION")[1:]]
        lines = {line.strip() for body in bodies for line in body.splitlines()}
        assert not [line for line in lines if len(line) > 25 and line in stored]
