"""A failed check as a script that needs no kit: at most 25 lines."""

import ast
import inspect
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from autograder.checks.asking import Exchange
from autograder.checks.session import Run
from autograder.course import Course
from autograder.judging.failure import Failed
from autograder.sandbox.trouble import TimedOut
from autograder.sandbox.worker import load_probes

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


def script(run: Run, course: Course) -> str:
    """Return a script that asks the learner's code what the failing check asked, and compares."""
    exchange, part = _asked(run)
    code = f"{_source(exchange, course)}\n", _tail(run, exchange, part)
    told = f"{run.listed.id}: {run.result.message}".splitlines()
    room = LONGEST - sum(text.count("\n") for text in (HEAD, *code))
    message = "\n".join(f"# {line}" for line in told[: max(1, min(TOLD, room + 1))])
    return _spaced(HEAD.format(message=message), *code)


def _spaced(*parts: str) -> str:
    """Join the parts, by blank lines where that leaves no more lines than there may be."""
    lines = sum(part.count("\n") for part in parts)
    return ("\n" if lines + len(parts) - 1 <= LONGEST else "").join(parts)


def _asked(run: Run) -> tuple[Exchange, str]:
    """Return the question with the wrong answer, and where in the answer the wrong part is.

    Where no part of an answer, or more than one, is what was compared, it is the last question,
    and no place.
    """
    if run.failed and run.failed.got is not None:
        for exchange in reversed(run.exchanges):
            if place := _place(exchange, run.failed.got):
                return exchange, place
    return run.exchanges[-1], ""


def _place(exchange: Exchange, value: Any) -> str:
    """Return where in its answer `value` is; nothing where it is nowhere, or in two places."""
    parts = _parts(exchange.answer, "answer")
    places = [place for place, part in parts if _is(part, value)]
    return places[0] if len(places) == 1 else ""


def _parts(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Yield all parts of an answer, each with the expression that gives it."""
    yield place, value
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list) or (isinstance(value, np.ndarray) and value.ndim > 1):
        items = enumerate(value)
    for key, part in items:
        yield from _parts(part, f"{place}[{key!r}]")


def _is(part: Any, got: Any) -> bool:
    """Whether `part` of an answer is `got`, or the array of numbers that `got` was made from."""
    if isinstance(part, np.ndarray) and isinstance(got, np.ndarray):
        return part.shape == got.shape and np.array_equal(part, got)
    return part is got


def _tail(run: Run, exchange: Exchange, part: str) -> str:
    """Return the lines that ask, and end with 0 where the answer is right."""
    arguments = ", ".join(f"{name}={_literal(value)}" for name, value in exchange.args.items())
    call, message = f"{exchange.probe.partition('.')[2]}({arguments})", run.result.message
    if exchange.wanted:
        return RAISES.format(call=call, kinds=", ".join(exchange.wanted), message=message)
    if isinstance(exchange.trouble, TimedOut):
        return LATE.format(call=call, seconds=run.listed.spec.seconds)
    start = CALL.format(call=call)
    if exchange.trouble is not None:
        return start  # the question itself fails
    wanted = _wanted(run, exchange) if part else ""
    if not wanted or run.failed is None:
        told = UNJUDGED.format(message=message, id=run.listed.id)
        return start + SHOW.format(message=told)
    return start + _compared(part, wanted, run.failed)


def _wanted(run: Run, exchange: Exchange) -> str:
    """Return what gives the right answer: its value, or the part of the answer that it is.

    Nothing where it is part of the answer to another question.
    """
    want = run.failed.want if run.failed else None
    if isinstance(want, list):
        found = {
            id(each): _place(each, np.asarray(want, dtype=_dtype(want))) for each in run.exchanges
        }
        own = found.pop(id(exchange))
        return own or ("" if any(found.values()) else _literal(_rounded(want)))
    return _literal(_rounded(want))


def _compared(part: str, wanted: str, failed: Failed) -> str:
    kind = np.asarray(failed.got, _dtype(failed.got)).dtype.kind
    flat = _dtype(failed.want) is not object
    for kinds, differ in DIFFER.items():
        if flat and kind in kinds:
            both = {"got": f"np.array({part})", "wanted": f"np.array({wanted})"}
            return SAME.format(**both, differ=differ.format(near=failed.near))
    return SAME.format(got=part, wanted=wanted, differ="got != wanted")


def _dtype(value: Any) -> Any:
    """Return the dtype of numbers, and `object` for all else: text, ragged lists."""
    try:
        return found if (found := np.asarray(value).dtype).kind in "fiub" else object
    except ValueError:
        return object


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
