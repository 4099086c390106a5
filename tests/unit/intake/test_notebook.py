"""A notebook as it lies in an inbox: its code is found, or the first reason is told why not."""

import ast
import json
import unicodedata
from pathlib import Path

import pytest

from autograder.intake.notebook import NoNotebook, read_code_cells
from autograder.intake.stage import stage_entry
from autograder.intake.submission import Entry, Submission, Unusable
from autograder.worker.statements import LONGEST, list_imports
from tests.unit.intake.hand_ins import barred

MODULES = ["engine", "nn", "tensor"]
SAVE = "save it in Jupyter, hand in that file"


def book(*sources: str, **more: object) -> str:
    cells = [{"cell_type": "code", "source": source, "metadata": {}} for source in sources]
    return json.dumps({"cells": cells, "nbformat": 4, "metadata": {}, **more})


def stage(tmp_path: Path, **files: str | bytes) -> Submission:
    return barred(copy(tmp_path, **files))


def copy(tmp_path: Path, **files: str | bytes) -> Submission:
    folder, into = tmp_path / "in", tmp_path / "staged"
    folder.mkdir()
    into.mkdir()
    for name, data in files.items():
        stem, _, suffix = name.rpartition("_")
        path = folder / f"{stem}.{suffix}"
        path.write_bytes(data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data)
    return stage_entry(Entry("name", folder), MODULES, into)


CONFLICT = book("x = 1").replace(', "nb', '\n<<<<<<< HEAD\n, "a": 1\n=======\n>>>>>>> b\n, "nb')
BROKEN = {
    "nothing": ("", f"it is empty; {SAVE}"),
    "blanks": (" \n\n", f"it is empty; {SAVE}"),
    "a web page": ("<!DOCTYPE html>\n<html>", "it is a web page; download the notebook itself"),
    "a conflict": (
        CONFLICT,
        "its line 2 is the mark of a merge conflict; choose one of the two versions, " + SAVE,
    ),
    "half of it": ('{"cells": [{"cell_type": "code", "source"', f"it is not JSON to its end, so it may be cut off; {SAVE}"),
    "a slip": ('{"cells": [],\n\n "nbformat": 4,}', f"its JSON is broken in line 3; {SAVE}"),
    "Python": ("import math\nx = 1\n", f"its JSON is broken in line 1; {SAVE}"),
    "bytes": ("\udcff", f"its JSON is broken in line 1; {SAVE}"),
    "depth": ('{"a": ' + "[" * 100_000, f"its JSON is nested too deeply; {SAVE}"),
    "a list": ("[]", f"it has no cells as a notebook has; {SAVE}"),
    "no cells": ('{"nbformat": 4}', f"it has no cells as a notebook has; {SAVE}"),
    "false cells": ('{"cells": {"a": 1}}', f"it has no cells as a notebook has; {SAVE}"),
    "null cells": ('{"cells": null}', f"it has no cells as a notebook has; {SAVE}"),
    "no source": ('{"cells": [{"cell_type": "markdown"}, {"cell_type": "code"}]}', f"cell 2 in it has no text as its source; {SAVE}"),
    "a false source": ('{"cells": [{"cell_type": "code", "source": [1]}]}', f"cell 1 in it has no text as its source; {SAVE}"),
    "an empty list": ('{"cells": []}', f"it has no code cell; {SAVE}"),
    "prose": ('{"cells": [{"cell_type": "markdown", "source": "# a"}]}', f"it has no code cell; {SAVE}"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_a_notebook_without_code_is_refused_with_the_first_reason(
    tmp_path: Path, kind: str
) -> None:
    text, told = BROKEN[kind]
    found = stage(tmp_path, engine_ipynb=text)
    assert found.refused == {"engine": f"engine.ipynb cannot be graded: {told}"}


def test_a_broken_notebook_beside_the_module_is_no_reason(tmp_path: Path) -> None:
    assert stage(tmp_path, engine_ipynb="", engine_py="x = 1").refused == {}


def test_a_broken_notebook_of_the_same_name_elsewhere_is_none_either(tmp_path: Path) -> None:
    (tmp_path / "in/old").mkdir(parents=True)
    (tmp_path / "in/old/nn.ipynb").write_text("")
    (tmp_path / "in/engine.py").write_text("x = 1")
    (tmp_path / "staged").mkdir()
    entry = Entry("name", tmp_path / "in")
    found = barred(stage_entry(entry, ["engine", "conv"], tmp_path / "staged"))
    assert found.files == ("engine.py", "old/nn.ipynb")
    assert (found.refused, found.blocked) == ({}, {})


def test_what_needs_a_broken_notebook_is_blocked_by_it(tmp_path: Path) -> None:
    found = stage(tmp_path, engine_ipynb="", nn_py="from engine import Value\n")
    assert found.blocked == {"nn": "engine.ipynb cannot be graded, nn.py needs it"}


CELL = {"cell_type": "code", "source": "x = 'é'"}
READ = {
    "null metadata": json.dumps({"cells": [{**CELL, "metadata": None}], "metadata": None}),
    "false metadata": json.dumps({"cells": [{**CELL, "metadata": [1]}], "metadata": 3}),
    "lines": json.dumps({"cells": [{**CELL, "source": ["x =", " 'é'"]}]}),
    "format 3": json.dumps({"worksheets": [{"cells": [{"cell_type": "code", "input": "x = 'é'"}]}]}),
    "the same id twice": json.dumps({"cells": [{**CELL, "id": "a"}], "id": "a"}),
    "no numbers": '{"a": NaN, "cells": [{"cell_type": "code", "source": "x = \'é\'", "outputs": '
    '[-Infinity, {"text": "\\"NaN"}]}]}',
    "half a character in an output": book("x = 'é'")[:-1] + ', "o": "\\ud83d \\\\ud83d"}',
    "foreign bytes in an output": book("x = 'é'")[:-1] + ', "o": "\udcff"}',
    "control characters": json.dumps({"cells": [CELL], "o": "\x1b[31m\x07"}),
    "much more": json.dumps({"cells": [CELL], "o": [[{"a": [1.5, None, True]}]] * 99}),
}  # fmt: skip


@pytest.mark.parametrize("kind", READ)
def test_what_is_odd_beside_the_code_does_not_matter(kind: str) -> None:
    text = READ[kind].encode("utf-8", "surrogateescape")
    assert read_code_cells(text) == ["x = 'é'"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_a_notebook_is_read_in_any_encoding(encoding: str) -> None:
    text = json.dumps({"cells": [CELL]}, ensure_ascii=False)
    assert read_code_cells(text.encode(encoding)) == ["x = 'é'"]


def test_text_that_looks_like_what_is_repaired_stays() -> None:
    cell = {"cell_type": "code", "source": 'x = [NaN, "\\\\", "\\ud83d 🎓"]'}
    text = json.dumps({"cells": [cell]})[:-1] + ', "o": [NaN, "\\ud83d"]}'
    assert read_code_cells(text.encode()) == [cell["source"]]


def test_outputs_do_not_count_towards_the_limit(tmp_path: Path) -> None:
    picture = {"output_type": "display_data", "data": {"image/png": "A" * (20 << 20)}}
    cell = {"cell_type": "code", "source": "x = 1", "outputs": [picture]}
    found = stage(tmp_path, engine_ipynb=json.dumps({"cells": [cell]}))
    assert found.refused == {}
    assert (found.folder / "engine.ipynb").stat().st_size < 100


def test_a_notebook_past_all_limits_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.intake.unpack.MAX_NOTEBOOK", 1 << 20)
    with pytest.raises(Unusable) as caught:
        stage(tmp_path, engine_ipynb=book("x = 1", o="A" * (1 << 20)))
    told = "engine.ipynb is larger than 1 MiB: clear its outputs, and save it"
    assert str(caught.value) == told


def test_much_code_is_refused_as_much_code(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"^engine.ipynb holds more than 512 KiB of code$"):
        stage(tmp_path, engine_ipynb=book("x = 1\n" * 100_000))


# Cells that write modules

WRITING = {
    "as it is": "%%writefile engine.py\nx = 1",
    "its short name": "%%file engine.py\nx = 1",
    "in a folder": "%%writefile /content/work/engine.py\nx = 1",
    "in quotes": "%%writefile 'engine.py'\nx = 1",
    "after a blank line": "\n%%writefile engine.py   \nx = 1",
    "with CRLF": "%%writefile engine.py\r\nx = 1",
}


@pytest.mark.parametrize("kind", WRITING)
def test_a_cell_that_writes_a_module_hands_it_in(tmp_path: Path, kind: str) -> None:
    found = stage(tmp_path, homework_ipynb=book("import math", WRITING[kind]))
    assert found.files == ("engine.py", "homework.ipynb")
    assert (found.folder / "engine.py").read_text() == "x = 1\n"
    assert found.notes == ("engine.py was taken from a cell of homework.ipynb",)
    assert found.holds("engine")


def test_a_cell_may_add_to_it_and_a_later_one_write_it_anew(tmp_path: Path) -> None:
    cells = ("%%writefile nn.py\nold", "%%writefile nn.py\na = 1", "%%writefile -a nn.py\nb = 2")
    found = stage(tmp_path, homework_ipynb=book(*cells))
    assert (found.folder / "nn.py").read_text() == "a = 1\nb = 2\n"


@pytest.mark.parametrize("name", ["engine_py", "engine_ipynb"])
def test_what_was_handed_in_goes_before_what_a_cell_writes(tmp_path: Path, name: str) -> None:
    own = "y = 2" if name == "engine_py" else book("y = 2")
    found = stage(tmp_path, homework_ipynb=book("%%writefile engine.py\nx = 1"), **{name: own})
    assert found.notes == ()
    assert {*found.files} == {"homework.ipynb", name.replace("_", ".")}


@pytest.mark.parametrize("target", ["notes.txt", "a b.py", "", "../.py", "data/x.csv"])
def test_other_files_are_not_written(tmp_path: Path, target: str) -> None:
    found = stage(tmp_path, homework_ipynb=book(f"%%writefile {target}\nx = 1"))
    assert found.files == ("homework.ipynb",)


# What a module needs


@pytest.mark.parametrize(
    ("files", "blocked"),
    [
        ({"nn_py": "from engine import Value"}, {"nn": "engine.py was not handed in, nn.py needs it"}),
        ({"nn_py": "import math, engine as e"}, {"nn": "engine.py was not handed in, nn.py needs it"}),
        ({"nn_py": "import h", "h_py": "import engine"}, {"nn": "engine.py was not handed in, h.py needs it"}),
        ({"tensor_py": "import nn", "nn_py": "import engine"},
         {"nn": "engine.py was not handed in, nn.py needs it", "tensor": "engine.py was not handed in, nn.py needs it"}),
        ({"nn_py": "import tensor", "tensor_py": "import nn"}, {}),
        ({"nn_py": "from engine import Value", "engine_py": ""}, {}),
        ({"nn_py": "from engine import Value", "engine_ipynb": book("x")}, {}),
        ({"nn_py": "try:\n    import engine\nexcept ImportError:\n    pass"}, {}),
        ({"nn_py": "def f():\n    import engine"}, {}),
        ({"nn_ipynb": book("from engine import Value")}, {}),
    ],
)  # fmt: skip
def test_a_module_without_the_one_it_needs_is_blocked(
    tmp_path: Path, files: dict[str, str], blocked: dict[str, str]
) -> None:
    found = stage(tmp_path, **files)
    assert found.blocked == blocked
    assert found.refused == {}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import a, b.c as d; import e\nfrom f.g import h\n", {"a", "b", "e", "f"}),
        ("from a import (\n    b,\n    c,\n)\nimport d", {"a", "d"}),
        ("import a, \\\n    b", {"a", "b"}),
        ("\ufeffimport a\r\nimport b\rimport c", {"a", "b", "c"}),
        ("\x0cimport a", {"a"}),
        ("import a  # (\nimport b", {"a", "b"}),
        ('"""\nimport a\n"""\nx = """\nfrom b import c"""\nimport d', {"d"}),
        ("x = (\nimport a\n)", set()),
        ("x = 'it\\'s'; y = \"(\"\nimport a", {"a"}),
        ("if 1:\n    import a\nclass C:\n    import b", set()),
        ("from . import a\nfrom .b import c", set()),
        ("imported = 1\nfrom_ = 2\nimport_x()", set()),
        ("import a.\nfrom\nimport b", {"b"}),
        ("def f(:\nimport a", set()),
        ("import é", {unicodedata.normalize("NFKC", "é")}),
        ("# coding: punycode\nimport a", {"a"}),
        ("x = '\udcff'\nimport a", {"a"}),
    ],
)
def test_imports_are_read_line_by_line(tmp_path: Path, text: str, names: set[str]) -> None:
    (tmp_path / "m.py").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert list_imports(str(tmp_path / "m.py")) == sorted(names)


@pytest.mark.parametrize(
    "text",
    ["a\n" * 150_000, "[" * 100_000, "import a" + ",b" * 240_000, "import a;" * 50_000],
)
def test_a_whole_hand_in_is_never_parsed_and_where_it_is_copied_nothing_is(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lengths, usual = [0], ast.parse
    spy = lambda text, *more: (lengths.append(len(text)), usual(text, *more))[1]  # noqa: E731
    monkeypatch.setattr(ast, "parse", spy)
    found = copy(tmp_path, engine_py=text, nn_ipynb=book(text))
    assert found.files == ("engine.py", "nn.ipynb")
    assert lengths == [0]
    barred(found)
    assert max(lengths) <= LONGEST


def test_a_reason_is_one_sentence_of_ours() -> None:
    for text, _ in BROKEN.values():
        with pytest.raises(NoNotebook) as caught:
            read_code_cells(text.encode("utf-8", "surrogateescape"))
        assert "\n" not in str(caught.value)
        assert "byte" not in str(caught.value)
