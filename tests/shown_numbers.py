"""The numbers of a demo's answer, and those that its drawings show in their tables."""

import math
import re
from collections.abc import Iterator
from typing import Any

VALUE = re.compile(r'<span class="value">([^<]*)</span>')
TABLES = re.compile(r"<table.*?</table>", re.DOTALL)
CELL = re.compile(r'<td class="h[^"]*">([^<]*)')
NUMBER = re.compile(r"-?(?:\d[\d.]*(?:e[+-]?\d+)?|inf)|nan|none")


def numbers_of(answer: Any) -> list[float]:
    """Return all numbers of the panels, in the order of their tables."""
    return [
        number for panel in answer["panels"] for number in flat(list(PARTS[panel["kind"]](panel)))
    ]


def numbers_shown(page: str) -> list[float]:
    """Return all numbers of the tables; of a table of shares, those in full."""
    texts: list[str] = []
    for figure in page.split("<figure")[1:]:
        full = VALUE.findall(figure)
        texts += full or CELL.findall(figure)
    return [read(number) for text in texts for number in NUMBER.findall(text)]


def read(text: str) -> float:
    return math.inf if text == "none" else float(text) if text != "nan" else math.inf


def flat(value: Any) -> list[float]:
    if isinstance(value, list | tuple):
        return [number for each in value for number in flat(each)]
    if isinstance(value, str):
        return [read(value)] if NUMBER.fullmatch(value) else []  # what gradcheck says is a word
    return [math.inf if value is None else value]


def graph_numbers(panel: Any) -> Iterator[Any]:
    for node in panel["nodes"]:
        yield [node["data"], node["right_data"], node["grad"], node["right_grad"]]


def curve_numbers(panel: Any) -> Iterator[Any]:
    for place, x in enumerate(panel["x"]):
        yield [x, *(series["y"][place] for series in panel["series"])]
    for mark in panel["marks"]:
        yield [mark["x"], mark["y"]]


def network_numbers(panel: Any) -> Iterator[Any]:
    yield [[unit["value"], unit["right"]] for layer in panel["layers"] for unit in layer]
    yield panel["weights"]


def matrix_numbers(panel: Any) -> Iterator[Any]:
    yield panel["values"]


PARTS = {
    "graph": graph_numbers,
    "curve": curve_numbers,
    "network": network_numbers,
    "matrix": matrix_numbers,
}
