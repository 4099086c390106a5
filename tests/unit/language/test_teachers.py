"""A term of a teacher's commands, played in English and in German: no sentence stays English."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from autograder.language.catalogue import load_catalogue
from autograder.run.history import add_grading, find_grounds
from autograder.score import Score
from tests.languages.messages import list_messages
from tests.unit.cli.test_review import QUESTION, save, score_of
from tests.unit.cli.test_trouble import Command, Told, command
from tests.unit.language.conftest import forget
from tests.unit.reports.test_class import check, half, score

__all__ = ["command"]  # a fixture

TERM = """
collect canvas --out inbox --milestone m1
collect canvas --out inbox --milestone m1
collect blackboard --out inbox
collect nowhere --out inbox
collect grades --out inbox
collect roster.csv --out inbox
collect canvas --out canvas/inbox
collect canvas --out inbox --from canvvas
collect canvas --out inbox --from moodle
collect canvas --out inbox --milestone m9
collect canvas --out inbox --timezone Berlin
grade inbox --dry-run --milestone m1 --roster roster.csv
grade inbox
grade nowhere --dry-run
grade empty --dry-run
grade roster.csv --dry-run
grade inbox --out out --profile quik
grade inbox --out out --jobs 2 --cluster here:1
grade inbox --out out --course own.toml --isolation process
grade inbox --out out --roster wrong.csv
grade inbox --out roster.csv
adjust
adjust ada m1 +2 --because Gut.
adjust bob --excuse --because Krank. --by Tina
adjust ada m1.add --override 60 --because Neu.
adjust
adjust ada
adjust adda
adjust +2
adjust ada m1 +2
adjust ada m1 +2 +3 --because x
adjust ada m1 +0 --because x
adjust ada m1 -900 --because x
adjust ada 80 --because x
adjust ada m2 +1 --because x
adjust ada m9 +1 --because x
adjust ada m1.ad +1 --because x
adjust ada m1 --override -3 --because x
adjust ada m1 +2 --excuse --because x
adjust ada --foo
history ada
history bob --all
history eva
history adda
history
review grades
review grades eva
review grades eva --points 4 --because Gut.
review grades eva
review grades eva --points 40 --because x
review grades eva --points 4
review grades eva --points x
review grades evva
review grades eva --unit c --points 4 --because x
review inbox
export csv grades --out all.csv --roster roster.csv
export canvas grades --out canvas.csv --roster roster.csv
export moodle grades --out moodle.csv --roster roster.csv --course own.toml
export moodle grades --out moodle.csv --worksheet roster.csv
export canvas grades --out canvas.csv
export canvas grades --out inbox --roster roster.csv
export canvas grades --out canvas.csv --roster roster.csv --section C
export canvas grades --out canvas.csv --roster roster.csv --column m9=Neu
export canvs grades --out canvas.csv
course
course --explain
course --course own.toml
course --course key.toml
course --course kind.toml
course --course none.toml
course --course text.toml
course --course section.toml
course --course until.toml
checks m9
doctor
data list
data path mnits
data path moons
grad
grade --foo
grade inbox out
grade inbox --out
"""
FILES = {
    "canvas/ada_101_2002_engine.py": "x = 1\n",
    "canvas/bob_LATE_102_2003_engine.py": "x = 2\n",
    "canvas/read me.txt": "",
    "blackboard/hw1_eva_attempt_2026-10-01-23-58-12_engine.py": "x = 3\n",
    "blackboard/hw1_eva_attempt_2026-10-01-23-58-12.txt": "a text",
    "empty/.keep": "",
    "roster.csv": "name,login,section,email\nAda,ada,A,ada@x.org\nBob,bob,B,\nZoe,zoe,B,\n",
    "wrong.csv": "colour\nred\n",
    "own.toml": """version = 1
roster = "roster.csv"
check_weights = { "m1.add" = 2 }
thresholds = { "m4.classifier" = 0.9 }
[grading]
isolation = "strict"
hints = false
[groups]
team = ["ada", "bob"]
[late]
times = "inbox/times.csv"
free_days = 2
zone = "Europe/Berlin"
[extras]
use = ["r"]
cap = 5
[[milestones]]
id = "m1"
deadline = 2026-10-01T23:59:00
[[milestones]]
id = "m2"
extra_credit = true
[[extensions]]
section = "B"
until = 2026-10-09T23:59:00
because = "x"
""",
    "key.toml": "version = 1\n[grading]\nsead = 3\n",
    "kind.toml": "version = 1\n[grading]\nseconds = -1\n",
    "none.toml": "",
    "text.toml": "version = ",
    "section.toml": 'version = 1\n[[extensions]]\nsection = "B"\nbecause = 1\n',
    "until.toml": 'version = 1\n[[extensions]]\nsubmission = "ada"\nbecause = "x"\nuntil = 2026-10-09\n',
}
DATA = re.compile(rf'  - {re.escape(QUESTION)}|[\w."]+( = .*)?')  # of work, and keys of a course
SHORTEST = 12  # letters that are English, and no name
NAMES = {  # words that are the same in both languages, besides those with a dot, a sign or a digit
    *("ada", "bob", "eva", "team", "read", "me", "Ada", "Bob", "Zoe", "root", "Tina", "Gut"),
    *(
        "ok",
        "autograder",
        "Python",
        "Linux",
        "Isolation",
        "strict",
        "process",
        "MNIST",
        "matplotlib",
    ),
    *("numpy", "pytest", "msgspec", "json", "report", "Name"),
}


def regrade(folder: Path, before: Score, now: Score) -> None:
    """Write a score down that took the place of another."""
    add_grading(folder, before, find_grounds(before), None, forced=False)
    grounds = {**find_grounds(now), "checks": "new", "profile": "full"}
    add_grading(folder, now, grounds, before, forced=False)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make what the commands read, in a folder for each language."""
    for language in ("en", "de"):
        home = tmp_path / language
        for name, text in FILES.items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text(text)
        for name in ("ada", "bob"):
            now = half(name)
            save(home / "grades", now)
            checks = [check(f"m1.c{number}", "passed", 5.0) for number in range(10)]
            regrade(home / "grades" / name, score(name, checks), now)
        save(home / "grades", score_of("eva"))
    yield tmp_path
    monkeypatch.undo()
    forget()


def play(home: Path, language: str, command: Command, patch: pytest.MonkeyPatch) -> list[Told]:
    patch.setenv("AUTOGRADER_LANGUAGE", "")
    patch.setenv("AUTOGRADER_COURSE", "")
    patch.chdir(home)
    forget()
    told = []
    for line in TERM.strip().splitlines():
        patch.setenv("AUTOGRADER_COURSE", "")
        told.append(command(*shlex.split(line), "--language", language))
    return told


def english_pieces() -> set[str]:
    """Return what stands between the values of English texts, and in no German one."""
    texts = [text for message in list_messages() for text in message]
    german = "\n".join(map(load_catalogue("de").gettext, texts))
    pieces = {piece.strip() for text in texts for piece in _split(text)}
    return {one for one in pieces if len(one) >= SHORTEST and " " in one and one not in german}


def _split(text: str) -> list[str]:
    try:
        return [literal for literal, *_ in Formatter().parse(text)]
    except ValueError:
        return [text]


def words_of(line: str) -> set[str]:
    """Return the words of a line that are no path, number, option or name; none of data."""
    if DATA.fullmatch(line):
        return set()
    words = (word.strip("(),:;'\"") for word in line.split())
    return {word for word in words if re.fullmatch(r"[^\W\d_]{2,}", word)} - NAMES


def test_a_term_is_german_where_it_is_english(
    world: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = play(world / "en", "en", command, monkeypatch)
    german = play(world / "de", "de", command, monkeypatch)
    pieces = english_pieces()
    assert len(pieces) > 1000
    for line, was, now in zip(TERM.strip().splitlines(), english, german, strict=True):
        assert now[0] == was[0], line
        ours, theirs = "".join(now[1:]), "".join(was[1:])
        assert [piece for piece in pieces if piece in ours] == [], line
        pairs = zip(theirs.splitlines(), ours.splitlines(), strict=True)
        same = [one for one, other in pairs if one == other and words_of(one)]
        assert same == [], line
    written = [file.relative_to(world / "en") for file in (world / "en").rglob("*.csv")]
    assert {"canvas.csv", "moodle.csv", "all.csv", "collected.csv"} < {one.name for one in written}
    for name in written:
        assert (world / "de" / name).read_bytes() == (world / "en" / name).read_bytes(), name
