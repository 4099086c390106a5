"""``experiment.md`` and ``model-card.md``: placeholders, parts, and what the confusion says.

Whether the prose is true, clear and enough is for a person to say: nothing of it is scored here.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile, zip_longest
from typing import Any

import numpy as np

from autograder.checks.r_reports.common import CARD, REPORT, Config, Rng, ask_values
from autograder.checks.r_reports.markdown import Page, read_page
from autograder.checks.r_reports.settings import (
    Key,
    find_faults,
    parse_toml,
    read_experiment,
    require_none,
    whole,
)
from autograder.judge.documents import Documents
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import brief
from autograder.numerics.failure import WrongAnswer
from autograder.sandbox.failures import NotHandedIn

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
TODO = "(to write)"  # stands in the template where the learner writes
LEAST_WORDS = 8  # of a part: one sentence
MOST_CHARACTERS = 100_000

REPORT_PARTS = ("question", "method", "result", "what would change it")
CARD_PARTS = ("intended use", "data", "measured", "where it fails", "how to run it again")
SLICES: dict[str, dict[str, Key]] = {
    "slices": {
        "worst_class": whole(0, 9),
        "worst_class_errors": whole(0, 1000),
        "confused": Key(
            "two classes, the true one first, as a list",
            lambda value: (
                isinstance(value, list)
                and len(value) == 2
                and all(type(each) is int and 0 <= each <= 9 for each in value)
            ),
        ),
        "confused_count": whole(0, 1000),
    }
}


@check("")
def check_report(ask: Ask, rng: Rng, documents: Documents) -> None:
    text, config = _read_text(documents, REPORT), read_experiment(documents)
    page = read_page(text, REPORT)
    names = ("test_accuracy", "parameters")
    faults = [*_find_gaps(page, REPORT_PARTS), *_find_placeholders(text, config, names)]
    require_none(REPORT, faults)
    _require_filled(ask, rng, text, config)


@check("")
def check_card(ask: Ask, rng: Rng, documents: Documents) -> None:
    text, config = _read_text(documents, CARD), read_experiment(documents)
    page = read_page(text, CARD)
    names = ("test_accuracy", "shift_accuracy")
    faults = [*_find_gaps(page, CARD_PARTS), *_find_placeholders(text, config, names)]
    require_none(CARD, [*faults, *_judge_slices(page, np.array(config["claims"]["confusion"]))])
    _require_filled(ask, rng, text, config)


def _read_text(documents: Documents, name: str) -> str:
    text = documents.read(name)
    if len(text) > MOST_CHARACTERS:
        raise WrongAnswer(f"{name} has more than {MOST_CHARACTERS:,} characters; two pages will do")
    if text.count(TODO) >= LEAST_GAPS:
        raise NotHandedIn(f"unit r: {name} is still the template: {TODO} stands in it")
    return text


LEAST_GAPS = 4  # of a template that nobody has begun


def _find_gaps(page: Page, parts: Sequence[str]) -> Iterator[str]:
    """Yield what is missing or empty of the parts that a document must have."""
    for part in parts:
        if part not in page.sections:
            near = difflib.get_close_matches(part, page.sections, n=1)
            found = f"; is {near[0][:60]!r} meant?" if near else ""
            yield f'there is no heading "## {part.capitalize()}"{found}'
        elif len(page.sections[part].replace(TODO, "").split()) < LEAST_WORDS:
            yield f'below "## {part.capitalize()}" there is no sentence yet'


def _find_placeholders(text: str, config: Config, wanted: Sequence[str]) -> Iterator[str]:
    """Yield placeholders without a value, with their lines, and those that do not stand there."""
    known = list_values(config)
    for number, line in enumerate(text.split("\n"), start=1):
        for name in PLACEHOLDER.findall(line):
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
                yield f"line {number}: there is no value for {{{{{name[:60]}}}}}; {hint}"
    for name in wanted:
        if name not in PLACEHOLDER.findall(text):
            yield f"{{{{{name}}}}} stands nowhere in it: the number would be filled in there"


def list_values(config: Config) -> dict[str, Any]:
    """Return what placeholders may name: single values of all tables, by their keys."""
    return {
        key: value
        for table in ("data", "model", "optimiser", "training", "shift", "claims")
        for key, value in config[table].items()
        if not isinstance(value, list)
    }


def fill_text(text: str, values: Mapping[str, Any]) -> str:
    """Return a text with the values of its placeholders: floats with four decimals."""

    def written(placeholder: re.Match[str]) -> str:
        value = values[placeholder[1]]
        return format(value, ".4f") if isinstance(value, float) else str(value)

    return PLACEHOLDER.sub(written, text)


def _require_filled(ask: Ask, rng: Rng, text: str, config: Config) -> None:
    """Fail unless the learner's `fill` fills this very text, with these values and others."""
    values = list_values(config)
    drawn = values | {"test_accuracy": round(float(rng.uniform(0.1, 0.9)), 4)}
    given = {"text": text, "values": values, "drawn": drawn}
    codes = ["fill(text, values)", "fill(text, drawn)"]
    got = ask_values(ask, "fill", codes, **given)
    for each, own in zip(got, (values, drawn), strict=True):
        wanted = fill_text(text, own)
        if not isinstance(each, str):
            raise WrongAnswer(f"fill(text, values): got {brief(each)}, wanted a text", wanted, each)
        if each != wanted:
            raise WrongAnswer(f"fill(text, values): {_describe_line(each, wanted)}", wanted, each)


def _describe_line(got: str, wanted: str) -> str:
    """Return the first line in which two texts differ, from a little before the place."""
    pairs = enumerate(zip_longest(got.split("\n"), wanted.split("\n")), start=1)
    number, lines = next((number, pair) for number, pair in pairs if pair[0] != pair[1])
    characters = zip(*(line or "" for line in lines), strict=False)
    alike = len(list(takewhile(lambda pair: pair[0] == pair[1], characters)))
    start = max(0, alike - BEFORE)
    shown, right = ("missing" if line is None else repr(_cut(line, start)) for line in lines)
    return f"line {number} is {shown}, wanted {right}"


BEFORE, SHOWN = 30, 80  # characters of a line before the first that differs, and in all


def _cut(line: str, start: int) -> str:
    cut = line[start : start + SHOWN]
    return f"{'... ' * (start > 0)}{cut}{' ...' * (len(line) > start + SHOWN)}"


def _judge_slices(page: Page, confusion: Any) -> Iterator[str]:
    """Yield where the card's slices are not those of the claimed confusion; ties are free."""
    blocks = page.find_blocks("toml")
    if not blocks or not blocks[0].lines:
        yield "there is no block ```toml with the table [slices]"
        return
    told = parse_toml(blocks[0].text, CARD, blocks[0].lines[0].number)
    faults = list(find_faults(told, SLICES))
    if faults:
        yield from faults
        return
    rights = np.diag(confusion)
    yield from _judge_worst(told["slices"], confusion.sum(axis=1) - rights, confusion.sum(axis=1))
    yield from _judge_confused(told["slices"], confusion - np.diag(rights))


def _judge_worst(slices: Config, errors: Any, counts: Any) -> Iterator[str]:
    worst, shares = slices["worst_class"], errors / np.maximum(counts, 1)
    if shares[worst] < shares.max():
        first = int(shares.argmax())
        told = f"{worst}, of which {errors[worst]} of {counts[worst]} are wrong"
        yield f"slices.worst_class is {told}; of {first} it is {errors[first]} of {counts[first]}"
    elif slices["worst_class_errors"] != errors[worst]:
        told = f"{slices['worst_class_errors']}; claims.confusion has {errors[worst]}"
        yield f"slices.worst_class_errors is {told}"


def _judge_confused(slices: Config, others: Any) -> Iterator[str]:
    pair = tuple(slices["confused"])
    if pair[0] == pair[1] or others[pair] < others.max():
        true, taken = np.unravel_index(int(others.argmax()), others.shape)
        told = f"{true} is taken for {taken} most often, {others.max()} times"
        yield f"slices.confused is {list(pair)}; {told}"
    elif slices["confused_count"] != others[pair]:
        told = f"{slices['confused_count']}; claims.confusion has {others[pair]}"
        yield f"slices.confused_count is {told}"
