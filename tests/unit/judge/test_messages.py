"""What a learner reads about a failed check: in which order, and what is left out."""

from pathlib import Path
from types import SimpleNamespace

import pytest

import autograder
from autograder.judge import messages
from autograder.judge.messages import Message, make_message
from autograder.numerics.failure import WrongAnswer
from autograder.sandbox.failures import Raised
from autograder.worker.protocol import Frame, Problem

KIT = Path(autograder.__file__).parent
SOURCE = "class Value:\n    def add(self): ...\n    def mul(self): ...\n"


def running(problem: Exception, printed: str = "", **more: object) -> SimpleNamespace:
    """Return a check that failed, as far as messages look at it."""
    spec = SimpleNamespace(needs=("Value.add", "Value.mul"), places=("Value.mul", "Value.add"))
    facts: dict[str, object] = {
        "problem": problem,
        "visibility": "public",
        "status": "failed",
        "missing_earlier": "",
        "missing_object": "",
        "ask": SimpleNamespace(worker=SimpleNamespace(printed_text=printed)),
        "listed": SimpleNamespace(spec=spec),
        "milestone": SimpleNamespace(module="engine"),
    }
    return SimpleNamespace(**facts | more)


def text(problem: Exception, folder: Path, printed: str = "") -> str:
    (folder / "engine.py").write_text(SOURCE)
    return make_message(running(problem, printed), folder).render()  # type: ignore[arg-type]


def raised(kind: str, message: str, *frames: Frame) -> Raised:
    return Raised(Problem(kind, [kind], message, list(frames)))


PLACES = "look at engine.py:3 Value.mul, engine.py:2 Value.add"


def test_a_wrong_answer_points_at_what_the_check_is_about(tmp_path: Path) -> None:
    assert text(WrongAnswer("x is 1"), tmp_path) == f"x is 1\n{PLACES}"


def test_a_traceback_takes_the_place_of_that(tmp_path: Path) -> None:
    frame = Frame("engine.py", 3, "mul", "1 / 0")
    told = "ZeroDivisionError: no\n  engine.py:3 in mul: 1 / 0"
    assert text(raised("ZeroDivisionError", "no", frame), tmp_path) == told
    assert text(raised("TypeError", "no"), tmp_path) == f"TypeError: no\n{PLACES}"


def test_a_class_that_lacks_a_method_is_pointed_at(tmp_path: Path) -> None:
    lacking = raised("AttributeError", "'Value' object has no attribute 'mul'")
    assert text(lacking, tmp_path).splitlines()[1] == "look at engine.py:1 Value"
    other = raised("AttributeError", "'float' object has no attribute 'data'")
    assert text(other, tmp_path).splitlines()[1] == PLACES


def test_more_can_be_said_first_and_other_places_named(tmp_path: Path) -> None:
    (tmp_path / "engine.py").write_text(SOURCE)
    message = Message("x is 1", (), tmp_path, "engine", "\nprinted: a")
    told = "mul returned None\nx is 1\nlook at engine.py:1 Value\nprinted: a"
    assert message.render("mul returned None", ["Value", "absent"]) == told


def test_a_warning_in_a_library_is_told_without_its_place(tmp_path: Path) -> None:
    place = "/home/ada/.venv/lib/python3.11/site-packages/numpy/_core/_methods.py:49"
    warned = "RuntimeWarning: invalid value encountered in reduce"
    printed = f"before\n{place}: {warned}\n  return umr_sum(a, axis)\nafter\n"
    told = text(WrongAnswer("x"), tmp_path, printed).partition("printed: ")[2]
    assert told == f"before\n{warned}\nafter"


def test_the_output_does_not_begin_within_a_warning(tmp_path: Path) -> None:
    rest = f"last line\n{'y' * (messages.MAX_PRINTED - 60)}"
    printed = f"tensor.py:5: RuntimeWarning: overflow\n{'x' * 80}\n    code of it\n{rest}\n"
    assert text(WrongAnswer("x"), tmp_path, printed).partition("printed: ")[2] == rest


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("one\ntwo\n", "one\ntwo"),
        ("x" * 200 + "\n" + "y" * 200, "y" * 200),
        ("x" * 200 + "\n" + "y" * messages.MAX_PRINTED, "y" * messages.MAX_PRINTED),
        ("x" * 400, "... " + "x" * (messages.MAX_PRINTED + 1)),
    ],
)
def test_the_output_begins_at_a_line(tmp_path: Path, printed: str, shown: str) -> None:
    assert text(WrongAnswer("x"), tmp_path, printed).partition("\nprinted: ")[2] == shown


TRACE = f"""Traceback (most recent call last):
  File "{KIT}/worker/serve.py", line 80, in _call_probe
    return Reply(value=probe(**args))
                       ^^^^^^^^^^^^^
  File "<string>", line 1, in <module>
  File "engine.py", line 3, in mul
    1 / 0
ZeroDivisionError: division by zero"""


def test_the_lines_of_the_kit_are_left_out(tmp_path: Path) -> None:
    shown = text(WrongAnswer("x"), tmp_path, TRACE).partition("printed: ")[2]
    first, last = TRACE.splitlines()[0], TRACE.splitlines()[-3:]
    assert shown.splitlines() == [first, *last]
    warning = f"{KIT}/worker/probes/m1.py:7: DeprecationWarning: old\n  float(x)\nnext"
    shown = text(WrongAnswer("x"), tmp_path, warning).partition("printed: ")[2]
    assert shown == "DeprecationWarning: old\nnext"
    missing = raised("OSError", f"no file {KIT}/data or '/tmpab12cd_9/x.npz'")
    assert text(missing, tmp_path).splitlines()[0] == "OSError: no file data or '/x.npz'"


def test_nothing_is_added_where_inputs_are_hidden(tmp_path: Path) -> None:
    hidden = running(WrongAnswer("x is 1 at a = 3"), "a = 3", visibility="hidden")
    message = make_message(hidden, tmp_path)  # type: ignore[arg-type]
    assert message.render() == "wrong on inputs that you have not seen"
    assert not message.may_grow
