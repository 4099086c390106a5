"""``experiment.toml``: its keys, the values that each may have, and what is wrong with a file."""

import difflib
import math
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from autograder.checks.r_reports.common import TOML, Config
from autograder.judge.documents import Documents
from autograder.numerics.failure import WrongAnswer
from autograder.sandbox.failures import NotHandedIn

MOST_CHARACTERS = 64 << 10  # of TOML: tomllib takes time by the square of a text made for that
MOST_NAMED = 5  # faults in a message
LONGEST = 60  # characters of a value that is shown
HEX = re.compile(r"[0-9a-f]{16}")


class Key(NamedTuple):
    """What a key may hold, in words, and the test of it."""

    wanted: str
    holds: Callable[[Any], bool]


def whole(least: int, most: int) -> Key:
    """Return the key of a whole number."""
    return Key(
        f"a whole number from {least} to {most}",
        lambda value: type(value) is int and least <= value <= most,
    )


def number(least: float, most: float, is_open: bool = False) -> Key:
    """Return the key of a number; with `is_open` the least itself is none."""
    start = f"above {least:g}, at most" if is_open else f"from {least:g} to"

    def holds(value: Any) -> bool:
        return is_number(value) and least <= value <= most and not (is_open and value == least)

    return Key(f"a number {start} {most:g}", holds)


def choice(*words: str) -> Key:
    """Return the key of one of a few words."""
    told = " or ".join(f'"{word}"' for word in words)
    return Key(told, lambda value: isinstance(value, str) and value in words)


def is_number(value: Any) -> bool:
    """Whether a value is a finite number: TOML has nan and inf."""
    is_finite = isinstance(value, float) and math.isfinite(value)
    return is_finite or (type(value) is int and abs(value) < 1 << 53)


def _are_sizes(value: Any) -> bool:
    is_list = isinstance(value, list) and 2 <= len(value) <= 6
    return (
        is_list
        and all(type(size) is int and 1 <= size <= 512 for size in value)
        and value[0] == 64
        and value[-1] == 10
    )


def _are_losses(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 100 and all(map(is_number, value))


def _are_counts(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 10
        and all(isinstance(row, list) and len(row) == 10 for row in value)
        and all(type(count) is int and 0 <= count < 10_000 for row in value for count in row)
    )


KEYS: dict[str, dict[str, Key]] = {
    "data": {
        "name": choice("digits"),
        "split_seed": whole(0, 10**9),
        "test_fraction": number(0.1, 0.5),
    },
    "model": {
        "sizes": Key("64, at most four sizes from 1 to 512, and 10, as a list", _are_sizes),
        "activation": choice("relu", "tanh"),
        "dropout": number(0, 0.9),
    },
    "optimiser": {
        "lr": number(0, 10, is_open=True),
        "momentum": number(0, 0.999),
        "weight_decay": number(0, 1),
    },
    "training": {
        "batch_size": whole(1, 1000),
        "epochs": whole(1, 100),
        "schedule": choice("constant", "cosine"),
        "warmup": whole(0, 100_000),
        "seed": whole(0, 10**9),
    },
    "shift": {
        "kind": choice("darker", "noise", "moved"),
        "amount": number(0, 3, is_open=True),
    },
    "claims": {
        "test_accuracy": number(0, 1),
        "parameters": whole(1, 10**7),
        "curve": Key("a list of up to 100 finite numbers, one an epoch", _are_losses),
        "last_loss": Key("a finite number", is_number),
        "curve_hash": Key(
            "16 hexadecimal digits in quotes",
            lambda value: isinstance(value, str) and bool(HEX.fullmatch(value)),
        ),
        "confusion": Key("10 rows of 10 counts", _are_counts),
        "shift_accuracy": number(0, 1),
    },
}


def read_experiment(documents: Documents) -> Config:
    """Return the tables of ``experiment.toml``, or fail with all that is wrong with it."""
    tables = parse_toml(documents.read(TOML), TOML)
    if isinstance(tables.get("claims"), dict) and not tables["claims"]:
        raise NotHandedIn(f"unit r: [claims] in {TOML} is still empty: run experiment.py")
    faults = list(find_faults(tables, KEYS)) or list(_find_clashes(tables))
    require_none(TOML, faults)
    return tables


def require_none(name: str, faults: list[str]) -> None:
    """Fail with the first few faults of a document, a line each."""
    if len(faults) == 1:
        raise WrongAnswer(f"{name}: {faults[0]}")
    if faults:
        rows = [f"- {fault}" for fault in faults[:MOST_NAMED]]
        more = ["- ..."] if len(faults) > MOST_NAMED else []
        raise WrongAnswer("\n".join([f"{name}: {len(faults)} things are wrong:", *rows, *more]))


def parse_toml(text: str, name: str, first_line: int = 1) -> Config:
    """Return a text as TOML, or fail with the line.

    The judge reads it itself: tomllib runs nothing, and the text is short.
    """
    if len(text) > MOST_CHARACTERS:
        raise WrongAnswer(f"{name}: its TOML is longer than {MOST_CHARACTERS >> 10} Ki characters")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise WrongAnswer(f"{name} is not TOML: {_move_line(str(problem), first_line)}") from None
    except (RecursionError, ValueError):  # too many brackets, or digits
        raise WrongAnswer(f"{name} is not TOML: a value in it is too deep or too long") from None


def _move_line(text: str, first_line: int) -> str:
    return re.sub(
        r"at line (\d+)", lambda found: f"at line {int(found[1]) + first_line - 1}", text[:200]
    )


def find_faults(tables: Config, keys: Mapping[str, Mapping[str, Key]]) -> Iterator[str]:
    """Yield a sentence for every key that is unknown, missing, or holds what it may not."""
    yield from _find_unknown(tables, keys, "")
    for table, wanted in keys.items():
        held = tables.get(table)
        if not isinstance(held, dict):
            yield f"there is no table [{table}]"
            continue
        yield from _find_unknown(held, wanted, f"{table}.")
        for name, key in wanted.items():
            if name not in held:
                yield f"{table}.{name} is missing; wanted {key.wanted}"
            elif not key.holds(held[name]):
                yield f"{table}.{name} is {show(held[name])}; wanted {key.wanted}"


def _find_unknown(held: Mapping[str, Any], known: Mapping[str, Any], where: str) -> Iterator[str]:
    for name in held:
        if name not in known:
            near = difflib.get_close_matches(name[:LONGEST], known, n=1)
            advice = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            yield f"there is no key {where}{name[:LONGEST]}; {advice}"


def show(value: Any) -> str:
    """Return a value of a TOML file for a sentence; one of many digits has no text in Python."""
    try:
        text = repr(value)
    except ValueError:
        return "a number of thousands of digits"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."


def _find_clashes(tables: Config) -> Iterator[str]:
    """Yield what two keys together make impossible."""
    training, shift = tables["training"], tables["shift"]
    steps = training["epochs"] * math.ceil(
        train_count(tables["data"]["test_fraction"]) / training["batch_size"]
    )
    if training["warmup"] > steps:
        yield f"training.warmup is {training['warmup']}; the whole training has {steps} steps"
    if shift["kind"] == "moved" and shift["amount"] not in (1, 2, 3):
        yield f"shift.amount is {show(shift['amount'])}; wanted 1, 2 or 3 pixels"
    if shift["kind"] != "moved" and shift["amount"] > 1:
        yield f"shift.amount is {show(shift['amount'])}; wanted at most 1 for {shift['kind']}"


DIGITS = 1797


def count_tests(test_fraction: float) -> int:
    """Return how many digits the split holds out."""
    return round(DIGITS * test_fraction)


def train_count(test_fraction: float) -> int:
    """Return how many digits are left to train on."""
    return DIGITS - count_tests(test_fraction)
