"""IPython's own lines go, Python's stay, and every line keeps its number."""

import ast

import pytest

from autograder.worker import magics


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("%matplotlib inline", "pass  # %matplotlib inline"),
        ("!pip install x", "pass  # !pip install x"),
        ("    %timeit f()", "    pass  # %timeit f()"),
        ("    %time x = f()", "    x = f()"),
        ("%time", "pass  # %time"),
        ("print?", "pass  # print?"),
        ("np.dot??", "pass  # np.dot??"),
        ("?print", "pass  # ?print"),
        ("%time?", "pass  # %time?"),
        ("files = !ls", "files = None  # files = !ls"),
        ("t = %timeit -o 1", "t = None  # t = %timeit -o 1"),
        ("# really?", "# really?"),
        ("x = 5 % 2  # why?", "x = 5 % 2  # why?"),
    ],
)
def test_a_line(line: str, wanted: str) -> None:
    before = "if True:\n" if line.startswith(" ") else ""
    assert magics.python_source(f"{before}{line}\n!x") == f"{before}{wanted}\npass  # !x"


def test_a_line_inside_a_statement_stays() -> None:
    text = "x = (7\n    % 5)\ny = 9 \\\n    % 4\nz = '''\n%a\n!b\nc?\n'''"
    assert magics.python_source(text) == text
    with_magic = magics.python_source(f"%timeit 1\n{text}\n!ls")
    assert with_magic == f"pass  # %timeit 1\n{text}\npass  # !ls"
    names: dict[str, object] = {}
    exec(with_magic, names)
    assert (names["x"], names["y"], names["z"]) == (2, 1, "\n%a\n!b\nc?\n")


def test_a_shell_line_may_go_on() -> None:
    text = magics.python_source("!pip install a \\\n    b\nx = 1")
    assert text.count("\n") == 2
    assert ast.unparse(ast.parse(text)) == "pass\nx = 1"


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%timeit", "%%writefile a.py"])
def test_a_cell_of_another_program_has_no_code(magic: str) -> None:
    assert magics.python_source(f"{magic}\nx = 1") == ""


@pytest.mark.parametrize("magic", ["%%time", "%%capture out", "\n%%prun -l 3"])
def test_a_cell_that_is_only_measured_counts(magic: str) -> None:
    text = magics.python_source(f"{magic}\nx = 1\n%time 2")
    names: dict[str, object] = {}
    exec(text, names)
    assert names["x"] == 1
    assert text.split("\n")[-2] == "x = 1"
    assert text.count("\n") == magic.count("\n") + 2


@pytest.mark.parametrize("text", ["", "def f(:\n%x", "\0", "  x = 1\n y\n!ls", "'''\n%x"])
def test_what_is_broken_stays_broken_and_keeps_its_lines(text: str) -> None:
    assert magics.python_source(text).count("\n") == text.count("\n")


@pytest.mark.parametrize("mark", ["\u2028", "\x0c", "\x1c", "\x85"])
def test_a_line_ends_only_where_pythons_does(mark: str) -> None:
    names: dict[str, object] = {}
    exec(magics.python_source(f"text = 'a{mark}b'\r\n%x"), names)
    assert names["text"] == f"a{mark}b"


@pytest.mark.parametrize(
    "opened",
    ["(  # ]", "f(')', \"(\"", "x = '\\\\' + (", 's = """it\'s "one" \\"""', "a = [{'b': (1)}"],
)
def test_what_is_open_stays_open_over_quotes_brackets_and_comments(opened: str) -> None:
    assert magics.python_source(f"!x\n{opened}\n%y") == f"pass  # !x\n{opened}\n%y"


@pytest.mark.parametrize(
    "closed", ["x = '('  # [", "f(')')", "s = '''it\"s'''", "t = 'never closed", "u = ')' + (1)[:]"]
)
def test_what_is_closed_is_closed(closed: str) -> None:
    assert magics.python_source(f"!x\n{closed}\n%y") == f"pass  # !x\n{closed}\npass  # %y"


@pytest.mark.parametrize("start", ["", "(\n"])
def test_a_hundred_thousand_magics_take_no_hour(start: str) -> None:
    assert magics.python_source(start + "%x\n" * 100_000).count("\n") >= 100_000
