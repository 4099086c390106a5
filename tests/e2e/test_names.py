"""Names that break tables, pages, paths and spreadsheets, through everything that is written."""

import csv
import html
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.conftest import ROOT
from tests.e2e.test_commands import autograder

SAFE = {  # name of a submission: what a spreadsheet is shown
    "+1": "'+1",
    "-1+1": "'-1+1",
    "=1+1": "'=1+1",
    "@SUM(A1)": "'@SUM(A1)",
    "Ben, Jr": "Ben, Jr",
    "Ben; Jr": "Ben; Jr",
    'Zoë "Z"': 'Zoë "Z"',
    "a#b%20?c&amp;<i>": "a#b%20?c&amp;<i>",
    "it's": "it's",
    "007": "007",
    "\u05d3\u05e0\u05d4 (1)": "\u05d3\u05e0\u05d4 (1)",
    "similarity.csv": "similarity.csv",
    "feedback": "feedback",
    "\N{GRINNING FACE}": "\N{GRINNING FACE}",
}
FEW = """
import dataclasses, sys
from autograder.cli import app, grade
usual, few = grade.make_settings, frozenset({"m1.add", "m1.mul"})
grade.make_settings = lambda *a, **k: dataclasses.replace(usual(*a, **k), only=few)
app.main(sys.argv[1:])
"""
COPIES = ("=1+1", "Ben, Jr")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of such names, graded twice: as if the checks had changed in between."""
    place = tmp_path_factory.mktemp("names")
    for name in SAFE:
        folder = place / "in" / name
        folder.mkdir(parents=True)
        (folder / "engine.py").write_text("x = 1\n")
    for name in COPIES:
        shutil.copy(ROOT / "tests/alternatives/tape/engine.py", place / "in" / name)
    first = grade(place)
    assert first.returncode == 0, first.stderr
    for file in (place / "out").glob("*/score.json"):
        score = json.loads(file.read_text())
        score["kit"]["checks_sha256"] = "other checks"
        score["milestones"][0]["checks"][0]["points"] += 0.5
        file.write_text(json.dumps(score))
    again = grade(place, "--force", "--similarity")
    assert again.returncode == 0, again.stderr
    return place


def grade(place: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Grade the class by the command, in two checks: names are not judged."""
    command = [sys.executable, "-c", FEW, "grade", "in", "--out", "out", "--milestone", "m1"]
    return subprocess.run([*command, *options], cwd=place, capture_output=True, text=True)


def column(file: Path, *names: str) -> list[tuple[str, ...]]:
    with file.open(newline="", encoding="utf-8") as stream:
        return [tuple(row[name] for name in names) for row in csv.DictReader(stream)]


def test_tables_hold_every_name_as_text(place: Path) -> None:
    names = sorted((name,) for name in SAFE.values())
    assert sorted(column(place / "out/grades.csv", "submission")) == names
    assert sorted(column(place / "out/changes.csv", "submission")) == names
    (pair,) = column(place / "out/similarity.csv", "submission", "other", "share")
    assert pair == ("'=1+1", "Ben, Jr", "1.0")
    assert autograder("export", "csv", "out", "--out", "x.csv", cwd=place).returncode == 0
    exported, graded = (
        sorted(column(place / file, "submission", "points", "m1", "sha256"))
        for file in ("x.csv", "out/grades.csv")
    )
    assert exported == graded


def test_no_two_names_share_a_file(place: Path) -> None:
    scores = list((place / "out").glob("*/score.json"))
    ids = {json.loads(file.read_text())["submission"]["id"] for file in scores}
    assert len(scores) == len(SAFE)
    assert ids == set(SAFE)
    pages = {file.stem for file in (place / "out/feedback").glob("*.html")}
    assert pages == {file.parent.name for file in scores}


def test_every_link_of_the_class_page_leads_to_that_submission(place: Path) -> None:
    text = (place / "out/index.html").read_text()
    links = re.findall(r'<a href="([^"]*\.html)">([^<]*)</a>', text)
    assert sorted(html.unescape(name) for _, name in links) == sorted(SAFE)
    for link, name in links:
        page = (place / "out" / unquote(html.unescape(link))).read_text()
        assert f"<h1>{name}</h1>" in page
        assert f"<title>Feedback: {name}</title>" in page
    for link in re.findall(r'href="([^"]*score\.json)"', text):
        assert (place / "out" / unquote(html.unescape(link))).is_file()


def test_gradescope_gets_a_file_for_each(place: Path) -> None:
    done = autograder("export", "gradescope", "out", "--out", "gs", cwd=place)
    assert done.returncode == 0, done.stderr
    files = {file.stem for file in (place / "gs/results").iterdir()}
    assert files == {file.parent.name for file in (place / "out").glob("*/score.json")}


def test_nbgrader_gets_a_plain_name_for_each(place: Path) -> None:
    done = autograder("export", "nbgrader", "out", "--out", "nb", cwd=place)
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(place / "nb/gradebook.db") as book:
        ids = [id for (id,) in book.execute("SELECT id FROM student")]
    assert len(set(ids)) == len(SAFE)
    assert all(re.fullmatch(r"\w[\w.@-]*", id) for id in ids)
    assert {"feedback", "similarity.csv"} <= set(ids)
    for name in set(SAFE) - set(ids):
        assert re.search(rf"  '{re.escape(name)}' is renamed to (\S+)\n", done.stdout)[1] in ids
    assert {folder.name for folder in (place / "nb/autograded").iterdir()} == set(ids)
