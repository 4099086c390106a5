"""What nbgrader's gradebook and formgrader get beside the points: time, names, groups, code."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config, PyFileConfigLoader

from autograder.cli.export import ExportOrder, _list_handed
from autograder.course import load_course
from autograder.course.roster import Person
from autograder.course.tasks import list_tasks
from autograder.exchange import nbgrader, nbgrader_source
from autograder.exchange.graded_work import read_graded_work
from autograder.exchange.nbgrader_gradebook import Handed
from autograder.exchange.nbgrader_plugin import LatePenalty
from autograder.exchange.nbgrader_work import find_block
from autograder.intake.stage import stage_entry
from autograder.intake.submission import Entry
from autograder.reports.register import Register
from autograder.reports.standings import find_standings_rule
from autograder.score import (
    CheckResult,
    Environment,
    GradedWork,
    Kit,
    Score,
    Timing,
    score_milestone,
)

CODE = """import math

class Value:
    def __add__(self, other):
        out = Value(
            self.data + other.data
        )
        return out

    @staticmethod
    def tanh(x):
        return math.tanh(x)

def gradcheck(f):  # the last
    return True
"""
TASKS = list_tasks(load_course().milestone("m1"))
JANE = Person(first="Jane", last="=Doe, Jr.", id="007", email="jane@x.edu")
CAME = datetime.fromisoformat("2026-10-03T02:00:00+02:00")
DUE = datetime.fromisoformat("2026-10-01T23:59:00+02:00")


def score_of(name: str, points: float, sha256: str = "f" * 64) -> Score:
    checks = [
        CheckResult("m1.add", "Add", "property", "public", "passed", points, 75.0),
        CheckResult("m1.add_hidden", "Add", "property", "hidden", "failed", 0.0, 25.0, "no"),
    ]
    part = score_milestone("m1", "One", checks)
    return Score(
        GradedWork(name, sha256, ["engine.py"]), Kit("1", "a", "quick", 1),
        Environment("3", "2", "Linux", "strict"), points, 100.0, [part],
        Timing("2026-01-01", 1.0, 1.0, {}),
    )  # fmt: skip


EXERCISE = nbgrader_source.Exercise(
    "m1", "engine", "# %%\nx = 1\n", (("m1.add", "Add", 100.0),), tasks=TASKS, deadline=DUE
)


def record(folder: Path, points: float = 50.0) -> None:
    handed = {
        "team": [Handed(name, who, {"m1": CAME}, {"m1": 20.0}) for name, who in
                 (("jane", JANE), ("bo", None))],
        "eve": [Handed("eve")],
    }  # fmt: skip
    scores = [score_of("team", points), score_of("eve", 75.0)]
    works = {"team": {"engine": CODE}}
    nbgrader.record_scores([EXERCISE], scores, folder, None, handed, works)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("course")
    nbgrader.make_course([EXERCISE], folder)
    record(folder)
    return folder


@pytest.fixture
def book(course: Path) -> Iterator[Gradebook]:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        yield book


def test_lateness_is_nbgraders_own(book: Gradebook) -> None:
    assert book.find_assignment("m1").duedate == datetime(2026, 10, 1, 21, 59)
    jane, eve = (book.find_submission("m1", name) for name in ("jane", "eve"))
    assert jane.timestamp == datetime(2026, 10, 3)
    assert jane.total_seconds_late == 26 * 3600 + 60
    assert (jane.score, jane.late_submission_penalty) == (50.0, 10.0)
    assert (eve.timestamp, eve.score, eve.late_submission_penalty) == (None, 75.0, 0.0)


def test_every_member_has_the_groups_score_and_the_rosters_name(book: Gradebook) -> None:
    assert [one.id for one in book.students] == ["bo", "eve", "jane"]
    jane, bo = book.find_student("jane"), book.find_student("bo")
    assert (jane.first_name, jane.last_name) == ("Jane", "Doe  Jr.")
    assert (jane.email, jane.lms_user_id) == ("jane@x.edu", "007")
    assert (bo.first_name, bo.email) == (None, None)
    assert book.find_submission("m1", "bo").score == 50.0


def test_a_second_export_keeps_what_a_person_did(course: Path) -> None:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        book.find_grade("m1-add", "engine", "m1", "bo").manual_score = 60.0
        book.find_comment("task-03", "engine", "m1", "bo").manual_comment = "see me"
        book.db.commit()
    record(course, points=70.0)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        grade = book.find_grade("m1-add", "engine", "m1", "bo")
        assert (grade.auto_score, grade.manual_score, grade.score) == (70.0, 60.0, 60.0)
        assert grade.needs_manual_grade
        assert book.find_comment("task-03", "engine", "m1", "bo").manual_comment == "see me"
        assert book.find_submission("m1", "jane").late_submission_penalty == 14.0
    record(course)


def test_formgrader_shows_the_code_by_task_with_a_box_for_comments(course: Path) -> None:
    shown = nbformat.read(course / "autograded/jane/m1/engine.ipynb", 4)
    nbformat.validate(shown)
    boxes = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in shown.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    assert list(boxes) == [f"task-{number:02d}" for number in range(1, len(TASKS) + 1)]
    assert boxes["task-01"].endswith("    )\n    return out")
    assert "def tanh" not in boxes["task-01"]
    assert "@staticmethod\ndef tanh(x):" in boxes["task-08"]
    assert shown.cells[-1].source == CODE
    empty = nbformat.read(course / "autograded/eve/m1/engine.ipynb", 4)
    assert all("def " not in cell.source for cell in empty.cells)
    assert "is where it was handed in" in empty.cells[0].source


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("gradcheck", "def gradcheck(f):  # the last\n    return True"),
        ("Value.tanh", "@staticmethod\ndef tanh(x):\n    return math.tanh(x)"),
        ("Value.gone", ""),
        ("tanh", "@staticmethod\ndef tanh(x):\n    return math.tanh(x)"),
        ("Val", ""),
    ],
)
def test_a_function_is_found_as_text(name: str, wanted: str) -> None:
    assert find_block(CODE.splitlines(), name) == wanted


def test_code_is_shown_only_of_what_was_graded(tmp_path: Path) -> None:
    inbox, course = tmp_path / "inbox", load_course()
    for name in ("ada", "bob", "eve"):
        (inbox / name).mkdir(parents=True)
        (inbox / name / "engine.py").write_text(CODE)
    cells = [nbformat.v4.new_code_cell("class Value: ..."), nbformat.v4.new_code_cell("x = 1")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), inbox / "eve/engine.ipynb")
    (inbox / "eve/engine.py").unlink()
    scores = []
    for name in ("ada", "bob", "eve"):
        (tmp_path / name).mkdir()
        copy = stage_entry(Entry(name, inbox / name), course.modules, tmp_path / name)
        scores.append(score_of(name, 1.0, copy.sha256))
    (inbox / "bob/engine.py").write_text(f"{CODE}# changed since\n")
    assert read_graded_work(inbox, course, scores) == {
        "ada": {"engine": CODE},
        "eve": {"engine": "class Value: ...\n\nx = 1"},
    }


def test_nbgraders_own_autograde_takes_off_the_same() -> None:
    rule = LatePenalty(grace_hours=2.0, percent_a_day=10.0, cap_percent=50.0)
    hours = {1: 0.0, 2: 0.0, 3: 8.0, 27: 16.0, 500: 40.0}
    took = {h: rule.late_submission_penalty("jane", 80.0, h * 3600.0) for h in hours}
    assert took == hours


OWN_COURSE = """
version = 1
[late]
times = "times.csv"
percent_a_day = 10
free_days = 1
[[milestones]]
id = "m1"
deadline = 2026-10-01T23:59:00+02:00
[[extensions]]
submission = "jane"
until = 2026-10-03T23:59:00+02:00
because = "ill"
"""


def test_what_autograde_takes_off_follows_extensions_and_free_days(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """nbgrader counts by its own extension: an imported score and a later autograde agree."""
    (tmp_path / "course.toml").write_text(OWN_COURSE)
    late = "2026-10-06T12:00:00+02:00"  # the fifth day after the deadline, the third for jane
    (tmp_path / "times.csv").write_text(f"submission,submitted\njane,{late}\nbo,{late}\n")
    monkeypatch.setenv("AUTOGRADER_COURSE", str(tmp_path / "course.toml"))
    scores = [score_of("jane", 50.0), score_of("bo", 50.0)]
    course, rule = load_course(), find_standings_rule(load_course())
    order = ExportOrder(scores, tmp_path, tmp_path, course, Register(rule=rule))
    for _ in range(2):  # a second export finds the submissions there
        nbgrader.record_scores([EXERCISE], scores, tmp_path, None, _list_handed(order))
    config = Config({"LatePenalty": {"percent_a_day": 10.0}})
    place = f"sqlite:///{tmp_path / 'gradebook.db'}"
    found = {}
    for name in ("jane", "bo"):
        with Gradebook(place) as book:
            before = book.find_submission("m1", name).late_submission_penalty
        facts = {"notebook": "engine", "assignment": "m1", "student": name, "db_url": place}
        step = AssignLatePenalties(config=config, plugin_class=LatePenalty)
        step.preprocess(nbformat.v4.new_notebook(), {"nbgrader": facts})
        with Gradebook(place) as book:
            found[name] = (before, book.find_submission("m1", name).late_submission_penalty)
    assert found == {"jane": (10.0, 10.0), "bo": (20.0, 20.0)}


def test_the_rule_stands_in_the_settings(tmp_path: Path) -> None:
    late = load_course().late
    nbgrader.make_course([], tmp_path, late)
    text = (tmp_path / "nbgrader_config.py").read_text()
    assert f"c.LatePenalty.percent_a_day = {late.percent_a_day}\n" in text


def test_formgraders_own_page_has_a_box_for_each_task(course: Path) -> None:
    config = Config(PyFileConfigLoader("nbgrader_config.py", str(course)).load_config())
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    names = ("assignment_id", "base_url", "notebook_id", "notebook_path", "student")
    facts = {**dict.fromkeys((*names, "submission_id"), "x"), "index": 0, "total": 1}
    file = course / "autograded/jane/m1/engine.ipynb"
    text, _ = HTMLExporter(config=config).from_filename(str(file), resources=facts)
    assert [f'id="task-{number:02d}-comment"' in text for number in range(1, len(TASKS) + 2)] == [
        *[True] * len(TASKS),
        False,
    ]
