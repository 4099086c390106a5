"""Points that people change: read, kept, summed, shown, and handed on; the machine's stay."""

import csv
import json
import multiprocessing
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import jsonschema
import pytest
from nbgrader.api import Gradebook

from autograder.cli import export, review
from autograder.cli.adjust import run as adjust
from autograder.course import CourseError, load_course
from autograder.exchange import gradescope, nbgrader, nbgrader_source
from autograder.exchange.nbgrader_gradebook import is_left_out
from autograder.reports import adjustments, gradebook
from autograder.reports.adjusted import adjust_score, list_conflicts, measure_work
from autograder.reports.adjustments import NAME, Adjustment, Adjustments, read_adjustments
from autograder.reports.class_rows import Names
from autograder.reports.feedback import render_feedback
from autograder.reports.page import write_class_page
from autograder.reports.register import Register
from autograder.reports.standings import find_standings_rule
from autograder.run.class_report import notes_on_adjustments
from autograder.run.grade import local_environment
from autograder.score import (
    CheckResult,
    ExtraScore,
    GradedWork,
    Hint,
    Kit,
    MilestoneScore,
    Outcome,
    Score,
    Timing,
    read_score,
    write_score,
)
from autograder.stop import Stop
from tests.conftest import ROOT

COURSE = load_course()
WHEN = datetime.fromisoformat("2026-10-02T10:00:00+02:00")


def check_of(id: str, points: float, most: float, hidden: bool = False) -> CheckResult:
    name, visibility = (f"{id}_hidden", "hidden") if hidden else (id, "public")
    status = "passed" if points == most else "failed"
    hint = None if status == "passed" else Hint("sign", "A sign.")
    return CheckResult(
        name, f"Title of {id}", "property", visibility, status, points, most, "Wrong.", hint
    )  # type: ignore[arg-type]


def part_of(id: str, *checks: CheckResult) -> MilestoneScore:
    points, most = sum(check.points for check in checks), sum(check.max_points for check in checks)
    return MilestoneScore(id, f"Part {id}", points, most, [*checks])


def score_of(name: str = "ada", at: str = "2026-01-01T00:00:00+00:00") -> Score:
    m1 = part_of(
        "m1",
        check_of("m1.add", 3.0, 3.0),
        check_of("m1.add", 1.0, 1.0, hidden=True),
        check_of("m1.tanh", 0.0, 4.5),
        check_of("m1.tanh", 0.0, 1.5, hidden=True),
    )
    m2 = part_of("m2", check_of("m2.forward", 5.0, 10.0))
    extra = ExtraScore("w", "Warm-up", 4.0, 4.0, [check_of("w.outer", 4.0, 4.0)])
    milestones = [m1, m2]
    return Score(
        GradedWork(name, "a1b2", ["engine.py"]),
        Kit("1", "c", "quick", 1),
        local_environment("strict"),
        sum(part.points for part in milestones),
        sum(part.max_points for part in milestones),
        milestones,
        Timing(at, 1.0, 1.0, {}),
        [extra],
    )


def row(on: str = "", name: str = "ada", **change: object) -> Adjustment:
    fields: dict[str, object] = {"because": "So.", "by": "kim", "at": WHEN} | change
    return Adjustment(name, on=on, **fields)  # type: ignore[arg-type]


def save(grades: Path, score: Score) -> Path:
    folder = grades / score.submission.id
    folder.mkdir(parents=True, exist_ok=True)
    write_score(score, folder / "score.json")
    return folder


@pytest.fixture
def grades(tmp_path: Path) -> Path:
    for name in ("ada", "bob"):
        save(tmp_path / "grades", score_of(name))
    return tmp_path / "grades"


@pytest.mark.parametrize(
    ("rows", "by_part", "total"),
    [
        ([], [(4, 10), (5, 10)], (9, 20)),
        ([row("m1", points=2.0)], [(6, 10), (5, 10)], (11, 20)),
        ([row("m1", points=2.0), row("m1", points=-1.5)], [(4.5, 10), (5, 10)], (9.5, 20)),
        ([row("m1", points=-9.0)], [(0, 10), (5, 10)], (5, 20)),
        ([row("m1.tanh", points=4.0)], [(8, 10), (5, 10)], (13, 20)),
        ([row("m1.add", override=1.0), row("m1", points=0.5)], [(1.5, 10), (5, 10)], (6.5, 20)),
        ([row("m1", points=2.0), row("m1", override=7.0)], [(7, 10), (5, 10)], (12, 20)),
        ([row("m1", override=7.0), row("m1", points=2.0)], [(9, 10), (5, 10)], (14, 20)),
        ([row("m1.tanh", excuse=True)], [(4, 4), (5, 10)], (9, 14)),
        ([row("m2", excuse=True)], [(4, 10), (0, 0)], (4, 10)),
        ([row("m2", excuse=True), row("m2", override=6.0)], [(4, 10), (6, 10)], (10, 20)),
        ([row(points=3.0)], [(4, 10), (5, 10)], (12, 20)),
        ([row(override=15.0)], [(4, 10), (5, 10)], (15, 20)),
        ([row(excuse=True)], [(4, 10), (5, 10)], (0, 0)),
        ([row("m1", points=8.0)], [(12, 10), (5, 10)], (17, 20)),
    ],
)
def test_points_are_summed_in_order(
    rows: Sequence[Adjustment], by_part: list[tuple[float, float]], total: tuple[float, float]
) -> None:
    graded = score_of()
    adjusted = adjust_score(graded, rows)
    assert [(part.points, part.max_points) for part in adjusted.milestones] == by_part
    assert (adjusted.points, adjusted.max_points) == total
    assert graded == score_of()


def test_a_check_shares_its_points_with_its_twin() -> None:
    (m1, _) = adjust_score(score_of(), [row("m1.tanh", points=4.0)]).milestones
    assert [check.points for check in m1.checks] == [3.0, 1.0, 3.0, 1.0]


def test_an_extra_may_be_adjusted_and_counts_up_to_the_cap() -> None:
    score = score_of()
    score.bonus.cap = 10.0
    score.milestones.append(part_of("m3", check_of("m3.broadcast_outer", 1.0, 1.0)))
    adjusted = adjust_score(score, [row("w", points=2.0)])
    assert (adjusted.bonus.earned, adjusted.bonus.counted, adjusted.bonus.cap) == (6.0, 6.0, 10.0)


@pytest.mark.parametrize(
    ("rows", "weights", "shares"),
    [
        ([], {}, {"m1": 0.4, "m2": 0.5}),
        ([], {"m1.tanh": 2.0}, {"m1": 0.25, "m2": 0.5}),
        ([], {"m1.tanh": 0.0}, {"m1": 1.0, "m2": 0.5}),
        ([row("m1", points=1.0)], {"m1.tanh": 0.0}, {"m1": 1.1, "m2": 0.5}),
        ([row("m1", override=7.0)], {"m1.tanh": 0.0}, {"m1": 0.7, "m2": 0.5}),
        ([row("m1.tanh", override=6.0)], {"m1.tanh": 2.0}, {"m1": 1.0, "m2": 0.5}),
        ([row("m2", excuse=True)], {}, {"m1": 0.4}),
    ],
)
def test_shares_go_by_the_weights_of_checks_and_what_people_say(
    rows: list[Adjustment], weights: dict[str, float], shares: dict[str, float]
) -> None:
    course = type(COURSE)(
        COURSE.grading, COURSE.milestones, check_weights=weights, extras=COURSE.extras
    )
    work = measure_work(course, adjust_score(score_of(), rows), rows)
    assert work.shares == pytest.approx(shares)


@pytest.mark.parametrize(
    ("rows", "added", "fixed"),
    [
        ([row(points=3.0)], 15.0, None),
        ([row(override=15.0), row(points=-1.0)], -5.0, 75.0),
        ([row(points=3.0), row("m2", excuse=True)], 30.0, None),
    ],
)
def test_what_is_said_of_all_is_a_share_of_all(
    rows: list[Adjustment], added: float, fixed: float | None
) -> None:
    work = measure_work(COURSE, adjust_score(score_of(), rows), rows)
    assert (work.added, work.fixed) == (added, fixed)


HAND = """
[[adjustments]]
submission = "ada"
on = "m1"
points = 2
because = "One sign."

# a word of mine

[[ adjustments ]]
"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HAND, "adjustments.toml, line 10, adjustment 2: submission is 'not there'; write submission = \"...\""),
        (HAND + 'submission = "ada"', 'because is \'not there\'; write because = "..."'),
        (HAND + 'submission = "ada"\nbecause = " "', "because is ' '"),
        (HAND + 'submision = "ada"', "line 10, adjustment 2: there is no key submision; did you mean submission?"),
        (HAND + 'submission = "ada"\nbecause = "x"', "it has none of points, override, excuse; wanted one"),
        (HAND + 'submission = "ada"\nbecause = "x"\npoints = 1\nexcuse = true', "it has points and excuse of"),
        (HAND + 'submission = "ada"\nbecause = "x"\npoints = "+1"', "points is '+1'; wanted a number"),
        (HAND + 'submission = "ada"\nbecause = "x"\npoints = nan', "points is nan; wanted a number"),
        (HAND + 'submission = "ada"\nbecause = "x"\npoints = 0', "points is 0, which changes nothing"),
        (HAND + 'submission = "ada"\nbecause = "x"\noverride = -1', "override is -1; points are 0 or more"),
        (HAND + 'submission = "ada"\nbecause = "x"\nexcuse = false', "excuse is False; write excuse = true"),
        (HAND + 'submission = "ada"\nbecause = "x"\non = "m1.ad"\npoints = 1', "there is no check 'm1.ad'; did you mean m1.add?"),
        (HAND + 'submission = "ada"\nbecause = "x"\non = "m11"\npoints = 1', "no milestone or check 'm11'; did you mean m1?"),
        (HAND + 'submission = "ada"\nbecause = "x"\non = 3\npoints = 1', 'on is 3; wanted a milestone or a check, such as "m3"'),
        (HAND + 'submission = "ada"\nbecause = "x"\npoints = 1\nby = 3', "by is 3; wanted a name in quotes"),
        (HAND + 'submission = "ada"\nbecause = "x"\npoints = 1\nat = 2026-10-02', "at is 2026-10-02; wanted a time with its zone"),
        ("[adjustments]\n", "write [[adjustments]], with two brackets"),
        ("[[adjustment]]\n", "there is no key adjustment; did you mean adjustments?"),
        ("adjustments = ", "adjustments.toml is not TOML"),
    ],
)  # fmt: skip
def test_a_mistake_by_hand_is_one_line_with_its_place(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / NAME).write_text(text)
    with pytest.raises(CourseError) as raised:
        read_adjustments(tmp_path, COURSE)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    with pytest.raises(CourseError):
        adjustments.append_adjustment(tmp_path, row("m1", points=1.0), COURSE)
    assert (tmp_path / NAME).read_text() == text


def test_what_is_written_by_hand_stays_and_what_is_added_is_read_back(tmp_path: Path) -> None:
    assert read_adjustments(tmp_path, COURSE).rows == ()
    (tmp_path / NAME).write_bytes(
        b"\xef\xbb\xbf" + HAND.replace("\n[[ adjustments ]]", "").encode()
    )
    added = [
        row(
            "m1.add", name='ä "\\b" \U0001f600\x7f', override=0.0, because="=1+1 \U0001f600", by=""
        ),
        row(name="bob", excuse=True, at=None),
        row("x.norm", points=-0.5),
    ]
    for one in added:
        adjustments.append_adjustment(tmp_path, one, COURSE)
    text = (tmp_path / NAME).read_text()
    assert "# a word of mine\n" in text
    first, second, *others = read_adjustments(tmp_path, COURSE).rows
    assert first == Adjustment("ada", "One sign.", "m1", 2.0)
    assert second.submission == 'ä "\\b" \U0001f600\\x7f'
    assert (second.override, second.because) == (0.0, "=1+1 \U0001f600")
    assert others == added[1:]
    assert str(first) == "m1 +2 (by hand): One sign."
    assert str(others[0]) == "in all excused (kim): So."


def test_the_examples_of_the_document_are_read(tmp_path: Path) -> None:
    document = (ROOT / "docs/adjustments.md").read_text()
    blocks = re.findall(r"^```toml\n(.*?)^```$", document, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 4
    for number, block in enumerate(blocks):
        file = tmp_path / (NAME if "[[adjustments]]" in block else f"{number}.toml")
        file.write_text(block)
        if file.name != NAME:
            assert load_course(file) != COURSE
    (read,) = read_adjustments(tmp_path, COURSE).rows
    assert str(read) == "m3 +2 (kim, 2026-10-02): Right idea, and one sign."


def add_many(grades: Path, who: str) -> None:
    for number in range(10):
        adjustments.append_adjustment(grades, row("m1", points=1.0 + number, by=who), COURSE)


def test_two_who_adjust_at_once_lose_nothing(grades: Path) -> None:
    context = multiprocessing.get_context("fork")
    people = [context.Process(target=add_many, args=(grades, who)) for who in ("kim", "lee", "mia")]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert [person.exitcode for person in people] == [0, 0, 0]
    rows = read_adjustments(grades, COURSE).rows
    for who in ("kim", "lee", "mia"):
        assert [one.points for one in rows if one.by == who] == [1.0 + n for n in range(10)]
    assert [file.name for file in grades.iterdir() if file.name.startswith(".")] == []


def test_the_command_writes_one_down(grades: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (grades / "ada/score.json").read_bytes()
    (grades / "feedback").mkdir()
    (grades / "feedback/ada.html").write_text("old")
    adjust(grades, "ada", ["m1", "+2"], None, False, "Right  idea,\none sign.", "kim")
    adjust(grades, "ada", ["-1"], None, False, "Handed in twice.", None)
    adjust(grades, "bob", ["m2.forward"], 8.0, False, "Read by me.", "kim")
    adjust(grades, "bob", ["m1"], None, True, "Ill.", "kim")
    out = capsys.readouterr().out
    assert "ada: m1 +2. Right idea, one sign.\nnow 11 of 20 points, as graded 9 of 20\n" in out
    assert "now 10 of 20 points" in out
    assert "now 8 of 10 points, as graded 9 of 20" in out
    rows = read_adjustments(grades, COURSE).rows
    assert [(one.submission, one.on, one.change) for one in rows] == [
        ("ada", "m1", "+2"),
        ("ada", "", "-1"),
        ("bob", "m2.forward", "= 8"),
        ("bob", "m1", "excused"),
    ]
    assert rows[0].by == "kim"
    assert rows[1].by == adjustments.find_login()
    assert rows[0].at is not None
    assert rows[0].at.tzinfo is not None
    assert (grades / "ada/score.json").read_bytes() == before
    page = (grades / "feedback/ada.html").read_text()
    assert "<li>m1 <strong>+2</strong>: Right idea, one sign." in page
    adjust(grades, None, [], None, False, None, None)
    listed = capsys.readouterr().out
    assert "bob         m2.forward  = 8" in listed
    adjust(grades, "ada", [], None, False, None, None)
    assert "bob" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "words", "override", "excuse", "because", "message"),
    [
        ("adda", ["m1", "+2"], None, False, "So.", "there is no submission 'adda'; did you mean ada?"),
        ("ada", ["m7", "+2"], None, False, "So.", "there is no milestone or check 'm7'"),
        ("ada", ["m1.tan", "+2"], None, False, "So.", "there is no check 'm1.tan'; did you mean m1.tanh?"),
        ("ada", ["m3", "+2"], None, False, "So.", "the score of ada has no m3: it was not graded"),
        ("ada", ["m1", "-4.5"], None, False, "So.", "m1 of ada has 4 points; -4.5 would take it below 0"),
        ("ada", ["m1.tanh", "-1"], None, False, "So.", "m1.tanh of ada has 0 points; -1 would"),
        ("ada", ["-10"], None, False, "So.", "in all of ada has 9 points; -10 would take it below 0"),
        ("ada", ["m1", "2"], None, False, "So.", "too many words: m1 2"),
        ("ada", ["80"], None, False, "So.", "write +80 to add, or --override 80"),
        ("ada", ["m1", "+0"], None, False, "So.", "+0 points change nothing"),
        ("ada", ["m1", "+2"], 5.0, False, "So.", "write one of +2, --override 80 and --excuse"),
        ("ada", ["m1"], -5.0, False, "So.", "--override is a number of points, 0 or more, not -5"),
        ("ada", ["m1"], float("nan"), False, "So.", "0 or more, not nan"),
        ("ada", ["m1"], None, False, None, "by how much? write +2, -2, --override 80 or --excuse"),
        ("ada", ["m1", "+2"], None, False, " ", "--because is a sentence of at most 500 characters"),
        ("ada", ["m1", "+2"], None, False, "a" * 501, "--because is a sentence of at most 500"),
        ("ada", ["m1", "--becuse", "+2"], None, False, "So.", "there is no option --becuse"),
        ("ada", ["--excuze"], None, True, "So.", "there is no option --excuze"),
        (None, ["m1", "+2"], None, False, "So.", "whose? autograder adjust ada m3 +2"),
    ],
)  # fmt: skip
def test_what_cannot_be_adjusted_is_one_line(
    grades: Path, name: str | None, words: list[str], override: float | None, excuse: bool,
    because: str | None, message: str,
) -> None:  # fmt: skip
    with pytest.raises(Stop) as raised:
        adjust(grades, name, words, override, excuse, because, "kim")
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert raised.value.code == 2
    assert not (grades / NAME).exists()


def test_below_zero_counts_what_was_adjusted_before(grades: Path) -> None:
    adjust(grades, "ada", ["m1.tanh", "+2"], None, False, "So.", "kim")
    adjust(grades, "ada", ["m1", "-5"], None, False, "So.", "kim")
    with pytest.raises(Stop, match="m1 of ada has 1 points; -2 would take it below 0"):
        adjust(grades, "ada", ["m1", "-2"], None, False, "So.", "kim")


def test_what_a_regrade_leaves_no_place_for_is_noted() -> None:
    rows = Adjustments(
        (
            row("m1", points=-5.0),
            row("m4", points=1.0),
            row("m2", points=-5.0),
            row("m1.add", points=-4.0),
        )
    )
    assert list(list_conflicts(rows, score_of())) == [
        "-5 would take m1 of ada below 0, from 0: it has 0",
        "ada is adjusted in m4, which this score does not have",
    ]


def test_an_adjustment_of_what_is_gone_is_noted(grades: Path) -> None:
    rows = Adjustments((row(name="eve", points=1.0), row(name="bob", points=1.0)))
    outcome = Outcome("ada", score_of(), grades / "ada/score.json")
    stray, conflicts = notes_on_adjustments([outcome], grades, rows)
    assert stray == ["adjustments.toml names eve, who has no score here"]
    assert conflicts == []


ROWS = [row("m1", points=2.0), row("m1.tanh", points=1.5), row("m2", excuse=True, because="<Ill>.")]


def test_the_feedback_shows_the_adjusted_points_and_who_said_so() -> None:
    page = render_feedback(score_of(), rows=ROWS)
    assert "7.5 of 10 points." in page
    assert "The machine gave 9.0 of 20 points." in page
    assert (
        '<li>m1 <strong>+2</strong>: So. <span class="quiet">(kim, 2026-10-02)</span></li>' in page
    )
    assert "m2 <strong>excused</strong>: &lt;Ill&gt;." in page
    assert "m1 Part m1: 7.5 of 10</h2>" in page
    assert "m2 Part m2: excused</h2>" in page
    assert "Adjusted" not in render_feedback(score_of())
    checks = [row("m1.tanh", excuse=True), row("m1.add", override=2.0)]
    page = render_feedback(score_of(), rows=checks)
    assert "m1.tanh: failed, excused</h3>" in page
    assert "<li>m1.add (1.5 of 3): " in page


def test_the_class_page_has_the_mark(tmp_path: Path) -> None:
    outcomes = [Outcome(name, score_of(name), tmp_path / name / "s") for name in ("ada", "bob")]
    names = Names(adjustments=Adjustments(tuple(ROWS)))
    write_class_page(outcomes, tmp_path / "index.html", names=names)
    page = (tmp_path / "index.html").read_text()
    assert page.count("adjusted: 7.5/10</strong>") == 1
    assert '"adjusted":"7.5/10"' in page
    assert 'title="m1 +2 (kim, 2026-10-02): So.; m1.tanh +1.5' in page
    hidden = Names(adjustments=names.adjustments, hide=lambda name: f"student-{len(name)}")
    write_class_page(outcomes, tmp_path / "index.html", names=hidden)
    page = (tmp_path / "index.html").read_text()
    assert "adjusted: 7.5/10</strong>" in page
    assert "kim" not in page
    write_class_page(outcomes, tmp_path / "index.html")
    page = (tmp_path / "index.html").read_text()
    assert "adjusted: 7" not in page
    assert "7.5/10" not in page


def read_table(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.open(newline="")))


def test_the_table_has_adjusted_points_and_the_machines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "course.toml"
    own.write_text("version = 1\n")
    monkeypatch.setenv("AUTOGRADER_COURSE", str(own))
    rows = Adjustments((*ROWS, row(points=0.5)))
    rule = find_standings_rule(load_course(), rows)
    scores = [score_of("ada"), score_of("bob")]
    gradebook.write_gradebook(scores, tmp_path / "g.csv", Register(None, rows, rule=rule))
    ada, bob = read_table(tmp_path / "g.csv")
    assert (ada["points"], ada["max_points"], ada["m1"], ada["m2"]) == ("8.0", "10.0", "7.5", "")
    assert (ada["graded_points"], bob["graded_points"]) == ("9.0", "9.0")
    assert ada["adjustments"].startswith("m1 +2 (kim, 2026-10-02): So.; ")
    assert (ada["final_percent"], bob["final_percent"]) == ("80.0", "45.0")
    assert bob["adjustments"] == ""
    plain = Register(rule=find_standings_rule(load_course()))
    gradebook.write_gradebook(scores, tmp_path / "g.csv", plain)
    assert "graded_points" not in read_table(tmp_path / "g.csv")[0]


def test_export_csv_says_what_has_no_place(
    grades: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for one in (row("m1", points=2.0), row(name="eve", points=1.0), row("m5", points=1.0)):
        adjustments.append_adjustment(grades, one, COURSE)
    export.run("csv", grades, grades.parent / "out.csv")
    out = capsys.readouterr().out
    assert "note: adjustments.toml names eve, who has no score here\n" in out
    assert "note: ada is adjusted in m5, which this score does not have\n" in out
    ada, bob = read_table(grades.parent / "out.csv")
    assert (ada["points"], bob["points"]) == ("11.0", "9.0")


def test_gradescope_gets_the_adjusted_points_of_its_own_maximum() -> None:
    made = gradescope.results(score_of(), {}, ROWS)
    schema = json.loads((ROOT / "tests/e2e/gradescope_results.schema.json").read_text())
    jsonschema.validate(made, schema)
    assert made["score"] == 15.0  # 7.5 of 10, of 20
    assert made["output"].startswith("7.5 of 10 points.")
    by_name = {test["name"]: test for test in made["tests"]}
    assert by_name["m1 +2: adjusted by a person"]["output"] == "So. (kim, 2026-10-02)"
    assert by_name["m1.tanh: Title of m1.tanh"]["score"] == 1.125
    assert gradescope.results(score_of(), {}, [row("m1", points=2.0)])["score"] == 11.0


def test_nbgrader_gets_extra_credit_and_the_sentences(tmp_path: Path) -> None:
    checks = (("m1.add", "Add", 4.0), ("m1.tanh", "Tanh", 6.0))
    exercises = [
        nbgrader_source.Exercise("m1", "engine", "x = 1\n", checks),
        nbgrader_source.Exercise("m2", "nn", "x = 1\n", (("m2.forward", "Layer", 10.0),)),
    ]
    scores = [score_of("ada"), score_of("bob")]
    for score in scores:
        score.extras = []
    register = Register(None, Adjustments(tuple(ROWS)))
    nbgrader.record_scores(exercises, scores, tmp_path, register)
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as book:
        ada, bob = (book.find_submission("m1", name) for name in ("ada", "bob"))
        assert (ada.score, ada.max_score, bob.score) == (7.5, 10.0, 4.0)
        grades = {grade.name: grade for grade in ada.notebooks[0].grades}
        tanh = grades["m1-tanh"]
        assert (tanh.auto_score, tanh.extra_credit, tanh.needs_manual_grade) == (0.0, 3.5, False)
        assert book.find_submission("m2", "ada").score == 5.0
    shown = json.loads((tmp_path / "autograded/ada/m1/engine.ipynb").read_text())["cells"][0]
    assert "- m1 +2: So. (kim, 2026-10-02)" in "".join(shown["source"])
    assert "m2 excused" not in "".join(shown["source"])
    assert [is_left_out(one) for one in (*ROWS, row(points=1.0))] == [
        False, False, True, True,
    ]  # fmt: skip


def test_a_review_beside_an_adjustment_keeps_both(grades: Path) -> None:
    score = score_of("ada")
    extra = ExtraScore("r", "Reports", 2.0, 30.0, [check_of("r.card", 2.0, 2.0)])
    extra.needs_person, extra.person_points, extra.rubric = True, 6.0, ["Why?"]
    score.extras.append(extra)
    save(grades, score)
    (grades / "feedback").mkdir()
    (grades / "feedback/ada.html").write_text("old")
    adjust(grades, "ada", ["m1", "+2"], None, False, "One sign.", "kim")
    review.run(grades, "ada", 4.0, "Clear.", None)
    page = (grades / "feedback/ada.html").read_text()
    assert "One sign." in page
    assert "Clear." in page
    assert read_score(grades / "ada/score.json").points == 9.0
