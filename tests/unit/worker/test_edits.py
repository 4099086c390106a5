"""Small edits of a source: each kind makes the change that its mistake needs."""

import ast
import json
from typing import Any

import pytest

from autograder.run.workbench import Edit
from autograder.worker.edit_rules import RULES
from autograder.worker.edits import list_edits, list_statements
from tests.conftest import ROOT

CLASS = "class Value:\n    def f(self, other):\n        "
CASES = [
    ("accumulate", "self.grad = out.grad", "self.grad += out.grad"),
    ("accumulate", "grads[key] = part", "grads[key] += part"),
    ("overwrite", "self.grad += 1.0", "self.grad = 1.0"),
    ("sign", "self.grad += out.grad", "self.grad -= out.grad"),
    ("sign", "return a + b", "return (a - b)"),
    ("sign", "return -a, b", "return a, b"),
    ("swap", "return a @ b", "return (b @ a)"),
    ("exchange", "return x * b, x * a", "return (x * a), (x * b)"),
    ("bracket", "return 1 - t * g", "return ((1 - t) * g)"),
    ("bracket", "return n * x ** n - 1", "return (n * (x ** (n - 1)))"),
    ("comparison", "return a > 0", "return (a >= 0)"),
    ("order", "for v in topo:\n            v()", "for v in reversed(list(topo)):\n            v()"),
    ("transpose", "return g @ b.T", "return g @ b.swapaxes(-1, -2)"),
    ("axis", "return x.sum(axis=axis)", "return x.sum(axis=axis, keepdims=True)"),
    ("graph", "return Value(-other.data)", "return (other * -1)"),
    ("name", "self.grad += self.data", "self.grad += other.data"),
    ("owner", "self.back = back\n        out = 1", "out.back = back\n        out = 1"),
    ("factor", "self.grad += 1 / x\n        out.grad", "self.grad += ((1 / x) * out.grad)\n        out.grad"),
    ("part", "return a + b", "return a"),
    ("operator", "return a * b", "return (a / b)"),
    ("number", "return x.sum(axis=1)", "return x.sum(axis=0)"),
    ("attribute", "return out.data", "return out.grad"),
    ("members", "return Value(1, (self,))", "return Value(1, (self, other,))"),
    ("function", "return np.sum(x)", "return np.mean(x)"),
    ("junction", "return not axis", "return (axis is None)"),
    ("call", "return abs(x)", "return x"),
    ("bound", "return range(n)", "return range((n - 1))"),
    ("condition", "if x:\n            y()", "if True:\n            y()"),
    ("extra-line", "x = 1\n        return x", "pass\n        return x"),
    ("statement-order", "x()\n        y()\n", "y()\n        x()\n"),
    ("copy", "self.grad = other", "self.grad = other.copy()"),
    ("return", "out = 1\n", "out = 1\n        return out\n"),
    ("wrap", "return 1", "other = other if isinstance(other, Value) else Value(other)\n        return 1"),
    ("argument", "return f(a, b)", "return f(a)"),
    ("exchange", "return f(a, b)", "return f(b, a)"),
]  # fmt: skip


def edits_of(text: str) -> list[dict[str, Any]]:
    lines = list(range(1, text.count("\n") + 2))
    found: list[dict[str, Any]] = json.loads(list_edits(text, lines))
    return found


def applied(edit: dict[str, Any], text: str) -> str:
    spans = tuple((start, end, new) for start, end, new in edit["spans"])
    return Edit("engine.py", edit["line"], edit["function"], edit["kind"], 1, spans).apply(text)


@pytest.mark.parametrize(("kind", "before", "after"), CASES)
def test_a_kind_of_edit_takes_its_mistake_out(kind: str, before: str, after: str) -> None:
    head = CLASS.replace("def f", "def __mul__") if kind == "wrap" else CLASS
    made = [
        applied(edit, head + before) for edit in edits_of(head + before) if edit["kind"] == kind
    ]
    assert head + after in made


@pytest.mark.parametrize(
    "line", ['raise ValueError("no " + x)', 'raise ValueError(f"no {x}")', 'sys.exit("no")']
)
def test_no_sign_is_put_before_what_is_told(line: str) -> None:
    """It would raise a TypeError where one is wanted, and mend nothing."""
    text = f"def f(x):\n    {line}\n"
    assert not [edit for edit in edits_of(text) if edit["kind"] in ("sign", "operator")]


def test_a_statement_that_all_others_have_is_added_and_one_moved_out_of_a_block() -> None:
    functions = "".join(
        f"def f{n}(x):\n    out = x + {n}\n    def back():\n        x.g = {n}\n"
        f"{'    out.back = back' if n else ''}\n    return out\n"
        for n in range(4)
    )
    made = {applied(edit, functions) for edit in edits_of(functions)}
    assert functions.replace("\n\n    return", "\n\n    out.back = back\n    return", 1) in made
    nested = "def f(v):\n    if v:\n        a()\n        b()\n"
    outside = "def f(v):\n    if v:\n        a()\n    b()\n"
    assert outside in {applied(edit, nested) for edit in edits_of(nested)}
    assert nested in {applied(edit, outside) for edit in edits_of(outside)}


def test_edits_tell_function_and_line_and_keep_to_the_lines_asked_for() -> None:
    text = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
    number = text[: text.index("self.grad += out.data * out.grad")].count("\n") + 1
    found = json.loads(list_edits(text, [number]))
    assert {(edit["line"], edit["function"]) for edit in found} == {(number, "Value.exp")}
    assert [edit["cost"] for edit in found] == sorted(edit["cost"] for edit in found)
    broken = 0
    for edit in found:
        try:
            ast.parse(applied(edit, text))
        except SyntaxError:
            broken += 1
    assert broken == 0


def test_a_source_with_signs_of_many_bytes_is_edited_at_the_right_place() -> None:
    text = "# über\ndef f(ä, b):\n    return ä - b\n"
    assert text.replace("ä - b", "(b - ä)") in {applied(edit, text) for edit in edits_of(text)}


@pytest.mark.parametrize("text", ["def (", "x = 1\n" * 40_000, "\0"])
def test_what_cannot_be_parsed_has_no_edits(text: str) -> None:
    assert list_edits(text, [1]) == "[]"


def test_every_kind_is_described() -> None:
    from autograder.diagnosis.changes import describe_kind

    assert all(len(describe_kind(rule.kind)) > 10 for rule in RULES)


def test_statements_have_their_lines_kind_and_function() -> None:
    text = "class Exp:\n    def backward(self):\n        if x:\n            y = (1 +\n                 2)\n"
    rows: list[dict[str, Any]] = json.loads(list_statements(text))
    found = [(row["line"], row["last"], row["kind"], row["function"]) for row in rows]
    assert sorted(found) == [
        (1, 1, "ClassDef", "Exp"),
        (2, 2, "FunctionDef", "Exp.backward"),
        (3, 3, "If", "Exp.backward"),
        (4, 5, "Computed", "Exp.backward"),
    ]
    assert list_statements("def (") == "[]"


DEEDS = [
    ("return out", "Bare"),
    ("seen = set()", "Bare"),
    ("continue", "Bare"),
    ("return Exp.apply(self)", "Call"),
    ("x, y = ctx.saved", "Call"),
    ("return (y,)", "Return"),
    ("out = Value(x + y)", "Computed"),
    ("self.grad += out.grad", "Gradient"),
    ("out.pull = lambda g: (g, g)", "Gradient"),
    ("self.grad = 0.0", "Assign"),
    ("if self.grad:\n            pass", "If"),
]


@pytest.mark.parametrize(("text", "kind"), DEEDS)
def test_a_simple_statement_is_told_by_what_it_does(text: str, kind: str) -> None:
    rows = json.loads(list_statements(f"class Value:\n    def f(self):\n        {text}\n"))
    assert rows[2]["kind"] == kind


def test_what_a_backward_function_returns_is_a_gradient() -> None:
    rows = json.loads(
        list_statements("class Tanh:\n    def backward(self):\n        return 1 - t\n")
    )
    assert rows[2]["kind"] == "Gradient"
    rows = json.loads(list_statements("def hand_gradients(x):\n    dw = x\n    n = x\n"))
    assert [row["kind"] for row in rows] == ["FunctionDef", "Gradient", "Assign"]
