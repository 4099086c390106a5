"""One function goes back to its stub, and nothing else changes."""

import json
import os
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.judge.spec import list_checks
from autograder.learning.functions import find_functions, split_lines
from autograder.learning.modules import (
    Broken,
    LearnerModule,
    compare_with_stub,
    find_learner_module,
    functions_for_check,
    put_back,
    swap_file,
)
from tests.conftest import ROOT

PART = load_course().part("m1")
CHECKS = {listed.id: listed for listed in list_checks(PART.id, PART.checks)}
SOLUTION = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
STUB = (ROOT / "assignments/m1_scalar_autograd/engine.py").read_text()
NOTEBOOK = (ROOT / "assignments/m1_scalar_autograd/engine.ipynb").read_text()


def module(folder: Path, text: str, name: str = "engine.py") -> LearnerModule:
    (folder / name).write_bytes(text.encode())
    return LearnerModule(PART, folder / name)


def body(text: str, name: str) -> str:
    extent = find_functions(text)[name]
    return "".join(split_lines(text)[extent.first : extent.end])


def test_one_function_is_the_stubs_and_every_other_line_keeps_its_bytes(tmp_path: Path) -> None:
    new = put_back(module(tmp_path, SOLUTION), ["Value.tanh"]).decode()
    assert body(new, "Value.tanh") == body(STUB, "Value.tanh")
    assert "NotImplementedError" in body(new, "Value.tanh")
    before, _, after = SOLUTION.partition(body(SOLUTION, "Value.tanh"))
    assert new == before + body(STUB, "Value.tanh") + after


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_byte_order_mark_comments_and_odd_characters_stay(
    tmp_path: Path, end: str
) -> None:
    text = (
        '\ufeff# über \x0c alles\nclass Value:\n\tx = "a\x0bb"  # kept\n\n'
        "\t@wraps  # a comment of it\n\tdef tanh(self):\n\t\treturn 1\n\t# after it\n"
        "\n\tdef exp(self): return 2  # on one line\n# the end"
    ).replace("\n", end)
    new = put_back(module(tmp_path, text), ["Value.tanh"])
    lines = new.decode().split(end)
    assert lines[:4] == text.split(end)[:4]
    assert lines[4].startswith("\tdef tanh(self)")
    assert "".join(lines[4:8]).count("NotImplementedError") == 1
    assert text.split(end)[7:] == lines[-len(text.split(end)[7:]) :]
    assert new.count(b"\n") == (0 if end == "\r" else new.count(end.encode()))


def test_a_name_that_is_another_functions_becomes_one_of_its_own(tmp_path: Path) -> None:
    text = "class Value:\n    def __add__(self, o):\n        return 1\n\n    __radd__ = __add__  # same\n"
    new = put_back(module(tmp_path, text), ["Value.__radd__"]).decode()
    assert "__radd__ = " not in new
    assert 'NotImplementedError("milestone 1: Value.__radd__")' in new
    assert "        return 1\n" in new
    joined = "class Value:\n    a = 1; __radd__ = a\n"
    with pytest.raises(LookupError, match=r"engine\.py has no Value\.__radd__"):
        put_back(module(tmp_path, joined), ["Value.__radd__"])


def test_the_last_definition_is_the_one_that_counts(tmp_path: Path) -> None:
    text = "class Value:\n    def tanh(self):\n        return 1\n    def tanh(self):\n        return 2\n"
    new = put_back(module(tmp_path, text), ["Value.tanh"]).decode()
    assert "return 1" in new
    assert "return 2" not in new


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("class Value:\n    def tanh(self:\n", "engine.py, line 2: '\\(' was never closed"),
        ("a\n" * (1 << 17), "engine.py: more than 128 Ki"),
    ],
    ids=["syntax", "too long"],
)
def test_what_cannot_be_parsed_is_said_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(Broken, match=told):
        put_back(module(tmp_path, text), ["Value.tanh"])


def test_text_that_is_not_utf8_is_broken(tmp_path: Path) -> None:
    file = module(tmp_path, "")
    file.file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Broken, match=r"engine\.py is not UTF-8"):
        put_back(file, ["Value.tanh"])


def test_in_a_notebook_the_cell_that_defines_it_changes(tmp_path: Path) -> None:
    notebook = json.loads(NOTEBOOK)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    owner = next(cell for cell in code if "def tanh" in "".join(cell["source"]))
    owner["source"] = "%matplotlib inline\n" + "".join(owner["source"]).replace(
        'raise NotImplementedError("milestone 1: Value.tanh")', "return self"
    )
    code[-1]["source"] = ["def (\n"]
    code[-1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["ü"]}]
    file = module(tmp_path, json.dumps(notebook), "engine.ipynb")
    new = json.loads(put_back(file, ["Value.tanh"]))
    cells = [cell for cell in new["cells"] if cell["cell_type"] == "code"]
    changed = next(cell for cell in cells if "def tanh" in "".join(cell["source"]))
    assert 'raise NotImplementedError("milestone 1: Value.tanh")' in changed["source"]
    assert changed["source"].startswith("%matplotlib inline\n")
    assert [c for c in cells if c is not changed] == [c for c in code if c is not owner]
    owner["source"] = ["x = 1\n"]
    file.file.write_text(json.dumps(notebook))
    with pytest.raises(Broken, match=rf"engine\.ipynb\[{len(code)}\], line 1"):
        put_back(file, ["Value.tanh"])


@pytest.mark.parametrize(
    ("id", "names"),
    [
        ("m1.tanh", ["Value.tanh"]),
        ("m1.add", ["Value.__add__", "Value.backward"]),
        ("m1.gradcheck_rejects", ["gradcheck"]),
        (
            "m1.numbers_left",
            ["Value.__radd__", "Value.__rsub__", "Value.__rmul__", "Value.__rtruediv__"],
        ),
        (
            "m1.bad_input",
            ["Value.__add__", "Value.__mul__", "Value.__pow__", "Value.log", "Value.__truediv__"],
        ),
    ],
)
def test_a_check_is_about_what_its_task_asks_for(id: str, names: list[str]) -> None:
    file = LearnerModule(PART, ROOT / "solutions/m1_scalar_autograd/engine.py")
    assert functions_for_check(CHECKS[id], file) == names


@pytest.mark.parametrize("part", load_course().parts, ids=lambda part: part.id)
def test_every_solution_has_what_its_checks_are_about(part: object) -> None:
    file = find_learner_module(part, ROOT / "solutions" / part.folder)  # type: ignore[arg-type, attr-defined]
    assert file
    named = [functions_for_check(listed, file) for listed in list_checks(part.id, part.checks)]  # type: ignore[attr-defined]
    assert all(named) or part.id == "r"  # type: ignore[attr-defined]
    put_back(file, sorted({name for names in named for name in names}))


def test_what_stood_there_is_kept_under_the_first_free_name(tmp_path: Path) -> None:
    file = module(tmp_path, "first")
    assert swap_file(file, "reset", lambda: b"second") == tmp_path / "engine.before-reset-1.py"
    assert swap_file(file, "reset", lambda: b"third") == tmp_path / "engine.before-reset-2.py"
    assert swap_file(file, "reset", lambda: b"third") is None
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert kept == {
        "engine.py": "third",
        "engine.before-reset-1.py": "first",
        "engine.before-reset-2.py": "second",
    }


def test_where_the_new_file_cannot_be_written_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = module(tmp_path, "first")

    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(
        Exception, match="cannot write .*Read-only file system; nothing was changed"
    ):
        swap_file(file, "reset", lambda: b"second")
    assert [path.name for path in tmp_path.iterdir()] == ["engine.py"]
    assert file.file.read_text() == "first"


def test_a_diff_is_empty_for_a_stub_and_names_both_sides(tmp_path: Path) -> None:
    assert compare_with_stub(module(tmp_path, STUB.replace("\n", "\r\n"))) == []
    lines = compare_with_stub(module(tmp_path, SOLUTION), ["Value.tanh"])
    assert lines[:2] == ["--- stub/engine.py", "+++ engine.py"]
    assert '-        raise NotImplementedError("milestone 1: Value.tanh")' in lines
    assert not any("exp" in line for line in lines)
