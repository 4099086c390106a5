"""``autograder adjust`` and ``history`` as they are typed: signs, exit codes, two people at once."""

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.reports.adjustments import NAME, read_adjustments
from tests.unit.cli.test_trouble import Command, command
from tests.unit.reports.test_adjustments import save, score_of

__all__ = ["command"]  # a fixture
SAID = ("--because", "One sign.", "--by", "kim")


@pytest.fixture
def grades(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    save(tmp_path / "grades", score_of("ada"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "grades"


def test_a_sign_is_no_option_and_the_folder_is_called_grades(
    grades: Path, command: Command
) -> None:
    for words in (("m1", "-1.5"), ("-1",), ("m2", "--override", "7"), ("m1.tanh", "+.5")):
        code, _, err = command("adjust", "ada", *words, *SAID)
        assert (code, err) == (0, "")
    rows = read_adjustments(grades, load_course()).rows
    assert [(row.on, row.change) for row in rows] == [
        ("m1", "-1.5"),
        ("", "-1"),
        ("m2", "= 7"),
        ("m1.tanh", "+0.5"),
    ]
    code, out, _ = command("history", "ada")
    assert code == 0
    assert out.startswith("ada: 9 of 20 points, adjusted; 9 of 20 points as graded\n")
    assert "adjusted  m2 = 7 by kim: One sign.\n" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("adjust", "eda", "m1", "+1", *SAID), "there is no submission 'eda'; did you mean ada?"),
        (("adjust", "ada", "m1", "-9", *SAID), "m1 of ada has 4 points; -9 would take it below 0"),
        (("adjust", "ada", "m1.tan", "+1", *SAID), "there is no check 'm1.tan'; did you mean m1.tanh?"),
        (("adjust", "ada", "-x", "+1", *SAID), "there is no option -x"),
        (("adjust", "ada", "m1", "--override", "x"), "Invalid value for '--override'"),
        (("adjust", "ada", "+1", *SAID, "--grades", "nowhere"), "there is no score in nowhere"),
        (("history", "eda"), "there is no submission 'eda'; did you mean ada?"),
        (("history",), "for example: autograder history ada"),
    ],
)  # fmt: skip
def test_what_is_typed_wrong_is_one_line_and_exit_code_2(
    grades: Path, command: Command, words: tuple[str, ...], message: str
) -> None:
    code, out, err = command(*words)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1
    assert not (grades / NAME).exists()


def test_a_mistake_in_the_file_is_said_before_anything_is_graded(
    grades: Path, command: Command
) -> None:
    (grades.parent / "inbox/eve").mkdir(parents=True)
    (grades.parent / "inbox/eve/engine.py").write_text("x = 1\n")
    (grades / NAME).write_text('[[adjustments]]\nsubmission = "ada"\npoint = 1\n')
    for words in (
        ("grade", "inbox", "--out", "grades", "--milestone", "m1"),
        ("export", "csv", "grades", "--out", "out.csv"),
        ("adjust", "ada", "m1", "+1", *SAID),
        ("history", "ada"),
    ):
        code, _, err = command(*words)
        assert code == 2
        assert err == (
            f"autograder: grades/{NAME}, line 1, adjustment 1: there is no key point; "
            "did you mean points?\n"
        )
    assert not (grades / "eve").exists()


def test_people_who_adjust_at_once_in_processes_of_their_own_lose_nothing(grades: Path) -> None:
    people = [
        subprocess.Popen(
            [sys.executable, "-m", "autograder", "adjust", "ada", "m1", "+1", *SAID[:-1], who],
            cwd=grades.parent,
            stdout=subprocess.DEVNULL,
        )
        for who in ("kim", "lee", "mia")
    ]
    assert [person.wait() for person in people] == [0, 0, 0]
    rows = read_adjustments(grades, load_course()).rows
    assert sorted(row.by for row in rows) == ["kim", "lee", "mia"]


def test_a_regrade_keeps_what_was_adjusted_and_an_exam_holds_it_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUTOGRADER_COURSE", "")
    work = tmp_path / "inbox/ada/engine.py"
    work.parent.mkdir(parents=True)
    work.write_text("class Value: pass\n")
    grade = ("grade", "inbox", "--out", "grades", "--milestone", "m1", "--jobs", "1")
    assert command(*grade)[0] == 0
    assert command("adjust", "ada", "m1", "+2", *SAID)[0] == 0
    file = tmp_path / "grades" / NAME
    file.write_text(file.read_text() + file.read_text().replace('"ada"', '"eve"'))
    work.write_text("class Value: other = 1\n")
    code, out, _ = command(*grade)
    assert code == 0
    assert "note: adjustments.toml names eve, who has no score here\n" in out
    table = (tmp_path / "grades/grades.csv").read_text().splitlines()
    assert table[1].startswith('"ada",2.0,100.0,2.0,')
    assert "One sign." in (tmp_path / "grades/feedback/ada.html").read_text()
    assert "adjusted: 2.0/100" in (tmp_path / "grades/index.html").read_text()
    out = command("history", "ada")[1]
    words = [line[22:].split()[0] for line in out.splitlines()[1:]]
    assert words == ["graded", "adjusted", "regraded"]
    assert "0 -> 0 of 100: the work changed\n" in out
    (tmp_path / "exam.toml").write_text(
        "version = 1\n[exam]\non = true\nfeedback_from = 2999-01-01T12:00:00+01:00\n"
    )
    code, out, _ = command(*grade, "--course", "exam.toml")
    assert "pages of feedback say only that they open on 2999-01-01 12:00+01:00" in out
    page = (tmp_path / "grades/feedback/ada.html").read_text()
    assert "is shown from 2999-01-01 12:00+01:00 on" in page
    assert "One sign." not in page
    last = (tmp_path / "grades/grades.csv").read_text().splitlines()[1]
    assert last.endswith('"ada",2.0,0.0')
