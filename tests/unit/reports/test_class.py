"""What `grade` writes beside the scores: the class page, feedback, and what a regrade moved."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.course import policy
from autograder.course.roster import read_roster
from autograder.reports import changes, feedback, gradebook, page, terminal
from autograder.reports.class_rows import Names, make_rows
from autograder.reports.register import Register
from autograder.score import (
    CheckResult,
    Environment,
    GradedWork,
    Hint,
    Kit,
    Outcome,
    Score,
    Timing,
    UnusualUse,
    score_milestone,
    sum_points,
)

HINT = Hint("assign-not-accumulate", "A gradient is overwritten.")
EVIL = '=1+1,<script>alert("x")</script>😀'


def check(
    id: str, status: Any, points: float, message: str = "", hint: Hint | None = None
) -> CheckResult:
    visibility: Any = "hidden" if id.endswith("_hidden") else "public"
    got = points if status == "passed" else 0.0
    return CheckResult(
        id, f"title of {id}", "property", visibility, status, got, points, message, hint
    )


def score(name: str, checks: Sequence[CheckResult], checks_sha: str = "a", sha: str = "w") -> Score:
    ids = sorted({one.id.partition(".")[0] for one in checks})
    parts = [
        score_milestone(id, f"Title {id}", [c for c in checks if c.id.startswith(id)]) for id in ids
    ]
    return Score(
        GradedWork(name, sha, ["engine.py"]), Kit("1", checks_sha, "quick", 1),
        Environment("3", "2", "Linux", "strict"), *sum_points(list(checks)), parts,
        Timing("2026-01-01", 1.0, 1.0, {}),
    )  # fmt: skip


def half(name: str, hint: Hint | None = HINT, message: str = "a.grad is 1, wanted 3") -> Score:
    return score(
        name,
        [
            check("m1.add", "failed", 75.0, message, hint),
            check("m1.add_hidden", "blocked", 25.0, "SECRET-INPUT 1.5"),
            check("m1.mul", "passed", 75.0),
            check("m1.mul_hidden", "failed", 25.0, "wrong on inputs that you have not seen"),
        ],
    )


def outcome(out: Path, folder: str, one: Score) -> Outcome:
    return Outcome(one.submission.id, one, out / folder / "score.json")


def write_feedback(outcomes: Sequence[Outcome], folder: Path) -> None:
    """Write the pages of a class as `grade` does."""
    pages = feedback.open_feedback(folder, len(outcomes))
    for one in outcomes:
        pages.write(one, feedback.find_reviews(one))


@pytest.fixture
def written(tmp_path: Path) -> Path:
    full = score("full", [check("m1.add", "passed", 75.0), check("m1.mul", "passed", 75.0)])
    found = [
        outcome(tmp_path, "full", full),
        outcome(tmp_path, "evil #1", half(EVIL, message="</pre><script>alert(2)</script>")),
        outcome(tmp_path, "half", half("half")),
        Outcome("<b>broken", None, fault="x"),
    ]
    page.write_class_page(found, tmp_path / "index.html")
    write_feedback(found, tmp_path / "feedback")
    return tmp_path


def test_the_class_page_counts_what_fails_and_why(written: Path) -> None:
    text = (written / "index.html").read_text()
    assert "3 submissions, 100.0 of 200 points on average." in text
    assert "m1.add<br>" in text
    assert "2 of 3" in text
    assert "2 failed" in text
    assert text.count('<td class="heat') == 1
    assert '<td class="heat heat-7">2</td>' in text
    assert "<strong>assign-not-accumulate</strong> (2 submissions)" in text
    assert 'aria-label="' in text


def test_what_nobody_began_is_no_failing_check_and_what_is_wrong_goes_first() -> None:
    ends = {
        "m1.a": ("missing", "missing", "passed"),
        "m1.b": ("failed", "missing", "missing"),
        "m1.c": ("timeout", "crashed", "passed"),
        "m1.d": ("passed", "passed", "passed"),
        "m2.a": ("missing", "missing", "rejected"),
        "m2.b": ("missing", "blocked", "rejected"),
    }
    scores = [
        score(str(place), [check(id, own[place], 10.0) for id, own in ends.items()])
        for place in range(3)
    ]
    told = [
        (check["id"], check["count"], check["statuses"]) for check in page._rank_failures(scores)
    ]
    assert told == [
        ("m1.c", 2, "1 timeout, 1 crashed"),
        ("m1.b", 3, "1 failed, 2 missing"),
        ("m1.a", 2, "2 missing"),
    ]


def test_feedback_on_what_was_not_handed_in_is_one_line() -> None:
    ids = ("m2.a", "m2.b")
    missing = [check(id, "missing", 10.0, "nn.py was not handed in") for id in ids]
    text = feedback.render_feedback(score("x", [*half("x").checks, *missing]))
    assert text.count("nn.py was not handed in") == 1
    assert "<p>nn.py was not handed in: 2 checks missing</p>" in text
    assert "m2.a" not in text
    assert "a.grad is 1, wanted 3" in text
    missing[1].message = "not implemented yet"
    assert "m2.a: missing" in feedback.render_feedback(score("x", missing))


def test_the_distribution_has_a_bin_a_tenth() -> None:
    chart = page._build_chart(
        "m1", [half("a"), half("b"), score("c", [check("m1.add", "passed", 100.0)])]
    )
    counts = [bar["count"] for bar in chart["bars"]]
    assert counts == [0, 0, 0, 2, 0, 0, 0, 0, 0, 1]
    assert chart["bars"][3]["height"] == 2 * chart["bars"][9]["height"]


def test_nothing_of_a_submission_is_markup_and_nothing_comes_from_a_network(written: Path) -> None:
    for file in written.rglob("*.html"):
        text = file.read_text()
        assert text.count("<script") == 2 * (file.name == "index.html")  # its rows, and its own
        assert "<b>broken" not in text
        assert "http" not in text.replace("http-equiv", "")
    assert "&lt;script&gt;alert(2)" in (written / "feedback/evil #1.html").read_text()


def test_every_row_links_to_its_feedback(written: Path) -> None:
    text = (written / "index.html").read_text()
    for place in ("full", "evil%20%231", "half"):
        assert f'href="feedback/{place}.html"' in text
        assert f'href="{place}/score.json"' in text
    assert {file.name for file in (written / "feedback").iterdir()} == {
        "full.html", "evil #1.html", "half.html",
    }  # fmt: skip


def test_feedback_tells_of_a_twin_only_how_it_ended(written: Path) -> None:
    text = (written / "feedback/half.html").read_text()
    assert "75.0 of 200 points" in text
    assert "a.grad is 1, wanted 3" in text
    assert "wrong on inputs that you have not seen" in text
    assert "SECRET-INPUT" not in text
    assert "1 check passed" in text


def test_feedback_explains_a_mistake_once_and_then_names_it() -> None:
    twice = [check(f"m1.{name}", "failed", 75.0, "wrong", HINT) for name in ("add", "mul", "sub")]
    text = feedback.render_feedback(
        score("half", [*twice, check("m2.add", "failed", 75.0, "wrong", HINT)])
    )
    assert text.count(HINT.text) == 1
    assert text.count(f"<strong>{HINT.pitfall}</strong>, as above.") == 3
    assert text.index(HINT.text) < text.index("as above")


def rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text().splitlines()))


def test_a_regrade_tells_whose_score_moved_by_which_check(tmp_path: Path) -> None:
    file = tmp_path / "changes.csv"
    old = {name: half(name) for name in (EVIL, "same", "other work")}
    new = [
        score(EVIL, [check("m1.add", "passed", 75.0), check("m1.mul", "passed", 75.0)], "b"),
        score("same", half("same").checks, "b"),
        score("other work", [check("m1.add", "passed", 75.0)], "b", sha="w2"),
        score("new", [check("m1.add", "passed", 75.0)], "b"),
    ]
    assert changes.write_changes(old, new, file)
    (row,) = rows(file)
    assert row == {
        "submission": f"'{EVIL}", "check": "m1.add", "points_before": "0.0",
        "points_after": "75.0", "status_before": "failed", "status_after": "passed",
        "total_before": "75.0", "total_after": "150.0",
    }  # fmt: skip


def test_without_a_change_of_the_checks_nothing_is_written(tmp_path: Path) -> None:
    file = tmp_path / "changes.csv"
    assert not changes.write_changes(
        {"a": half("a")}, [score("a", [check("m1.add", "passed", 75.0)])], file
    )
    assert not file.exists()


def test_a_check_that_is_gone_or_new_moved_the_score_too() -> None:
    old = score("a", [check("m1.old", "passed", 50.0), check("m2.x", "passed", 50.0)])
    new = score("a", [check("m1.new", "passed", 60.0)], "b")
    told = [(row[1], row[2], row[3], row[4], row[5]) for row in changes.list_changes(old, new)]
    assert told == [
        ("m1.new", 0.0, 60.0, "absent", "passed"),
        ("m1.old", 50.0, 0.0, "passed", "absent"),
    ]


@pytest.mark.parametrize(
    "name", ["=1", "+1", "-1", "@x", "\t1", "\r1", "\n1", "a,b", 'a"b', "😀", "a\nb"]
)
def test_grades_csv_bears_every_name(tmp_path: Path, name: str) -> None:
    gradebook.write_gradebook([half(name)], tmp_path / "grades.csv")
    with (tmp_path / "grades.csv").open(newline="") as stream:
        table = list(csv.reader(stream))
    assert table[0] == ["submission", "points", "max_points", "m1", "isolation", "sha256"]
    shown = name.replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n")
    assert table[1][0] == (f"'{name}" if name[0] in "=+-@" else shown)
    assert table[1][1:4] == ["75.0", "200.0", "75.0"]


def test_a_milestone_that_was_not_graded_is_no_zero(tmp_path: Path) -> None:
    one, two = (score(id, [check(f"{id}.x", "passed", 75.0)]) for id in ("m1", "m2"))
    late = {"m1": {"m1": 10.0}, "m2": {}}
    gradebook.write_gradebook(
        [one, two], tmp_path / "grades.csv", Register(rule=lambda s: [_standing(s, late)])
    )
    with (tmp_path / "grades.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["m1"], row["m2"]) for row in rows] == [("75.0", ""), ("", "75.0")]
    told = [(row["m1_late_percent"], row["m2_late_percent"]) for row in rows]
    assert told == [("10.0", ""), ("", "")]


def _standing(of: Score, late: dict[str, dict[str, float]]) -> policy.Standing:
    return policy.Standing(of.submission.id, late[of.submission.id], 1.0)


def test_what_is_unusual_is_marked_in_the_table_and_on_the_page(tmp_path: Path) -> None:
    one, other = half("one"), half("other")
    uses = (UnusualUse("=<b>.py, line 3", "looks into frames", "a question lies there"),)
    gradebook.write_gradebook([one, other], tmp_path / "grades.csv", None, {"one": uses})
    with (tmp_path / "grades.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["unusual"] for row in rows] == ["'=<b>.py, line 3: looks into frames", ""]
    marked = replace(outcome(tmp_path, "one", one), unusual=uses)
    page.write_class_page([marked, outcome(tmp_path, "other", other)], tmp_path / "index.html")
    text = (tmp_path / "index.html").read_text()
    assert text.count("<summary>unusual: 1</summary>") == 1
    assert "=&lt;b&gt;.py, line 3: looks into frames" in text
    assert "a question lies there" in text


def test_a_roster_says_whose_each_submission_is(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(
        "name,id,section\nZoë <Ray>,=7,A1\nBo Lee,008,B2\nAda Low,9,\n"
    )
    members = {"team": ["Bo Lee", "Zoë <Ray>"]}
    roster = read_roster(tmp_path / "roster.csv", lambda name: members.get(name, [name]))
    scores = [half("team"), half("who")]
    files = [tmp_path / name / "score.json" for name in ("team", "who")]
    outcomes = [
        Outcome(one.submission.id, one, file) for one, file in zip(scores, files, strict=True)
    ]

    gradebook.write_gradebook(scores, tmp_path / "grades.csv", Register(roster))
    with (tmp_path / "grades.csv").open(encoding="utf-8") as stream:
        rows = {row["submission"]: row for row in csv.DictReader(stream)}
    assert list(rows["who"])[:7] == [
        "submission", "name", "id", "login", "section", "email", "points",
    ]  # fmt: skip
    assert rows["who"]["id"] == rows["team"]["id"] == ""

    pages = feedback.open_feedback(tmp_path / "feedback", len(outcomes))
    for one in outcomes:
        pages.write(one, {}, people=roster.persons_of(one.name))
    text = (tmp_path / "feedback/team.html").read_text()
    assert "<title>Feedback: Bo Lee (008), Zoë &lt;Ray&gt; (=7)</title>" in text
    assert "<title>Feedback: who</title>" in (tmp_path / "feedback/who.html").read_text()

    names = Names(persons=roster.persons_of)
    page.write_class_page(outcomes, tmp_path / "index.html", names=names)
    rows = make_rows(outcomes, ["m1"], [HINT.pitfall], names)
    assert {row.name: (row.people, row.sections) for row in rows} == {
        "team": ("Bo Lee, 008; Zoë <Ray>, =7", ["B2", "A1"]),
        "who": ("", []),
    }
    text = (tmp_path / "index.html").read_text()
    assert '<span class="quiet">Bo Lee, 008; Zoë &lt;Ray&gt;, =7</span>' in text


def test_a_groups_members_have_rows_of_their_own_with_their_ids(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("name,id\nBo Lee,008\n=SUM(1),=SUM(1)\n")
    roster = read_roster(tmp_path / "roster.csv")

    def rule(score: Score) -> Sequence[policy.Standing]:
        return [policy.Standing(name, {}, 1.0) for name in ("Bo Lee", "=SUM(1)")]

    gradebook.write_gradebook([half("team")], tmp_path / "grades.csv", Register(roster, rule=rule))
    with (tmp_path / "grades.csv").open(encoding="utf-8") as stream:
        rows = [(row["student"], row["name"], row["id"]) for row in csv.DictReader(stream)]
    assert rows == [("Bo Lee", "Bo Lee", "008"), ("'=SUM(1)", "'=SUM(1)", "=SUM(1)")]


def test_the_terminal_lists_so_many_of_a_class_and_says_where_all_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = [outcome(tmp_path, f"s{n}", half(f"s{n}")) for n in range(terminal.MOST_LISTED)]
    terminal.print_class(few, tmp_path)
    assert "more" not in capsys.readouterr().out
    terminal.print_class([*few, outcome(tmp_path, "last", half("last"))], tmp_path)
    told = capsys.readouterr().out.splitlines()
    assert "... 1 more, as all of them, in grades.csv" in told
    assert "  ... 1 more beside them" in told
    assert sum(line.startswith("s") and "75.0/200" in line for line in told) == 500
    assert not any("last" in line for line in told)
