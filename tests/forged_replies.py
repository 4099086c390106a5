"""Replies that a worker might forge: a right one with one mistake in type, shape, size or number."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from autograder.worker import wire
from autograder.worker.protocol import Frame, Problem, Reply

Path = tuple[Any, ...]  # keys and places, from the outside in
HUGE, TINY, NAN, INFINITE = 1e308, 5e-324, float("nan"), float("inf")
DEEP: Any = 1.0
for _ in range(wire.MAX_DEPTH - 4):
    DEEP = [DEEP]

OTHERS: tuple[Any, ...] = (  # what may stand anywhere instead of what should
    None,
    True,
    False,
    "",
    "text",
    "\u202e\0\x1b[31m{}",
    b"\0\xff",
    0,
    1,
    -1,
    2**63,
    2**64 - 1,
    -(2**63),
    0.5,
    -0.0,
    NAN,
    INFINITE,
    -INFINITE,
    HUGE,
    -HUGE,
    TINY,
    [],
    {},
    [[]],
    [None],
    [1.0, "a"],
    [[1.0], [1.0, 2.0]],
    [True, False],
    [[1.0, 2.0], 3.0],
    {"a": 1.0},
    {1: 2, b"b": {}},
    DEEP,
    np.array(0.5),
    np.array(True),
    np.zeros(0),
    np.zeros((0, 3)),
    np.zeros((2, 0, 0), np.int64),
    np.ones(5, bool),
    np.ones((2, 3), np.int8),
    np.full((3, 2), NAN, np.float32),
    np.full(4, HUGE),
    np.ones((1,) * 9),
    [np.ones(2), np.ones(3)],
    [np.ones((2, 3)), np.ones((3, 2))],
    [np.ones((2, 3)), None],
)


@dataclass(frozen=True)
class Forgery:
    """A reply with one change.

    Attributes
    ----------
    path : tuple
        The part that was changed.
    change : str
        What was done to it.
    reply : Reply
        The whole.
    """

    path: Path
    change: str
    reply: Reply


Change = tuple[str, Callable[[Any], Any]]


def forge(reply: Reply, rng: np.random.Generator, keys: Collection[str]) -> Forgery:
    """Return `reply` with one change, drawn by `rng`: mostly in the parts that `keys` name."""
    if reply.problem is not None:
        name, changed = _draw(list(_changes_of_problem(reply.problem)), rng)
        return Forgery(("problem",), name, changed)
    if rng.random() < 0.04:
        name, problem = _draw(list(PROBLEMS.items()), rng)
        return Forgery((), name, Reply(problem=problem))
    path = _draw_path(reply.value, rng, sorted(keys))
    name, change = _draw(list(_changes(_at(reply.value, path))), rng)
    with np.errstate(all="ignore"):
        return Forgery(path, name, Reply(_replaced(reply.value, path, change)))


def _draw(items: Sequence[Any], rng: np.random.Generator) -> Any:
    return items[int(rng.integers(len(items)))]


def _draw_path(value: Any, rng: np.random.Generator, first: list[str]) -> Path:
    """Return the way to some part of `value`: rarely all of it, seldom past the keys in `first`."""
    path: Path = ()
    while isinstance(value, dict | list) and value and rng.random() < (0.8 if path else 0.95):
        keys = list(value) if isinstance(value, dict) else range(len(value))
        keys = first if first and not path and rng.random() < 0.95 else keys
        path = (*path, _draw(keys, rng))
        value = value[path[-1]]
    return path


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def _replaced(value: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    """Return `value` with the part at `path` changed; nothing of the old one is touched."""
    if not path:
        return change(value)
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _replaced(copy[path[0]], path[1:], change)
    return copy


def _changes(part: Any) -> Iterator[Change]:
    """Yield what may be done to a part, half of it fit for its type."""
    fit = [change for kind, find in FITTING if isinstance(part, kind) for change in find(part)]
    others: list[Change] = [(f"to {other!r}"[:40], lambda _, it=other: it) for other in OTHERS]
    yield from others
    yield ("wrapped in a list", lambda it: [it])
    yield ("wrapped in a dict", lambda it: {"value": it})
    for _ in range(max(1, len(others) // max(1, len(fit)))):
        yield from fit


def _changes_of_number(part: Any) -> Iterator[Change]:
    yield from (
        ("text", str),
        ("an array without axes", np.array),
        ("negated", lambda it: -it),
        ("one more", lambda it: it + 1),
        ("a float", float),
        ("truth", bool),
        ("a little more", lambda it: it + 1e-3),
        ("nearly the same", lambda it: it * (1 + 1e-12)),
    )


def _changes_of_text(part: str) -> Iterator[Change]:
    yield from (
        ("letters", list),
        ("bytes", str.encode),
        ("long", lambda it: (it or "x") * 1000),
        ("one more letter", lambda it: it + "a"),
        ("one letter less", lambda it: it[:-1]),
    )


def _changes_of_list(part: list[Any]) -> Iterator[Change]:
    yield from (
        ("emptied", lambda it: []),
        ("one less", lambda it: it[:-1]),
        ("one more", lambda it: [*it, *it[-1:]]),
        ("doubled", lambda it: it + it),
        ("reversed", lambda it: it[::-1]),
        ("each wrapped", lambda it: [[each] for each in it]),
        ("as a dict", lambda it: dict(enumerate(it))),
        ("as an array", _as_array),
        ("without its last's type", lambda it: [*it[:-1], None]),
        ("text at its end", lambda it: [*it[:-1], "1.0"]),
    )


def _as_array(part: list[Any]) -> Any:
    try:
        array = np.asarray(part)
    except ValueError:
        return np.zeros(len(part))
    return array if array.dtype.str in wire.DTYPES else np.zeros(len(part))


def _changes_of_dict(part: dict[Any, Any]) -> Iterator[Change]:
    for key in part:
        yield (f"without {key!r}", lambda it, key=key: {k: v for k, v in it.items() if k != key})
        yield (
            f"{key!r} renamed",
            lambda it, key=key: {(k, f"{k}_")[k == key]: v for k, v in it.items()},
        )
    yield ("emptied", lambda it: {})
    yield ("values alone", lambda it: list(it.values()))
    yield ("one key more", lambda it: {**it, "more": 1.0, 7: None})
    yield ("values turned round", lambda it: dict(zip(it, list(it.values())[::-1], strict=True)))


def _changes_of_array(part: np.ndarray) -> Iterator[Change]:
    yield from (
        ("a list", lambda it: it.tolist()),
        ("transposed", lambda it: it.T),
        ("an axis more", lambda it: it[None]),
        ("a last axis more", lambda it: it[..., None]),
        ("flat", np.ravel),
        ("emptied", lambda it: it[:0] if it.ndim else np.zeros(0)),
        ("negated", lambda it: -it.astype(np.float64)),
        ("a little more", lambda it: it + 1e-3),
        ("nearly the same", lambda it: it * (1 + 1e-12)),
        ("all 0", np.zeros_like),
        ("all 1e308", lambda it: np.full(it.shape, HUGE)),
        ("all nan", lambda it: np.full(it.shape, NAN)),
        ("large integers", lambda it: np.full(it.shape, 2**62)),
        ("negative integers", lambda it: np.full(it.shape, -5, np.int8)),
        ("comparisons", lambda it: it == it),
        ("twenty times as large", lambda it: it * 20.0),
    )
    for dtype in ("<f4", "<i8", "|u1", "|b1"):
        yield (f"of {dtype}", lambda it, dtype=dtype: it.astype(dtype))
    if part.ndim:
        yield ("one less", lambda it: it[:-1])
        yield ("one more", lambda it: np.concatenate([it, it[-1:]]))
        yield ("doubled", lambda it: np.concatenate([it, it]))
        yield ("an axis less", lambda it: it[0] if len(it) else np.zeros(()))
        yield ("cut in its last axis", lambda it: it[..., :-1])
    for number in (NAN, INFINITE, HUGE, -HUGE, TINY, 0.0, 7.0):
        yield (f"one is {number}", lambda it, number=number: _with_one(it, number))


def _with_one(array: np.ndarray, number: float) -> np.ndarray:
    copy = array.astype(np.float64)
    copy.flat[copy.size // 2 : copy.size // 2 + 1] = number
    return copy


FITTING: tuple[tuple[Any, Callable[[Any], Iterator[Change]]], ...] = (
    (int | float, _changes_of_number),
    (str, _changes_of_text),
    (list, _changes_of_list),
    (dict, _changes_of_dict),
    (np.ndarray, _changes_of_array),
)

PROBLEMS = {
    "raises a ValueError": Problem("ValueError", ["ValueError", "Exception"], "no"),
    "raises nothing known": Problem("", [], ""),
    "raises strange text": Problem("\0\u202e", ["\x1b"], "\ud7ff{}%s" * 99),
    "is missing": Problem("NotImplementedError", ["NotImplementedError"], "milestone 9: x"),
    "is missing, oddly": Problem("X", ["NotImplementedError"], "milestone {}: %"),
    "does not import": Problem("ImportError", ["ImportError"], "", importing=True),
    "raises far away": Problem(
        "E", ["E"], "m", [Frame("/no/such\0", -(2**63), "", "\n" * 99)] * 50
    ),
}


def _changes_of_problem(problem: Problem) -> Iterator[tuple[str, Reply]]:
    yield from ((name, Reply(problem=other)) for name, other in PROBLEMS.items())
    for place, other in enumerate(OTHERS):
        yield (f"value {place}", Reply(value=other))
        yield (f"dict of value {place}", Reply(value={"value": other}))
    replace = msgspec.structs.replace
    for _ in range(9):
        yield ("no bases", Reply(problem=replace(problem, bases=[])))
        yield ("other type", Reply(problem=replace(problem, type="{x}", bases=["{x}"])))
        yield ("long message", Reply(problem=replace(problem, message="\n" * 9000)))


def forge_part(reply: Reply, path: Path, part: Any) -> Forgery:
    """Return `reply` with `part` at `path`."""
    changed = _replaced(reply.value, path, lambda _: part)
    return Forgery(path, f"to {part!r}"[:40], Reply(changed))


def form_of(value: Any) -> str:
    """Return what sort of thing `value` is: ``number``, ``list`` (an array too), ``dict`` ..."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, int | float):
        return "number"
    return "list" if isinstance(value, np.ndarray) else type(value).__name__


ARRAY, COMPARISONS, RAGGED = np.ones((2, 3)), np.ones(5, bool), [np.ones(2), np.ones(3)]
KNOWN: dict[tuple[str, int], list[tuple[Path, Any]]] = {  # what has raised in a check
    ("m1.gradcheck_tolerance", 0): [(("verdicts", 0), ARRAY), (("verdicts",), [np.zeros(0)])],
    ("m2.layer_output", 0): [(("kind",), COMPARISONS), (("kind",), np.zeros(0))],
    ("m2.layer_output", 1): [(("kind",), COMPARISONS), (("count",), ARRAY)],
    ("m2.first_weights", 0): [(("weights",), COMPARISONS), (("biases",), ARRAY)],
    ("m4.parameters", 0): [(("listed", 0), RAGGED), (("listed",), [None, ARRAY])],
    ("m4.parameters_nested", 0): [(("after", "block.scale"), RAGGED), (("after",), ARRAY)],
    ("m4.bad_data", 0): [(("values", 4), COMPARISONS), (("values", 0), RAGGED)],
    ("m4.bad_settings", 0): [(("values", 3), ARRAY), (("values", 0), [ARRAY])],
    ("m4.save_path", 0): [(("files", 0), ARRAY), (("content",), None), (("files",), COMPARISONS)],
    ("m4.load_mismatch", 0): [(("content",), b""), (("out",), RAGGED)],
    ("m4.global_chance", 0): [
        (("results", 1), {"a": 1.0}),
        (("results", 0), np.array(0.5)),
        (("results", 0, 2), ["a"] * 8),
        (("results", 0, 4), COMPARISONS),
        (("draws", 0), RAGGED),
    ],
    ("m4.classifier", 2): [(("layers", 0, "kind"), COMPARISONS), (("layers", 1, "weight"), "a")],
    ("m5.own_engine", 2): [(("together",), RAGGED), (("together",), np.full((400, 10), NAN))],
    ("m5.layer_parameters", 0): [(("values", 0), RAGGED), (("values", 1, 0), ARRAY)],
    ("m6.built_on_tensor", 0): [(("grads", 0), {}), (("kinds", 0), ARRAY)],
    ("m6.tokenizer_unknown", 0): [(("decoded",), 1.0), (("decoded",), [])],
    ("m6.tokenizer_round_trip", 0): [(("encoded", 0), [True]), (("encoded", 0, 0), ARRAY)],
    ("m6.gpt_parameters", 0): [(("found", 0), np.zeros((0, 3))), (("shapes",), {})],
    ("m6.held_out", 0): [
        (("shapes",), []),
        (("shapes", 0), ["token_embedding.weight", [2**62, 2**62]]),
        (("shapes", 0), ["token_embedding.weight", []]),
        (("shapes", 0, 1), [-1, True]),
        (("flat",), np.full(10, 1e308)),
    ],
}
