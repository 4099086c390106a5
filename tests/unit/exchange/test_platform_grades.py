"""Tables that Canvas, Moodle and Gradescope import, read as their importers read them."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from autograder.cli import export
from autograder.course import CourseError, load_course
from autograder.course import course as courses
from autograder.course.roster import read_roster
from autograder.exchange import platform_grades
from autograder.reports.standings import notes_on_course
from autograder.score import (
    CheckResult,
    Environment,
    GradedWork,
    Kit,
    MilestoneScore,
    Score,
    Timing,
    write_score,
)
from autograder.stop import Stop

ROSTER = (
    "Student,ID,SIS User ID,SIS Login ID,Section\n"
    '"Doe, Jane",101,0042,jdoe,A1\n'
    '"Lee, Bo",102,=1+1,blee,B2\n'
    '"Roe, Ana",,,,B2\n'
)
LATE = """
version = 1
[late]
times = "times.csv"
[groups]
leebo = ["blee", "jdoe"]
[[milestones]]
id = "m1"
deadline = 2026-10-01T00:00:00Z
"""


ADD = CheckResult("m1.add", "Add", "property", "public", "passed", 90.0, 100.0)


def save(grades: Path, name: str, *points: float, checks: Sequence[CheckResult] = ()) -> None:
    parts = [
        MilestoneScore(f"m{n}", f"Title {n}", value, 100.0, [*checks])
        for n, value in enumerate(points, 1)
    ]
    score = Score(
        GradedWork(name, "0" * 64, []), Kit("1", "a", "quick", 1),
        Environment("3", "2", "Linux", "strict"), sum(points), 100.0 * len(points), parts,
        Timing("2026-01-01", 1.0, 1.0, {}),
    )  # fmt: skip
    write_score(score, grades / name / "score.json")


@pytest.fixture
def grades(tmp_path: Path) -> Path:
    (tmp_path / "roster.csv").write_text(ROSTER)
    for name, first, second in (("doejane", 90.0, 50.25), ("leebo", 40.0, 0.0), ("who", 1.0, 2.0)):
        save(tmp_path / "g", name, first, second)
    return tmp_path / "g"


def run(grades: Path, format: str, *columns: str, roster: str = "roster.csv") -> list[list[str]]:
    out = grades.parent / "out.csv"
    export.run(format, grades, out, grades.parent / roster, columns)
    with out.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def test_canvas_reads_who_it_is_and_an_assignment_per_column(
    grades: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(grades, "canvas", "m1=Homework 1 (1234)") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Homework 1 (1234)"],
        ["    Points Possible", "", "", "", "", "100.0"],
        ["Doe, Jane", "101", "0042", "jdoe", "A1", "90.0"],
        ["Lee, Bo", "102", "=1+1", "blee", "B2", "40.0"],
    ]
    told = capsys.readouterr().out
    assert "Homework 1 (1234), as graded: without a course file nothing is late" in told
    assert "note: whose are these? In roster.csv nobody fits, or several do: who" in told
    assert "note: 1 of 3 in roster.csv has no hand-in: Roe, Ana" in told


def test_without_a_choice_all_milestones_are_exported(grades: Path) -> None:
    rows = run(grades, "canvas")
    assert rows[0][5:] == ["m1 Title 1", "m2 Title 2"]
    assert rows[2][5:] == ["90.0", "50.25"]
    assert run(grades, "canvas", "final=All")[2][5:] == ["70.12"]


def test_moodle_knows_people_by_number_and_name(grades: Path) -> None:
    assert run(grades, "moodle", "m1=HW")[:2] == [
        ["First name", "Last name", "ID number", "Email address", "Username", "HW"],
        ["Bo", "Lee", "=1+1", "", "blee", "40.0"],
    ]


def test_a_moodle_worksheet_is_filled_in(grades: Path) -> None:
    (grades.parent / "sheet.csv").write_text(
        "Identifier,Full name,Email address,Status,Grade,Maximum grade,Last modified (grade),X\n"
        'Participant 7,Jane Doe,j@x,"Submitted, late",,20.00,-,keep\n'
        "Participant 8,Ana Roe,a@x,No submission,,20.00,-,\n"
    )
    save(grades, "Jane Doe_7", 90.0)
    assert run(grades, "moodle", "m1=Grade", roster="sheet.csv") == [
        ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade",
         "Last modified (grade)", "X"],
        ["Participant 7", "Jane Doe", "j@x", "Submitted, late", "18.00", "20.00", "-", "keep"],
        ["Participant 8", "Ana Roe", "a@x", "No submission", "", "20.00", "-", ""],
    ]  # fmt: skip
    with pytest.raises(Stop, match=r"holds one assignment: .*--column m1=Grade"):
        run(grades, "moodle", roster="sheet.csv")


def test_a_worksheet_beside_a_roster_gets_grades_and_comments(
    grades: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet, people, out = (grades.parent / name for name in ("sheet.csv", "people.csv", "out.csv"))
    sheet.write_text(
        "Identifier,Full name,Email address,Grade,Maximum grade,Last modified (grade),"
        "Feedback comments\n"
        "Participant 7,Jane Doe,j@x,,20.00,-,\n"
        "Participant 8,Bo Lee,b@x,,20.00,-,see me\n"
    )
    people.write_text("login,email\ndoejane,j@x\nblee,b@x\n")
    save(grades, "doejane", 90.0, checks=[ADD])
    (grades / "adjustments.toml").write_text(
        '[[adjustments]]\nsubmission = "doejane"\non = "m1"\npoints = 5\nbecause = "One sign."\n'
    )
    (grades.parent / "c.toml").write_text(LATE)
    (grades.parent / "times.csv").write_text(
        "submission,submitted\nleebo,2026-10-01T12:00:00Z\ndoejane,2026-10-01T12:00:00Z\n"
    )
    monkeypatch.setenv(courses.COURSE_VARIABLE, str(grades.parent / "c.toml"))
    export.run("moodle", grades, out, people, ["m1=Grade"], worksheet=sheet)
    jane, bo = csv.DictReader(out.open(encoding="utf-8"))
    assert (jane["Grade"], bo["Grade"]) == ("17.10", "7.20")  # 95 and 40 of 100, less a tenth
    told = jane["Feedback comments"]
    assert told.startswith("m1: 90 of 100 points; m1 +5")
    assert told.endswith("One sign.; late: 10 % taken off")
    assert bo["Feedback comments"] == "see me"
    for format, file in (("canvas", sheet), ("moodle", people)):
        with pytest.raises(Stop, match=r"wants 'export moodle', and the file that Moodle gives"):
            export.run(format, grades, out, people, worksheet=file)


def test_what_a_platform_calls_late_without_a_time_is_said(
    grades: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (grades.parent / "c.toml").write_text(LATE)
    (grades.parent / "times.csv").write_text("submission,submitted,late\nleebo,,LATE\n")
    monkeypatch.setenv(courses.COURSE_VARIABLE, str(grades.parent / "c.toml"))
    course = load_course()
    assert notes_on_course(course, ["leebo", "who"], [course.milestone("m1")]) == [
        "1 submission is marked LATE in times.csv without a time, so nothing is taken off until "
        "you write one there: leebo",
        "1 submission has no time in times.csv and counts as on time: who",
    ]


def test_a_section_is_exported_alone(
    grades: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    people, out = grades.parent / "roster.csv", grades.parent / "out.csv"
    (grades.parent / "c.toml").write_text(LATE)
    (grades.parent / "times.csv").write_text("submission,submitted\n")
    monkeypatch.setenv(courses.COURSE_VARIABLE, str(grades.parent / "c.toml"))
    export.run("csv", grades, out, people, section="b2")
    rows = [*csv.DictReader(out.open(encoding="utf-8"))]
    assert [(row["student"], row["section"]) for row in rows] == [("blee", "B2")]  # not jdoe of A1
    told = capsys.readouterr().out
    assert "note: 1 of 2 in roster.csv has no hand-in: Roe, Ana\n" in told
    assert "whose are these?" not in told
    with pytest.raises(CourseError, match=r"^--section B3: .* has no section 'B3'; it has B2, A1$"):
        export.run("csv", grades, out, people, section="B3")
    people.write_text("login,section\nwho,A1\nblee,B2\nzoe,C1\n")
    with pytest.raises(Stop, match=r"^--section C1: nobody in it has a score here"):
        export.run("csv", grades, out, people, section="C1")


def test_a_namesake_in_another_section_keeps_a_hand_in_from_both(
    grades: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people, out = grades.parent / "roster.csv", grades.parent / "out.csv"
    people.write_text("name,login,section\nDoe Jane,d1,A1\nDoe Jane,d2,B2\nBo Lee,leebo,A1\n")
    export.run("csv", grades, out, people, section="A1")
    assert [row["submission"] for row in csv.DictReader(out.open())] == ["leebo"]


def test_lateness_and_groups_reach_every_member(
    grades: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (grades.parent / "c.toml").write_text(LATE)
    (grades.parent / "times.csv").write_text(
        "submission,submitted,late\nleebo,2026-10-01T12:00:00Z,LATE\ndoejane,,LATE\n"
    )
    monkeypatch.setenv(courses.COURSE_VARIABLE, str(grades.parent / "c.toml"))
    rows = run(grades, "canvas", "m1=HW")
    assert [[row[3], row[5]] for row in rows[2:]] == [
        ["jdoe", "36.0"],
        ["jdoe", "90.0"],
        ["blee", "36.0"],
    ]
    told = capsys.readouterr().out
    assert "HW, after lateness\n" in told
    assert "note: in more than one submission, so look which row is right: Doe, Jane\n" in told


def test_ids_are_text_and_names_show_no_formula_in_the_table(grades: Path) -> None:
    (grades.parent / "roster.csv").write_text(
        "name,id,login,section,email\n=Jane Doe,=SUM(1),007,=A,+j@x\n"
    )
    save(grades, "=SUM(1)", 5.0)
    rows = run(grades, "csv")
    own = next(dict(zip(rows[0], row, strict=True)) for row in rows if row[0] == "'=SUM(1)")
    assert (own["id"], own["login"], own["email"]) == ("=SUM(1)", "007", "+j@x")
    assert (own["name"], own["section"]) == ("'=Jane Doe", "'=A")
    strangers = [row for row in rows[1:] if row[0] == "who"]
    assert strangers[0][1:6] == ["", "", "", "", ""]


@pytest.mark.parametrize(
    ("columns", "roster", "wanted"),
    [
        ((), None, r"export canvas needs to know who the students are: add --roster FILE"),
        ((), "name,email\nJane Doe,j@x\n", "has none of number, id, login, by which canvas knows"),
        (("m9=x",), ROSTER, r"--column m9=x names no part; write m1='Homework 1 \(1234\)'"),
        (("m1",), ROSTER, r"--column m1 names no part"),
    ],
)
def test_what_is_lacking_is_one_line(
    grades: Path, columns: Sequence[str], roster: Any, wanted: str
) -> None:
    if roster:
        (grades.parent / "roster.csv").write_text(roster)
    file = grades.parent / "roster.csv" if roster else None
    with pytest.raises(Stop, match=wanted):
        export.run("canvas", grades, grades.parent / "out.csv", file, columns)


def test_gradescope_takes_people_by_their_address(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("name,id,email,section\n=Jane van Doe,007,j@x,A\nBo,8,,\n")
    roster = read_roster(tmp_path / "r.csv")
    assert platform_grades.write_people("gradescope", roster, tmp_path / "out.csv") == 1
    assert (tmp_path / "out.csv").read_text().splitlines() == [
        '"First Name","Last Name","Email","SID","Section"',
        '"=Jane van","Doe","j@x","007","A"',
    ]
