"""Texts for others lie in one folder, go out as they are, and escape what comes from submissions."""

import ast
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest

from autograder import templates
from tests.conftest import ROOT

PACKAGE = ROOT / "autograder"
FOLDER = PACKAGE / "templates"
NAMES = sorted(path.name for path in FOLDER.iterdir() if path.is_file() and path.suffix != ".py")
WRITERS = sorted(file for name in ("exchange", "reports") for file in (PACKAGE / name).glob("*.py"))
LINES = 3  # of a string that is a text


def strings(file: Path) -> Iterator[str]:
    """Yield every string of a module that is no docstring."""
    tree = ast.parse(file.read_text())
    bodies = [node.body for node in ast.walk(tree) if isinstance(getattr(node, "body", None), list)]
    described = {id(body[0].value) for body in bodies if body and isinstance(body[0], ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in described:
            yield str(node.value)


def test_a_text_comes_as_it_is() -> None:
    script = templates.text("gradescope_setup.sh")
    assert script == (FOLDER / "gradescope_setup.sh").read_text()
    assert script.startswith("#!/usr/bin/env bash\n")


def test_values_stand_in_a_template_and_its_last_line_break_does_not() -> None:
    told = templates.render("nbgrader_graded_cell.py.j2", check="m1.add")
    assert told.splitlines()[2:4] == ["passes('m1.add')", "### BEGIN HIDDEN TESTS"]
    assert told.endswith("### END HIDDEN TESTS")


def test_pages_escape_what_is_put_into_them_and_texts_do_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(templates, "text", lambda name: "{{ name }}")
    templates._environment.cache_clear()
    assert templates.render("a.html.j2", name="<b> & co") == "&lt;b&gt; &amp; co"
    assert templates.render("a.md.j2", name="<b> & co") == "<b> & co"
    templates._environment.cache_clear()


def test_a_value_that_is_not_given_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError, match="'wheel' is undefined"):
        templates.render("student_guide.md.j2", first="m1_scalar_autograd")


@pytest.mark.parametrize("name", NAMES)
def test_every_template_is_used(name: str) -> None:
    sources = [*PACKAGE.rglob("*.py"), *FOLDER.glob("*.html.j2")]
    assert [file for file in sources if f'"{name}"' in file.read_text()], name


@pytest.mark.parametrize("file", WRITERS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_no_text_of_several_lines_lies_in_a_module(file: Path) -> None:
    assert [text for text in strings(file) if text.strip("\n").count("\n") >= LINES - 1] == []


def test_such_a_text_would_be_noticed(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text('"""Of\nthree\nlines."""\nGUIDE = """one\ntwo\n{three}\n"""\n')
    assert [text for text in strings(file) if text.strip("\n").count("\n") >= LINES - 1] == [
        "one\ntwo\n{three}\n"
    ]
