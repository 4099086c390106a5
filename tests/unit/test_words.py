"""What people see of a name or a text: the rule, and every place where it holds."""

# ruff: noqa: RUF001 - names as people write them

import csv
import html
import io
import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.table import Table
from rich.text import Text

from autograder import templates
from autograder.cli import app
from autograder.exchange import graded, gradescope
from autograder.intake.similarity import Pair
from autograder.judge.messages import clean_text
from autograder.reports import (
    changes,
    gradebook,
    notes,
    page,
    plans,
    report,
    similar,
    terminal,
)
from autograder.reports import status as statuses
from autograder.reports.plans import EntryPlan
from autograder.reports.record import Record
from autograder.reports.report import Parts
from autograder.run import faults
from autograder.score import Outcome, Score
from autograder.words import (
    Phrase,
    escape_controls,
    escape_lines,
    escape_unseen,
    plain_name,
    show_name,
)
from tests.unit.reports.test_class import check, half, outcome, score, write_feedback

LINE_BREAK = "\n"
HOSTILE = [
    *map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)),  # C0, C1
    "\xad", "\u034f", "\u061c", "\u115f", "\u180e", "\u2028", "\u2029", "\u2800", "\u3164", "\ufeff",
    *map(chr, range(0x200B, 0x2010)), *map(chr, range(0x202A, 0x202F)),
    *map(chr, range(0x2060, 0x2070)), *map(chr, range(0xFE00, 0xFE10)),
    *map(chr, range(0xFFF9, 0xFFFC)), *map(chr, range(0xE0000, 0xE0080)),
    "\U000e0100", "\xa0", "\u2003", "\u3000", "\ud800", "\udcff", "\ue000", "\U0010ffff",
]  # fmt: skip
NAME = "a" + "b".join(HOSTILE) + "z"
REAL = [
    "Zoë", "Nguyễn Thị Hằng", unicodedata.normalize("NFD", "Nguyễn Thị Hằng"), "O’Brien-López",
    "دانش\u200cآموز", "علی\u200cرضا", "محمد بن زايد", "דנה כהן (1)", "נֹעָה", "สมชาย ใจดี", "ณัฐวุฒิ",
    "ක්\u200dරිෂ්ණ", "ശ്രീധരന്\u200d", "क्\u200dष", "র\u200d্যাব", "မောင်", "김민준", "김민준",
    "山田\u3000太郎", "葛\U000e0100城", "Jose\u0301", "Straße", "007", "it's", "a\\u200bb", "😀",
    "👨\u200d👩\u200d👧\u200d👦", "🏳\ufe0f\u200d🌈", "👩🏽\u200d🚀", "❤\ufe0f\u200d🔥", "🇩🇪", "1\ufe0f\u20e3",
    "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
]  # fmt: skip
RECORD = Record(version=1)
FORMULAS = [*"=+-@", *"＝＋－＠", *"﹢﹣﹦﹫", *"⁼⁺⁻"]


def is_plain(text: str) -> bool:
    """Whether nothing of `HOSTILE` but line breaks is in `text`."""
    return not {*text} & ({*HOSTILE} - {LINE_BREAK})


JOINS = {"ا{}": "\u200d", "😀{}😀": "\u200d\ufe0e\ufe0f", "山{}": "\ufe00\ufe01\ufe02\U000e0100"}


@pytest.mark.parametrize("form", ["{}", "a{}", "{}a", "a{}b", "a{0}{0}b", *JOINS], ids=ascii)
def test_what_cannot_be_seen_is_its_number(form: str) -> None:
    for char in HOSTILE:
        number = char.encode("unicode_escape").decode()
        stays = char in JOINS.get(form, "")
        shown = escape_unseen(form.format(char))
        assert shown == form.format(char if stays else number), number
        assert escape_unseen(shown) == shown


@pytest.mark.parametrize("name", REAL, ids=ascii)
def test_real_names_stay_as_they_are(name: str) -> None:
    assert escape_unseen(name) == name
    assert escape_lines(name) == name
    assert show_name(name) == name
    assert gradebook.escape_formula(name) == name
    assert plain_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\u200db", r"a\u200db"),
        ("\u200d😀", r"\u200d😀"),
        ("علی\u200c", r"علی\u200c"),
        ("ا\u200d\u200dا", r"ا\u200d\u200dا"),
        ("😀\ufe0f\ufe0f", "😀\ufe0f\\ufe0f"),
        ("a\ufe0f", r"a\ufe0f"),
        ("\U0001f3f4\U000e0067\U000e0062", "\U0001f3f4" r"\U000e0067\U000e0062"),
        ("p\xa0q", r"p\xa0q"),
    ],
    ids=ascii,
)
def test_what_joins_nothing_does_not_stay(name: str, shown: str) -> None:
    assert escape_unseen(name) == shown


def test_a_text_keeps_its_lines_and_nothing_else() -> None:
    assert escape_lines("a\r\nb\n\n\tc\rd\u2028e") == "a\nb\n\n\\tc\\rd\\u2028e"


def test_names_with_bytes_of_no_encoding_stay_apart() -> None:
    assert escape_controls("\udcff") != escape_controls("\udcfe")


@pytest.mark.parametrize("sign", FORMULAS)
def test_no_cell_begins_as_a_formula(sign: str) -> None:
    assert gradebook.escape_formula(f"{sign}1+1") == f"'{sign}1+1"
    assert gradebook.escape_formula(f"1{sign}1") == f"1{sign}1"
    for hidden in ("\t", "\r", "\n", "\u200b", "\ufeff"):
        assert gradebook.escape_formula(f"{hidden}{sign}1")[0] == "\\"


def hostile_score(message: str = NAME) -> Score:
    one = half(NAME, message=message)
    one.submission.files = [NAME]
    one.milestones[0].checks[0].hint = type(one.milestones[0].checks[0].hint)(NAME, NAME)  # type: ignore[misc, call-arg, arg-type]
    return one


Outlet = Callable[[Path, pytest.CaptureFixture[str]], str]


def grades_csv(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    gradebook.write_gradebook([hostile_score()], out / "grades.csv")
    return (out / "grades.csv").read_bytes().decode()


def changes_csv(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    new = score(NAME, [check("m1.add", "passed", 1.0)], checks_sha="b")
    old = score(NAME, [check("m1.add", "failed", 1.0)])
    assert changes.write_changes({NAME: old}, [new], out / "changes.csv")
    return (out / "changes.csv").read_bytes().decode()


def similarity_csv(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    similar.write_similarity([("engine", Pair(NAME, NAME, 1.0, []))], out / "similarity.csv")
    return (out / "similarity.csv").read_bytes().decode()


def similar_lines(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    return "\n".join(similar.describe_pairs([("engine", Pair(NAME, NAME, 1.0, []))], out))


def class_page(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    entries = [outcome(out, "a", hostile_score()), Outcome(NAME, None, fault=NAME)]
    page.write_class_page(entries, out / "index.html", [[NAME]])
    return (out / "index.html").read_bytes().decode()


def feedback_page(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    write_feedback([outcome(out, "a", hostile_score())], out)
    return (out / "a.html").read_bytes().decode()


def report_page(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    parts = Parts(text=NAME, expression=NAME, nodes=[(NAME,) * 4], absent={NAME: NAME})
    report.write_report(hostile_score(), RECORD, parts, [(NAME, NAME)], out / "report.html")
    return (out / "report.html").read_bytes().decode()


def class_table(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    entries = [outcome(out, "a", hostile_score()), Outcome(NAME, None, fault=NAME)]
    terminal.print_class(entries, out)
    return capsys.readouterr().out


def checks_of_a_learner(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    terminal.print_checks(hostile_score(), [NAME])
    return capsys.readouterr().out


def any_console(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    table = Table()
    table.add_row(NAME, Text(NAME))
    terminal.open_console().print(NAME, Text(NAME), table)
    return capsys.readouterr().out


def status_of_a_learner(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    statuses.print_status(NAME, RECORD, [statuses.StatusRow("m1", NAME, 75.0, {"m1.add": NAME})])
    return capsys.readouterr().out


def dry_run(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    plans.print_plans([EntryPlan(NAME, {"engine.py": NAME}), EntryPlan(NAME, problem=NAME)])
    return capsys.readouterr().out


def note_lines(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    notes.print_notes([NAME])
    return capsys.readouterr().out


def listed_names(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    return notes.list_names([NAME])


def error_line(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    app._report_error(Phrase(NAME), 1)
    return capsys.readouterr().err


def message(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    return clean_text(NAME)


def fault_file(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    file = faults.fault_outcome(out, "a", NAME, NAME).trace
    assert file
    return file.read_bytes().decode()


def gradescope_results(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    made = gradescope.results(hostile_score())
    assert json.dumps(made)
    return "\n".join(test["output"] for test in made["tests"])


def nbgrader_output(out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    shown = graded._cell_output(hostile_score().checks[:1])
    return "\n".join([shown.evalue, *shown.traceback])


OUTLETS: list[Outlet] = [
    grades_csv, changes_csv, similarity_csv, similar_lines, class_page, feedback_page, report_page,
    class_table, checks_of_a_learner, any_console, status_of_a_learner, dry_run, note_lines,
    listed_names, error_line, message, fault_file, gradescope_results, nbgrader_output,
]  # fmt: skip


@pytest.mark.parametrize("outlet", OUTLETS)
def test_every_outlet_shows_numbers(
    outlet: Outlet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = outlet(tmp_path, capsys)
    assert is_plain(told)
    assert r"\x1bb" in told.replace("\n", "").replace(" ", "")
    assert len(told) > len(NAME) / 4


def test_real_names_are_in_every_table_and_page(tmp_path: Path) -> None:
    scores = [half(name) for name in REAL]
    gradebook.write_gradebook(scores, tmp_path / "grades.csv")
    table = csv.reader(io.StringIO((tmp_path / "grades.csv").read_text("utf-8")))
    assert sorted(row[0] for row in table) == sorted(["submission", *REAL])
    entries = [outcome(tmp_path, str(place), one) for place, one in enumerate(scores)]
    page.write_class_page(entries, tmp_path / "index.html")
    text = html.unescape((tmp_path / "index.html").read_text("utf-8"))
    assert [name for name in REAL if f">{name}<" not in text] == []


def test_what_the_kit_draws_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "text", lambda name: "{{ svg }}\t{{ name }}")
    templates._environment.cache_clear()
    drawn = report.make_picture("<svg>\t</svg>", "x").svg
    assert templates.render("a.html.j2", svg=drawn, name="\t") == "<svg>\t</svg>\t\\t"
    assert templates.render("a.md.j2", svg="\t", name="\t") == "\t\t\t"
    templates._environment.cache_clear()
