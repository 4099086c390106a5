"""What the documents promise: links that lead somewhere, commands that parse, pictures, figures."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from autograder.cli.app import app
from autograder.course import load_course
from autograder.judge.spec import ListedCheck, list_checks
from tests.conftest import ROOT
from tests.pictures import demos, notebook, report, terminal

README = ROOT / "README.md"
HISTORY = ROOT / "CHANGELOG.md"  # names commands that came or went with a version
GUIDES = [ROOT / f"docs/{name}.md" for name in ("students", "teaching-assistants", "instructors")]
MOST_LINES = {README: 120, ROOT / "CONTRIBUTING.md": 200, **dict.fromkeys(GUIDES, 100)}
DOCUMENTS = [
    file
    for pattern in (
        "*.md",
        "docs/*.md",
        "solutions/*.md",
        "solutions/*/*.md",
        "datasets/*.md",
        "tests/*/*.md",
    )
    for file in sorted(ROOT.glob(pattern))
]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r'\]\(([^)\s]+)\)|\bsrc="([^"]+)"')
TYPED = re.compile(r"^(?:\$ )?(?:\.venv[/\\]\w+[/\\])?(autograder (?!:).*)$")
SECTION = re.compile(r"^#+ (.*)$", re.MULTILINE)
EXAMPLE = re.compile(r"autograder [^&|>)]+")
COMMAND: Any = typer.main.get_command(app)

name = lambda file: str(file.relative_to(ROOT))  # noqa: E731


def parse(line: str) -> None:
    """Parse a command with the command's own parser, but run nothing; raise where it is wrong."""
    _, *words = shlex.split(line, comments=True)
    command = COMMAND
    while hasattr(command, "commands") and words and words[0] in command.commands:
        command = command.commands[words.pop(0)]
    if hasattr(command, "commands"):
        assert not [word for word in words if not word.startswith("-")], line
    if words not in (["--help"], ["-h"]):
        command.make_context(command.name, words)


def commands(command: Any, path: str = "autograder") -> Iterator[tuple[str, Any]]:
    """Yield every command and group, with what one types for it."""
    yield path, command
    for word, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, f"{path} {word}")


def anchors(file: Path) -> set[str]:
    """Return what a link may name in `file`, as hosts of Markdown make it of headings."""
    prose = FENCED.sub("", file.read_text())
    kept = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in SECTION.findall(prose)]
    return {heading.replace(" ", "-") for heading in kept}


def links(file: Path) -> list[str]:
    prose = re.sub(r"`[^`\n]*`", "", FENCED.sub("", file.read_text()))
    found = [link or source for link, source in LINK.findall(prose)]
    return [link for link in found if "://" not in link]


def typed(file: Path) -> list[str]:
    """Return the lines of fenced blocks that are commands of the kit."""
    lines = [line for _, block in FENCED.findall(file.read_text()) for line in block.splitlines()]
    return [found[1] for line in lines if (found := TYPED.match(line))]


@pytest.mark.parametrize("file", DOCUMENTS, ids=name)
def test_every_link_leads_somewhere(file: Path) -> None:
    for link in links(file):
        path, _, anchor = link.partition("#")
        target = (file.parent / path) if path else file
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_links_and_anchors_are_found() -> None:
    assert {"docs/students.md", "docs/pictures/terminal.svg"} <= set(links(README))
    assert "reference.md#isolation" in links(ROOT / "docs/teaching-assistants.md")
    assert {"scorejson", "statuses"} <= anchors(ROOT / "docs/reference.md")


@pytest.mark.parametrize("file", DOCUMENTS, ids=name)
def test_every_command_in_a_block_parses(file: Path) -> None:
    for line in typed(file):
        parse(line)


def test_commands_are_found() -> None:
    assert "autograder grade inbox --out grades" in "\n".join(typed(GUIDES[1]))
    assert sum(len(typed(file)) for file in GUIDES) > 12


@pytest.mark.parametrize("file", [file for file in DOCUMENTS if file != HISTORY], ids=name)
def test_every_command_named_in_a_sentence_exists(file: Path) -> None:
    told = re.findall(r"`autograder ([a-z]+)", FENCED.sub("", file.read_text()))
    assert set(told) <= set(COMMAND.commands)


@pytest.mark.parametrize(
    "line", ["autograder grade --out", "autograder chek", "autograder check --al"]
)
def test_a_wrong_command_does_not_parse(line: str) -> None:
    with pytest.raises(Exception, match="out|chek|--al"):
        parse(line)


@pytest.mark.parametrize("path", [path for path, _ in commands(COMMAND)])
def test_every_help_ends_with_an_example_that_parses(path: str) -> None:
    command = dict(commands(COMMAND))[path]
    told = command.help.strip().splitlines()[-1]
    assert told.startswith("Example: ")
    (found,) = EXAMPLE.findall(told)
    assert found.startswith(path)
    parse(found)


@pytest.mark.parametrize("file", MOST_LINES, ids=name)
def test_documents_are_short(file: Path) -> None:
    lines = file.read_text().splitlines()
    assert len(lines) <= MOST_LINES[file]
    shown = [re.sub(r"\]\([^)]*\)", "]", line) for line in lines if not line.startswith("<img ")]
    assert max(map(len, shown)) <= 120


def test_instructors_are_told_how_many_checks_there_are() -> None:
    rows = re.findall(r"^\| (m\d) \| .* \| (\d+) \|$", GUIDES[2].read_text(), re.MULTILINE)
    own = {one.id: len(list_checks(one.id, one.checks)) for one in load_course().milestones}
    assert {id: int(count) for id, count in rows} == own


def test_the_table_of_extras_is_that_of_the_course() -> None:
    table = (ROOT / "docs/extras.md").read_text()
    rows = re.findall(
        r"^\| (\S+) \| `(\w+).py` \| (.*) \| (\S+) \| (\d+) \| (\d+) \|$", table, re.MULTILINE
    )
    own = [
        (unit.id, unit.module, unit.title, unit.after or "-", len(listed), points_of(listed))
        for unit in load_course().units
        for listed in [list_checks(unit.id, unit.checks)]
    ]
    assert [(*names, int(count), int(points)) for *names, count, points in rows] == own


def points_of(listed: list[ListedCheck]) -> float:
    return sum(check.spec.points for check in listed)


def test_the_failure_that_students_read_is_what_the_command_prints() -> None:
    told = GUIDES[0].read_text().partition("## Read a failure")[2]
    for part in FENCED.findall(told)[0][1].split("\n\n"):
        assert " ".join(part.split()) in " ".join(_shown().split())


def test_the_terminal_in_readme_is_what_the_command_prints() -> None:
    assert _words(terminal.FILE.read_text()) == _words(terminal.svg(terminal.printed()))


def _shown() -> str:
    return re.sub(r"\x1b\[[\d;]*m", "", terminal.printed())


def _words(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>(.*?)</text>", svg)


def test_pictures_need_nothing_from_elsewhere_and_have_words() -> None:
    drawn = terminal.FILE.read_text().replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "http" not in drawn
    assert "@font-face" not in drawn
    assert {file.stat().st_size < 300_000 for file in (report.FILE, notebook.FILE, demos.FILE)} == {
        True
    }
    words = re.findall(r'<img [^>]*\balt="([^"]{40,})"[^>]*>', README.read_text())
    words += re.findall(r"!\[([^\]]{40,})\]\(pictures/report.png\)", GUIDES[0].read_text())
    guide = (ROOT / "docs/notebooks.md").read_text()
    words += re.findall(r"!\[([^\]]{40,})\]\(pictures/notebook.png\)", guide)
    explore = (ROOT / "docs/explore.md").read_text()
    words += re.findall(r"!\[([^\]]{40,})\]\(pictures/demos.png\)", explore)
    assert len(words) == 4
