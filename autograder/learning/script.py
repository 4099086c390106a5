"""A failed check as a script that needs no kit: at most 25 lines."""

import ast
import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.course import Course
from autograder.judge.outcome import CheckRun
from autograder.judge.questions import Exchange
from autograder.numerics.failure import WrongAnswer
from autograder.sandbox.failures import TimedOut
from autograder.worker.serve import load_probes

LONGEST = 25  # lines
TOLD = 3  # lines of the message
HEAD = """\
{message}
import sys
import numpy as np
sys.path[:0] = sys.argv[1:]  # the folder with your modules, unless this file lies in it
"""
CALL = "answer = {call}\n"
RAISES = """\
try:
    print({call})
except ({kinds}) as raised:
    sys.exit(print("right:", repr(raised)))
sys.exit({message!r})
"""
LATE = """\
import faulthandler, os, threading
late = threading.Timer({seconds}, lambda: (faulthandler.dump_traceback(), os._exit(1)))
late.daemon = True  # it shows where all threads are by then
late.start()
{call}
"""
SHOW = """\
print("got:", answer)
sys.exit({message!r})
"""
KEYS = re.compile(r"(?:\['\w+'\])*$")
UNJUDGED = "{message}\n(once it is mended, 'autograder check {id}' says so; this script cannot)"
SAME = """\
got, wanted = {got}, {wanted}
print("got:   ", got, "\\nwanted:", wanted)
sys.exit(bool({differ}))
"""
DIFFER = {
    "f": "got.shape != wanted.shape or not "
    "(abs(got - wanted) <= {near:g} * np.maximum(1, abs(wanted))).all()",
    "iub": "got.shape != wanted.shape or (got != wanted).any()",
}


@dataclass(frozen=True)
class Part:
    """A part of an answer, and the expression that gives it."""

    place: str
    value: Any

    @property
    def name(self) -> str:
        """Its last keys, the same whatever the number of cases that were asked about."""
        return str(KEYS.findall(self.place)[0])


def script(run: CheckRun, course: Course) -> str:
    """Return a script that asks the learner's code what the failing check asked, and compares."""
    exchange, wrong = _asked(run)
    code = f"{_source(exchange, course)}\n", _tail(run, exchange, wrong)
    told = f"{run.listed.id}: {run.result.message}".splitlines()
    room = LONGEST - sum(text.count("\n") for text in (HEAD, *code))
    message = "\n".join(f"# {line}" for line in told[: max(1, min(TOLD, room + 1))])
    return _spaced(HEAD.format(message=message), *code)


def _spaced(*parts: str) -> str:
    """Join the parts, by blank lines where that leaves no more lines than there may be."""
    lines = sum(part.count("\n") for part in parts)
    return ("\n" if lines + len(parts) - 1 <= LONGEST else "").join(parts)


def _asked(run: CheckRun) -> tuple[Exchange, Part | None]:
    """Return the question with the wrong answer, and the wrong part of that answer.

    A check may ask again for the one case that failed: later questions go first. Where no part of
    an answer, or more than one, is what was compared, it is the last question, and no part.
    """
    failed = run.wrong_answer
    if failed and (failed.got is not None or failed.want is not None):
        own = [_part(exchange, failed.got, _is) for exchange in run.exchanges]
        name = next((part.name for part in own if part), "")
        for exchange in reversed(run.exchanges):
            for alike in (_is, _equals):
                if part := _part(exchange, failed.got, alike, name):
                    return exchange, part
    return run.exchanges[-1], None


def _part(
    exchange: Exchange, value: Any, alike: Callable[[Any, Any], bool], name: str = ""
) -> Part | None:
    """Return the part of its answer that is `value`; None where none is, or two apart are.

    Of parts of one another it is the one of the same shape, if there is one.
    """
    parts = _parts(exchange.answer, "answer")
    found = [part for part in parts if part.place.endswith(name) and alike(part.value, value)]
    if not found or not all(part.place.startswith(found[0].place) for part in found):
        return None
    return min(found, key=lambda part: _array(part.value).shape != _array(value).shape)


def _parts(value: Any, place: str) -> Iterator[Part]:
    """Yield all parts of an answer, each before those that it has."""
    yield Part(place, value)
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list) or (isinstance(value, np.ndarray) and value.ndim > 1):
        items = enumerate(value)
    for key, part in items:
        yield from _parts(part, f"{place}[{key!r}]")


def _is(part: Any, got: Any) -> bool:
    """Whether `part` of an answer is `got` itself; None and True are everywhere."""
    return part is got and isinstance(part, np.ndarray | list | dict | float)


def _equals(part: Any, got: Any) -> bool:
    """Whether `part` holds what `got` does, in the same order, in whatever shape."""
    one, other = _array(part), _array(got)
    if object in (one.dtype, other.dtype):
        return part is got or (isinstance(part, str) and part == got)
    return np.array_equal(one.ravel(), other.ravel(), equal_nan=True)


def _is_array(part: Any, want: Any) -> bool:
    return isinstance(part, np.ndarray) and np.array_equal(part, want)


def _tail(run: CheckRun, exchange: Exchange, wrong: Part | None) -> str:
    """Return the lines that ask, and end with 0 where the answer is right."""
    arguments = ", ".join(f"{name}={_literal(value)}" for name, value in exchange.args.items())
    call, message = f"{exchange.probe.partition('.')[2]}({arguments})", run.result.message
    if exchange.wanted:
        return RAISES.format(call=call, kinds=", ".join(exchange.wanted), message=message)
    if isinstance(exchange.failure, TimedOut):
        return LATE.format(call=call, seconds=run.listed.spec.seconds)
    start = CALL.format(call=call)
    if exchange.failure is not None:
        return start  # the question itself fails
    if wrong and run.wrong_answer and (wanted := _wanted(run, run.wrong_answer, exchange, wrong)):
        return start + _compared(wrong.place, wanted, run.wrong_answer)
    told = UNJUDGED.format(message=message, id=run.listed.id)
    return start + SHOW.format(message=told)


def _wanted(run: CheckRun, failed: WrongAnswer, exchange: Exchange, wrong: Part) -> str:
    """Return what gives the right answer: its value, or the part of the answer that it is.

    Nothing where it is part of the answer to another question.
    """
    want = failed.want
    if isinstance(want, list):
        array = _array(want)
        if own := _part(exchange, array, _is_array):
            return own.place
        if any(_part(each, array, _is_array) for each in run.exchanges):
            return ""
        if _array(failed.got).shape == array.shape:
            want = array.reshape(_array(wrong.value).shape).tolist()  # as the answer has it
    return _literal(_rounded(want))


def _compared(part: str, wanted: str, failed: WrongAnswer) -> str:
    got, want = _array(failed.got).dtype, _array(failed.want).dtype
    kind = want.kind if failed.got is None else got.kind
    for kinds, differ in DIFFER.items():
        if want.kind != "O" and kind in kinds:
            both = {"got": f"np.array({part})", "wanted": f"np.array({wanted})"}
            return SAME.format(**both, differ=differ.format(near=failed.near))
    return SAME.format(got=part, wanted=wanted, differ="got != wanted")


def _array(value: Any) -> Any:
    """Return `value` as an array of numbers or, where it is text or ragged, of one object."""
    with suppress(ValueError):
        if (found := np.asarray(value)).dtype.kind in "fiub":
            return found
    whole = np.empty((), object)
    whole[()] = value
    return whole


def _rounded(value: Any) -> Any:
    """Return numbers to ten figures: what central differences know."""
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return float(f"{value:.10g}") if isinstance(value, float) else value


def _source(exchange: Exchange, course: Course) -> str:
    """Return the probe's source without what the script has said or needs not say."""
    milestone, _, name = exchange.probe.partition(".")
    module = load_probes([course.milestone(milestone).probes])[milestone]
    tree = ast.parse(inspect.getsource(getattr(module, name)))
    (function,) = tree.body
    assert isinstance(function, ast.FunctionDef)
    function.body = _imports_joined(function.body[1:])
    return "\n".join(line for line in ast.unparse(tree).splitlines() if line.strip())


def _imports_joined(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return `body` with one line for all that is imported whole; NumPy is there already."""
    whole = [line for line in body if isinstance(line, ast.Import)]
    names = [name for line in whole for name in line.names if name.name != "numpy"]
    rest = [line for line in body if not isinstance(line, ast.Import)]
    return [ast.Import(names), *rest] if names else rest


def _literal(value: Any) -> str:
    if isinstance(value, np.ndarray):
        shape = f".reshape({value.shape})" if value.size == 0 else ""
        dtype = (
            ""
            if value.dtype in (np.float64, np.int64) and value.size
            else f", dtype=np.{value.dtype}"
        )
        return f"np.array({value.tolist()!r}{dtype}){shape}"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {_literal(item)}' for key, item in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_literal, value))}]"
    return repr(value)
