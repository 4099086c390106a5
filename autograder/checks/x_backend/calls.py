"""A call on arrays of some module, and what has to come of it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograder.checks.m3_tensor_autograd.common import part
from autograder.judge.questions import Ask
from autograder.numerics.compare import brief, close, is_same_array, require_list
from autograder.numerics.failure import WrongAnswer
from autograder.sandbox.failures import CheckFailure, Raised

ROUNDED = {"float64": 1e-6, "float32": 1e-4}


class Module(NamedTuple):
    """An array module: its name in Python, the device of its arrays, and its name for a message."""

    name: str
    device: str
    title: str


MODULES = {
    "numpy": Module("numpy", "", "NumPy"),
    "strict": Module("array_api_strict", "CPU_DEVICE", "array-api-strict"),
    "device": Module("array_api_strict", "device1", "array-api-strict on device1"),
}
HERE = ("numpy", "strict")


@dataclass(frozen=True)
class Call:
    """An expression, and the arrays in it.

    Attributes
    ----------
    code : str
        What a learner writes; ``xp`` is the module, ``device`` its device.
    given : dict
        Arrays, or dicts of arrays, by their names in `code`.
    wanted : dict
        What each part of the result is called, and the right one: in a learner's words, in order.
    parts : str
        How the result holds them: ``tuple``, ``dict``, or empty where it is the one.
    dtype : str
        That of the result; ``int`` for integers of any size.
    """

    code: str
    given: Mapping[str, Any]
    wanted: Mapping[str, Any]
    parts: str = ""
    dtype: str = "float64"

    @property
    def probe_arguments(self) -> dict[str, Any]:
        """What a probe needs."""
        return {"code": self.code, "given": dict(self.given)}


def require_right(ask: Ask, calls: Sequence[Call], names: Sequence[str] = HERE) -> float:
    """Return the largest error; fail unless each call is right, in each module, and pure."""
    worst = 0.0
    for name in names:
        for call, answer in zip(calls, _ask_calls(ask, name, calls), strict=True):
            try:
                error = compare_result(name, call, part(answer, "result"))
                _compare_given(name, call, part(answer, "after"))
            except WrongAnswer:
                _show(ask, name, call)
                raise
            worst = max(worst, error)
    return worst


def _ask_calls(ask: Ask, name: str, calls: Sequence[Call]) -> list[Any]:
    """Return the answer to every call; where one raises, say in which."""
    asked = [call.probe_arguments for call in calls]
    try:
        answers = ask("compute", module=name, calls=asked)["answers"]
    except Raised as raised:
        if raised.status != "missing":
            _find(ask, name, calls)
        raise
    return require_list(answers, len(calls), "the results")


def _find(ask: Ask, name: str, calls: Sequence[Call]) -> None:
    for call in calls:
        try:
            ask("compute", module=name, calls=[call.probe_arguments])
        except Raised as raised:
            _show(ask, name, call)
            raised.message += f"\nin {call.code}, with {_shapes(call.given)}, {_origin(name)}"
            raise


def _show(ask: Ask, name: str, call: Call) -> None:
    """Ask once more, in a way that a script can repeat."""
    with suppress(CheckFailure):
        ask("show", module=name, **call.probe_arguments)


@contextmanager
def shown(ask: Ask, name: str, code: str) -> Iterator[None]:
    """Ask for `code` once more where what is done with its result fails."""
    try:
        yield
    except CheckFailure:
        _show(ask, name, Call(code, {}, {}))
        raise


def _origin(name: str) -> str:
    return f"on arrays of {MODULES[name].title}"


def _shapes(given: Mapping[str, Any]) -> str:
    return ", ".join(f"{label} of shape {array.shape}" for label, array, _ in _pairs(given, {}))


def _pairs(given: Mapping[str, Any], after: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield each array, those in a dict too: what it is called, itself, and what came of it."""
    told = after if isinstance(after, dict) else {}
    for name, value in given.items():
        if isinstance(value, Mapping):
            inner = _pairs(value, told.get(name))
            yield from ((f'{name}["{key}"]', array, came) for key, array, came in inner)
        else:
            yield name, value, told.get(name)


def compare_result(name: str, call: Call, got: Any) -> float:
    """Return the largest error of a result, or fail at the first part that is wrong."""
    parts = _take_parts(got, call, f"the result of {call.code}, {_origin(name)}")
    return max(
        compare_array(name, parts[label], wanted, f"{label} of {call.code}", call.dtype)
        for label, wanted in call.wanted.items()
    )


def _take_parts(got: Any, call: Call, label: str) -> dict[str, Any]:
    """Return the parts of a result by what they are called, or fail."""
    names = list(call.wanted)
    if call.parts == "tuple":
        return dict(zip(names, require_list(got, len(names), label), strict=True))
    if call.parts == "dict":
        return dict(zip(names, take_keys(got, names, label), strict=True))
    return {names[0]: got}


def take_keys(got: Any, keys: Sequence[str], label: str) -> list[Any]:
    """Return what a dict has under `keys`, and nothing else, or fail."""
    if not isinstance(got, dict) or got.keys() != {*keys}:
        found = _kind(got) if _is_one(got) or not isinstance(got, dict) else brief(list(got))
        raise WrongAnswer(f"{label}: got {found}, wanted a dict of {', '.join(keys)}")
    return [got[key] for key in keys]


def _is_one(got: Any) -> bool:
    """Whether a probe tells of one thing, an array or something else, and not of several."""
    return (
        isinstance(got, dict)
        and got.keys() == {"of", "on", "numbers"}
        and isinstance(got["of"], str)
        and isinstance(got["on"], str)
    )


def _kind(got: Any) -> str:
    """Return what a result is, in a learner's words."""
    if not _is_one(got):
        return f"a {'tuple' if isinstance(got, list) else type(got).__name__}"
    titles = {module.name: f"an array of {module.title}" for module in [*MODULES.values()][:2]}
    return titles.get(got["of"], "None" if got["of"] == "NoneType" else f"a {got['of'][:60]}")


def compare_array(name: str, got: Any, wanted: Any, label: str, dtype: str) -> float:
    """Return the largest error of an array; fail also where module, device or dtype is another."""
    numbers = take_numbers(name, got, label, dtype)
    entry = f"entry [{{}}] of {label}" if np.ndim(wanted) else label
    return close(numbers, wanted, entry, ROUNDED.get(dtype, 0.0), f", {_origin(name)}")


def take_numbers(name: str, got: Any, label: str, dtype: str) -> NDArray[Any]:
    """Return the numbers of an array, or fail where module, device or dtype is another."""
    module, where = MODULES[name], f", {_origin(name)}"
    numbers = got["numbers"] if _is_one(got) and got["of"] == module.name else None
    if not isinstance(numbers, np.ndarray):
        raise WrongAnswer(f"{label} is {_kind(got)}, wanted an array of {module.title}")
    if got["on"] != module.device:
        raise WrongAnswer(f"{label} is on {got['on'][:60]}, wanted {module.device}{where}")
    if numbers.dtype.kind not in "iu" if dtype == "int" else numbers.dtype != dtype:
        kind = "integers" if dtype == "int" else dtype
        raise WrongAnswer(f"{label} has the dtype {numbers.dtype}, wanted {kind}{where}")
    return numbers


def _compare_given(name: str, call: Call, after: Any) -> None:
    """Fail unless all arrays hold what they held before the call."""
    for label, array, told in _pairs(call.given, after):
        if not _is_one(told) or not is_same_array(told["numbers"], array):
            raise WrongAnswer(
                f"{call.code} writes into {label}, wanted it as it was, {_origin(name)}"
            )
