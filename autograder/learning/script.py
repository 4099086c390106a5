"""A failed check as a short script that needs no kit."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.course import Course
from autograder.judge.outcome import CheckRun
from autograder.judge.questions import Exchange
from autograder.learning.probe_source import NeedsKit, render_probe
from autograder.numerics.failure import WrongAnswer
from autograder.sandbox.failures import TimedOut

MAX_LINES = 40  # of a script of milestones 1 to 6; most have half as many
MESSAGE_LINES = 3  # lines of the message
HEAD = """\
{message}
import sys, numpy as np
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
print("got:", {call})
sys.exit({message!r})
"""
OLD = """\
# an argument is what your code answered before: whether that was right this script cannot say
# ('autograder check {id}' does)
"""
KEYS = re.compile(r"(?:\['\w+'\])*$")
NO_VERDICT = "{message}\n(once it is fixed, 'autograder check {id}' says so; this script cannot)"
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
class AnswerPart:
    """A part of an answer, and the expression that gives it."""

    expression: str
    value: Any

    @property
    def name(self) -> str:
        """Its last keys, the same for any number of cases."""
        return str(KEYS.findall(self.expression)[0])


def render_script(run: CheckRun, course: Course) -> str:
    """Return a script that asks the learner's code what the failing check asked, and compares."""
    exchange, wrong, probe = _choose_question(run, course)
    code = f"{probe}\n", _question_code(run, exchange, wrong)
    lines = f"{run.listed.id}: {run.result.message}".splitlines()
    room = MAX_LINES - sum(text.count("\n") for text in (HEAD, *code))
    message = "\n".join(f"# {line}" for line in lines[: max(1, min(MESSAGE_LINES, room + 1))])
    return _join_parts(HEAD.format(message=message), *code)


def _choose_question(run: CheckRun, course: Course) -> tuple[Exchange, AnswerPart | None, str]:
    """Return a question with the wrong part of its answer and its source.

    Where only the kit can ask the one with the wrong answer, it is the last that a script can ask.
    """
    for exchange, wrong in (_find_question(run), *((one, None) for one in reversed(run.exchanges))):
        with suppress(NeedsKit):
            return exchange, wrong, render_probe(exchange.probe, course)
    raise NeedsKit(run.listed.id)


def _join_parts(*parts: str) -> str:
    """Join the parts, with blank lines between them where `MAX_LINES` allows it."""
    lines = sum(part.count("\n") for part in parts)
    return ("\n" if lines + len(parts) - 1 <= MAX_LINES else "").join(parts)


def _find_question(run: CheckRun) -> tuple[Exchange, AnswerPart | None]:
    """Return the question with the wrong answer, and the wrong part of that answer.

    A check may ask again for the case that failed: later questions go first. Where the value that
    was compared is no part of an answer, or several, return the first bad input that was not
    refused, or the last question, and no part.
    """
    failed = run.wrong_answer
    if failed and (failed.got is not None or failed.want is not None):
        parts = [_find_part(exchange, failed.got, _is_same_object) for exchange in run.exchanges]
        name = next((part.name for part in parts if part), "")
        for exchange in reversed(run.exchanges):
            for is_alike in (_is_same_object, _holds_same):
                if part := _find_part(exchange, failed.got, is_alike, name):
                    return exchange, part
    accepted = [exchange for exchange in run.exchanges if exchange.wanted]
    return (accepted or run.exchanges)[0 if accepted else -1], None


def _find_part(
    exchange: Exchange, value: Any, is_alike: Callable[[Any, Any], bool], name: str = ""
) -> AnswerPart | None:
    """Return the part of its answer that is `value`; None for no part, or for separate ones.

    Of parts within one another return the one of the same shape, if there is one.
    """
    parts = _list_parts(exchange.answer, "answer")
    named = [part for part in parts if part.expression.endswith(name)]
    matches = [part for part in named if is_alike(part.value, value)]
    if not matches:
        return None
    if not all(part.expression.startswith(matches[0].expression) for part in matches):
        return None
    return min(matches, key=lambda part: _as_array(part.value).shape != _as_array(value).shape)


def _list_parts(value: Any, expression: str) -> Iterator[AnswerPart]:
    """Yield all parts of an answer, each before its own parts."""
    yield AnswerPart(expression, value)
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list) or (isinstance(value, np.ndarray) and value.ndim > 1):
        items = enumerate(value)
    for key, part in items:
        yield from _list_parts(part, f"{expression}[{key!r}]")


def _is_same_object(part: Any, got: Any) -> bool:
    """Whether `part` of an answer is `got` itself; None and True are everywhere."""
    return part is got and isinstance(part, np.ndarray | list | dict | float)


def _holds_same(part: Any, got: Any) -> bool:
    """Whether `part` holds what `got` does, in the same order, in whatever shape."""
    answer, value = _as_array(part), _as_array(got)
    if object in (answer.dtype, value.dtype):
        return part is got or (isinstance(part, str) and isinstance(got, str) and part == got)
    return np.array_equal(answer.ravel(), value.ravel(), equal_nan=True)


def _equals_array(part: Any, want: Any) -> bool:
    return isinstance(part, np.ndarray) and np.array_equal(part, want)


def _begins_with(part: Any, rows: Any) -> bool:
    """Whether `rows` are the first of an array: of those asked for in company, of some alone."""
    is_like = isinstance(part, np.ndarray) and part.ndim == rows.ndim > 1
    return is_like and np.array_equal(part[: len(rows)], rows)


def _question_code(run: CheckRun, exchange: Exchange, wrong: AnswerPart | None) -> str:
    """Return the code that asks, and exits with 0 where the answer is right."""
    arguments = ", ".join(
        f"{name}={_format_literal(value)}" for name, value in exchange.args.items()
    )
    call, message = f"{exchange.probe.rpartition('.')[2]}({arguments})", run.result.message
    if exchange.wanted:
        return RAISES.format(call=call, kinds=", ".join(exchange.wanted), message=message)
    if isinstance(exchange.failure, TimedOut):
        return LATE.format(call=call, seconds=run.listed.spec.seconds)
    old = OLD.format(id=run.listed.id) if _asks_old_answers(run, exchange) else ""
    start = old + CALL.format(call=call)
    if exchange.failure is not None:
        return start  # the question itself fails
    if (
        wrong
        and run.wrong_answer
        and (wanted := _wanted_expression(run, run.wrong_answer, exchange, wrong))
    ):
        return start + _compare_code(wrong.expression, wanted, run.wrong_answer)
    return SHOW.format(call=call, message=NO_VERDICT.format(message=message, id=run.listed.id))


def _asks_old_answers(run: CheckRun, exchange: Exchange) -> bool:
    """Whether an argument is part of an answer: what ``save`` wrote, for ``load``."""
    parts = [part for each in run.exchanges for part in _list_parts(each.answer, "answer")]
    return any(
        part.value is value and isinstance(value, bytes | np.ndarray)
        for part in parts
        for value in exchange.args.values()
    )


def _wanted_expression(
    run: CheckRun, failed: WrongAnswer, exchange: Exchange, wrong: AnswerPart
) -> str:
    """Return the code of the right answer: a literal, or the part of the answer that equals it.

    Nothing where it is part of the answer to another question.
    """
    want = failed.want
    if isinstance(want, list):
        array = _as_array(want)
        if same := _find_part(exchange, array, _equals_array):
            return same.expression
        if longer := _find_part(exchange, array, _begins_with):
            return f"{longer.expression}[:{len(array)}]"
        if any(_find_part(other, array, _begins_with) for other in run.exchanges):
            return ""
        if any(_find_part(other, array, _equals_array) for other in run.exchanges):
            return ""
        if _as_array(failed.got).shape == array.shape:
            want = array.reshape(_as_array(wrong.value).shape).tolist()  # as the answer has it
    return _format_literal(_round_numbers(want))


def _compare_code(part: str, wanted: str, failed: WrongAnswer) -> str:
    got, want = _as_array(failed.got).dtype, _as_array(failed.want).dtype
    kind = want.kind if failed.got is None else got.kind
    for kinds, differ in DIFFER.items():
        if want.kind != "O" and kind in kinds:
            arrays = {"got": f"np.array({part})", "wanted": f"np.array({wanted})"}
            return SAME.format(**arrays, differ=differ.format(near=failed.near))
    return SAME.format(got=part, wanted=wanted, differ="got != wanted")


def _as_array(value: Any) -> Any:
    """Return `value` as an array of numbers or, where it is text or ragged, of one object."""
    with suppress(ValueError):
        if (array := np.asarray(value)).dtype.kind in "fiub":
            return array
    single = np.empty((), object)
    single[()] = value
    return single


def _round_numbers(value: Any) -> Any:
    """Return numbers to ten figures: the precision of central differences."""
    if isinstance(value, list | tuple):
        return [_round_numbers(item) for item in value]
    return float(f"{value:.10g}") if isinstance(value, float) else value


def _format_literal(value: Any) -> str:
    if isinstance(value, np.ndarray):
        shape = f".reshape({value.shape})" if value.size == 0 else ""
        is_default = value.size and value.dtype in (np.float64, np.int64)
        dtype = "" if is_default else f", dtype=np.{value.dtype}"
        return f"np.array({value.tolist()!r}{dtype}){shape}"
    if isinstance(value, dict):
        items = [f"{key!r}: {_format_literal(item)}" for key, item in value.items()]
        return f"{{{', '.join(items)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_format_literal, value))}]"
    return repr(value)
