"""A function that returns the wrong kind of thing is named in one sentence."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course import Course, load_course
from autograder.judge import returns
from autograder.judge.functions import Returned, functions_of
from autograder.judge.returns import Finding, ask_returns
from autograder.judge.spec import list_checks
from autograder.run.configure import launcher_for, make_settings
from tests.conftest import ROOT, Judge
from tests.implementations import complete, implementations

COURSE = load_course()
IDS = [part.id for part in COURSE.parts]
ROWS = [
    Returned("add", "a + b", "a Value"),
    Returned("mul", "a * b", "a Value"),
    Returned("div", "a / b", "a Value"),
    Returned("mul", "(a * b).data", "a number", "the data of its result"),
]


def blamed(*findings: tuple[str, list[str]]) -> dict[str, tuple[str, str]]:
    found = returns._name_roots(ROWS, [Finding(got, ran) for got, ran in findings])
    return {name: (blame.name, blame.sentence) for name, blame in found.items()}


def test_the_sentence_names_function_kind_and_wish() -> None:
    fine: tuple[str, list[str]] = ("", [])
    told = "add returned None, wanted a Value: is a return missing?"
    assert blamed(("None", ["add"]), fine, fine, fine) == {"add": ("add", told)}
    (blame,) = returns._name_roots(
        ROWS, [Finding("None", ["add"]), *[Finding("", [])] * 3]
    ).values()
    assert blame.returns_nothing
    (blame,) = returns._name_roots(
        ROWS, [Finding("a float", ["add"]), *[Finding("", [])] * 3]
    ).values()
    assert not blame.returns_nothing
    told = "mul returned a float, wanted a Value"
    assert blamed(fine, ("a float", ["mul"]), fine, ("", [])) == {"mul": ("mul", told)}
    told = "mul: the data of its result is a Value, wanted a number"
    assert blamed(fine, fine, fine, ("a Value", [])) == {"mul": ("mul", told)}


def test_whoever_is_wrong_for_the_sake_of_another_is_not_blamed() -> None:
    found = blamed(("", []), ("None", ["mul"]), ("None", ["div", "mul"]), ("", []))
    assert [name for name, _ in found.values()] == ["mul", "mul"]
    circular = blamed(("None", ["add", "mul"]), ("None", ["mul", "add"]), ("", []), ("", []))
    assert circular.keys() == {"add", "mul"}


@pytest.mark.parametrize("id", IDS)
def test_right_work_stubs_and_no_work_are_not_blamed(
    id: str, course: Course, tmp_path: Path
) -> None:
    milestone = course.part(id)
    works = implementations(milestone).values()
    for number, folder in enumerate([*works, ROOT / "assignments" / milestone.folder]):
        complete(course, folder, make_folder(tmp_path / str(number)))
    make_folder(tmp_path / "nothing")
    launcher = launcher_for(make_settings(course, None, "strict", hidden=False), [milestone])
    for folder in sorted(tmp_path.resolve().iterdir()):
        assert (folder.name, ask_returns(milestone, folder, launcher)) == (folder.name, {})
    launcher.close()


def make_folder(path: Path) -> Path:
    path.mkdir()
    return path


@pytest.mark.parametrize("id", IDS)
def test_a_table_speaks_of_functions_that_there_are(id: str) -> None:
    milestone = COURSE.part(id)
    functions = functions_of(milestone)
    sources = [
        ROOT / "solutions" / one.folder / f"{one.module}.py" for one in COURSE.steps_to(milestone)
    ]
    text = "".join(source.read_text() for source in sources)
    names = {row.of for row in functions.returns} | functions.uses.keys()
    names |= {name for used in functions.uses.values() for name in used}
    names |= {name for check in list_checks(id, milestone.checks) for name in check.spec.places}
    last = {name.rpartition(".")[2] for name in names}
    assert sorted(name for name in last if f"def {name}(" not in text and name not in ALIASES) == []


ALIASES = {"__radd__", "__rmul__", "T"}
SLIPS = {  # the reference with one mistake: check -> its sentence
    "m1": [
        (
            "self.data * out.grad\n\n        out._backward = _backward\n        return out",
            "self.data * out.grad\n\n        out._backward = _backward",
            ("m1.mul", "m1.div"),
            "Value.__mul__ returned None, wanted a Value: is a return missing?",
        ),
        (
            "self.grad += other.data * out.grad",
            "self.grad += other * out.grad",
            ("m1.mul",),
            "Value.__mul__: the gradient of an operand is a Value, wanted a number",
        ),
    ],
    "m2": [
        (
            "    return curve\n",
            "    pass\n",
            ("m2.one_step",),
            "fit returned None, wanted a list of numbers: is a return missing?",
        ),
        (
            "return self.activation(sum(weighted, self.b))",
            "return self.activation(sum(weighted, self.b)).data",
            ("m2.neuron", "m2.forward"),
            "Neuron.__call__ returned a float, wanted a Value",
        ),
        (
            "return [*self.w, self.b]",
            "return [p.data for p in [*self.w, self.b]]",
            ("m2.parameter_counts",),
            "Neuron.parameters returned a list of floats, wanted a list of Values",
        ),
    ],
    "m3": [
        (
            "        return Tensor._node(out, (self, lambda g: g * out))",
            "        return out.tolist()",
            ("m3.exp",),
            "Tensor.exp returned a list of lists of floats, wanted a Tensor",
        ),
    ],
    "m4": [
        (
            "    return history\n",
            '    return history["loss"]\n',
            ("m4.fit_golden",),
            "fit returned a list of floats, wanted a dict",
        ),
    ],
    "m5": [
        (
            "    return windows.transpose(0, 2, 3, 1, 4, 5)",
            "    windows.transpose(0, 2, 3, 1, 4, 5)",
            ("m5.im2col", "m5.conv2d"),
            "im2col returned None, wanted an array: is a return missing?",
        ),
    ],
    "m6": [
        (
            'return "".join(self.characters[i] for i in ids)',
            "return [self.characters[i] for i in ids]",
            ("m6.tokenizer_round_trip",),
            "CharTokenizer.decode returned a list of texts, wanted a text",
        ),
    ],
}


@pytest.mark.parametrize(
    ("id", "old", "new", "checks", "sentence"),
    [(id, *slip) for id, slips in SLIPS.items() for slip in slips],
)
def test_a_failed_check_begins_with_the_sentence(
    judge: Judge,
    write: Callable[..., Path],
    id: str,
    old: str,
    new: str,
    checks: tuple[str, ...],
    sentence: str,
) -> None:
    milestone = COURSE.part(id)
    sources = {
        one.module: (ROOT / "solutions" / one.folder / f"{one.module}.py").read_text()
        for one in COURSE.steps_to(milestone)
    }
    assert old in sources[milestone.module]
    sources[milestone.module] = sources[milestone.module].replace(old, new)
    graded = judge(write(**sources), id, hidden=False, only=frozenset(checks)).score
    for check in graded.checks:
        first, *rest = check.message.splitlines()
        assert (check.status, first) == ("failed", sentence)
        assert f" {sentence.split()[0].rstrip(':')}" in rest[-1], "pointed at first"


FORGOTTEN = {  # what is changed in the reference, and whether it is the return of __mul__
    "the product": (
        "self.data * out.grad\n\n        out._backward = _backward\n        return out",
        "self.data * out.grad\n\n        out._backward = _backward",
        True,
    ),
    "no self": ("def backward(self)", "def backward()", False),
    "no hash": (
        "    def __repr__",
        "    def __eq__(self, other):\n        return self.data == other.data\n\n    def __repr__",
        False,
    ),
}


@pytest.mark.parametrize(("old", "new", "is_it"), FORGOTTEN.values(), ids=FORGOTTEN)
def test_a_forgotten_return_is_named_only_where_nothing_is_returned(
    judge: Judge, write: Callable[..., Path], old: str, new: str, is_it: bool
) -> None:
    """A TypeError in every check has many causes."""
    text = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
    assert text.count(old) == 1
    grade = judge(write(engine=text.replace(old, new)), "m1", hidden=False)
    names = {check.hint.pitfall for check in grade.score.checks if check.hint}
    assert ("return-forgotten-mul" in names) == is_it


@pytest.mark.parametrize("name", ["__radd__", "__rtruediv__", "__sub__"])
def test_an_operator_that_is_not_there_is_named(
    judge: Judge, write: Callable[..., Path], name: str
) -> None:
    text = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
    without = re.sub(rf"    def {name}\(.*?\n\n(?=    def )", "", text, flags=re.DOTALL)
    assert f"def {name}(" not in without
    id = "m1.sub" if name == "__sub__" else "m1.numbers_left"
    (check,) = judge(write(engine=without), "m1", hidden=False, only=frozenset({id})).score.checks
    assert check.message.splitlines()[0] == f"there is no Value.{name}"
    assert "look at" not in check.message
    assert check.hint is None or check.hint.pitfall == f"{name.strip('_')}-missing"
