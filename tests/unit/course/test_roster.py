"""Rosters as people and platforms write them: who is who, and what is wrong in one line."""

from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.course.course import CourseError
from autograder.course.roster import Person, load_roster, read_roster
from autograder.course.spreadsheet import read_spreadsheet
from autograder.reports.attendance import notes_on_roster

OWN = "submission,name,id,login,section,email\nteam-1,Zoë Ray,007,zray,A1,zoe@x.edu\n"
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Homework 1 (12)\n"
    ",,,,,Manual Posting\n"
    "    Points Possible,,,,,100\n"
    '"Doe, Jane",101,0042,jdoe,A1 and B2,\n'
    '"Student, Test",9,,test,A1,\n'
)
MOODLE = (
    "First name,Last name,ID number,Email address,Assignment: HW 1 (Real)\n"
    "Jane,Doe,0042,jane@x.edu,-\n"
)
WORKSHEET = "Identifier,Full name,Email address,Grade\nParticipant 4711,Jane Doe,jane@x.edu,\n"
GRADESCOPE = "First Name,Last Name,SID,Email,Sections,HW1\nJane,Doe,0042,jane@x.edu,A1,\n"


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    file = folder / "roster.csv"
    file.write_bytes(text.encode(encoding))
    return file


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (OWN, Person("team-1", "Zoë Ray", "", "", "007", "zray", "A1", "zoe@x.edu", "", 2)),
        (CANVAS, Person("", "Doe, Jane", "", "", "0042", "jdoe", "A1 and B2", "", "101", 4)),
        (MOODLE, Person("", "Jane Doe", "Jane", "Doe", "0042", "", "", "jane@x.edu", "", 2)),
        (WORKSHEET, Person("", "Jane Doe", "", "", "", "", "", "jane@x.edu", "4711", 2)),
        (GRADESCOPE, Person("", "Jane Doe", "Jane", "Doe", "0042", "", "A1", "jane@x.edu", "", 2)),
    ],
    ids=["own", "canvas", "moodle", "worksheet", "gradescope"],
)
def test_columns_are_found_by_their_usual_headings(
    tmp_path: Path, text: str, wanted: Person
) -> None:
    assert read_roster(write(tmp_path, text)).persons == [wanted]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_do_not_matter(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    file = write(tmp_path, OWN.replace(",", separator), encoding)
    (person,) = read_roster(file).persons
    assert (person.name, person.id, person.email) == ("Zoë Ray", "007", "zoe@x.edu")
    marked = write(tmp_path, f"sep={separator}\r\n{OWN.replace(',', separator)}", encoding)
    assert read_roster(marked).persons[0].line == 3


def test_windows_own_encoding_is_told(tmp_path: Path) -> None:
    roster = read_roster(write(tmp_path, OWN, "cp1252"))
    assert roster.persons[0].name == "Zoë Ray"
    assert roster.notes == [
        "roster.csv is not UTF-8 and was read as Windows-1252: look whether the names are right"
    ]


def test_a_cell_that_a_spreadsheet_kept_as_text_is_that_text(tmp_path: Path) -> None:
    table = read_spreadsheet(write(tmp_path, 'id;name\n"=""007""";x\n\n'))
    assert [row.cells for row in table.rows] == [{"id": "007", "name": "x"}]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TEAM-1", OWN), ("zray", OWN), ("007", OWN), ("Zoe\u0308 Ray", OWN), ("zoe", OWN),
        ("doejane", CANVAS), ("doejane_101", CANVAS), ("Jane Doe", CANVAS), ("jdoe ", CANVAS),
        ("Jane Doe_4711", WORKSHEET), ("Doe, Jane", MOODLE), ("jane@x.edu", GRADESCOPE),
    ],
)  # fmt: skip
def test_a_hand_in_finds_its_person(tmp_path: Path, name: str, text: str) -> None:
    roster = read_roster(write(tmp_path, text))
    assert roster.person(name) == roster.persons[0]


def test_nobody_is_guessed(tmp_path: Path) -> None:
    roster = read_roster(write(tmp_path, "name,id\nJane Doe,1\nJane Doe,02\nBo Lee,3\n"))
    assert roster.person("Jane Doe") is None
    assert roster.person("Jane Doe_02") == roster.persons[1]
    assert roster.person("2") is None  # 02 is not 2
    assert roster.person("Bo") is None


def test_absent_students_and_strangers_are_one_line_each(tmp_path: Path) -> None:
    text = "name,id\nJane Doe,1\nBo Lee,2\nAda Low,3\n"
    roster = read_roster(write(tmp_path, text), lambda n: ["1", "x"] if n == "team" else [n])
    assert [one.id for one in roster.persons_of("team")] == ["1"]
    assert notes_on_roster(roster, ["team", "2"]) == [
        "whose are these? In roster.csv nobody fits, or several do: x",
        "1 of 3 in roster.csv has no hand-in: Ada Low",
    ]
    assert notes_on_roster(None, ["team"]) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a,b\n1,2\n", "has no column submission, login, id, email or name; it has a, b"),
        ("name,id\n", "names nobody; write a row for each student below the headings"),
        ("", "is empty; its first line has to name the columns"),
        ("id,name\n007,a\n8,b\n007,c\n", "line 4: id 007 stands in line 2 already; keep the row"),
        ("login,id\nAda,1\nada,2\n", "line 3: login ada stands in line 2 already"),
    ],
)
def test_what_is_wrong_with_a_roster_is_one_line(tmp_path: Path, text: str, wanted: str) -> None:
    with pytest.raises(CourseError, match=wanted) as caught:
        read_roster(write(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_equal_rows_count_once(tmp_path: Path) -> None:
    assert len(read_roster(write(tmp_path, "id,name\n1,a\n1,a\n")).persons) == 1


def test_a_course_names_its_roster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, OWN)
    own = tmp_path / "c.toml"
    own.write_text("version = 1\nroster = 'roster.csv'\n[groups]\ng = ['zray']\n")
    monkeypatch.setenv("AUTOGRADER_COURSE", str(own))
    roster = load_roster(load_course())
    assert roster
    assert [one.id for one in roster.persons_of("g")] == ["007"]
    other = tmp_path / "other.csv"
    other.write_text("id\n9\n")
    assert load_roster(load_course(), other).persons[0].id == "9"  # type: ignore[union-attr]
    with pytest.raises(CourseError, match="cannot read .*gone.csv: No such file"):
        load_roster(load_course(), tmp_path / "gone.csv")
    (tmp_path / "wrong.toml").write_text("version = 1\nroster = 3\n")
    with pytest.raises(CourseError, match="roster is 3; wanted a text in quotes"):
        load_course(tmp_path / "wrong.toml")
    (tmp_path / "none.toml").write_text("version = 1\n")
    assert load_roster(load_course(tmp_path / "none.toml")) is None


def test_german_headings_are_known(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(
        "Nachname;Vorname;Matrikelnummer;Anmeldename;Gruppe;E-Mail-Adresse\n"
        "Müller;Änne;0008;amueller;Montag;a@x\n",
        encoding="utf-16",
    )
    roster = read_roster(tmp_path / "r.csv")
    (person,) = roster.persons
    assert (person.name, person.id, person.login) == ("Änne Müller", "0008", "amueller")
    assert (person.section, person.email) == ("Montag", "a@x")
    assert roster.person("Müller, Änne") == person
