"""A picture of growth: seconds against size, both in powers of ten, with a line that is linear."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.pictures.canvas import Canvas, Point

LEFT, TOP, WIDTH, HEIGHT = 62.0, 78.0, 360.0, 230.0
KINDS = ("first", "other")  # of lines, as the canvas draws them
TEXTS = ("data", "grad")


def write_growth(title: str, sizes: str, lines: Mapping[str, Sequence[Point]], file: Path) -> None:
    """Write the picture of at most two lines of (size, seconds); `sizes` names what is counted."""
    file.write_text(draw_growth(title, sizes, lines), encoding="utf-8")


def draw_growth(title: str, sizes: str, lines: Mapping[str, Sequence[Point]]) -> str:
    """Return the picture as SVG."""
    points = [point for line in lines.values() for point in line]
    across = _powers([size for size, _ in points])
    up = _powers([seconds for _, seconds in points])
    canvas = Canvas(TOP + HEIGHT + 62)

    def place(size: float, seconds: float) -> Point:
        return LEFT + WIDTH * _share(size, across), TOP + HEIGHT * (1 - _share(seconds, up))

    canvas.text(16, 26, title, "bold")
    _draw_axes(canvas, across, up, sizes)
    canvas.curve(_linear_path(lines, across, up, place), "line")
    canvas.text(LEFT + WIDTH, TOP + HEIGHT + 52, "thin: linear", "soft small end")
    for number, (words, line) in enumerate(lines.items()):
        canvas.curve([(16 + 215 * number, 46), (46 + 215 * number, 46)], KINDS[number])
        canvas.text(52 + 215 * number, 51, words, f"{TEXTS[number]} small")
        canvas.curve([place(*point) for point in line], KINDS[number])
        for point in line:
            canvas.circle(place(*point), 3)
    return canvas.render(title, describe_growth(sizes, lines))


def describe_growth(sizes: str, lines: Mapping[str, Sequence[Point]]) -> str:
    """Return the picture in words."""
    told = [
        f"{words}: " + ", ".join(f"{size:g} {sizes} {seconds:.2g} s" for size, seconds in line)
        for words, line in lines.items()
    ]
    return "Processor seconds against size, both in powers of ten. " + "; ".join(told)


def _powers(values: Sequence[float]) -> tuple[int, int]:
    """Return the powers of ten around `values`."""
    return math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))


def _share(value: float, powers: tuple[int, int]) -> float:
    return (math.log10(value) - powers[0]) / (powers[1] - powers[0])


def _draw_axes(canvas: Canvas, across: tuple[int, int], up: tuple[int, int], sizes: str) -> None:
    bottom = TOP + HEIGHT
    canvas.curve([(LEFT, TOP), (LEFT, bottom), (LEFT + WIDTH, bottom)])
    for power in range(across[0], across[1] + 1):
        x = LEFT + WIDTH * _share(10.0**power, across)
        canvas.text(x, bottom + 22, f"{10.0**power:,g}", "soft small middle")
    for power in range(up[0], up[1] + 1):
        y = bottom - HEIGHT * _share(10.0**power, up)
        canvas.text(LEFT - 8, y + 5, f"{10.0**power:g}", "soft small end")
    canvas.text(LEFT, bottom + 52, f"{sizes} across, seconds upwards", "soft small")


def _linear_path(lines, across, up, place) -> list[Point]:  # type: ignore[no-untyped-def]
    """Return a line of slope one through the last point of the first line."""
    size, seconds = next(iter(lines.values()))[-1]
    lowest = max(10.0 ** across[0], size * 10.0 ** up[0] / seconds)
    return [place(lowest, seconds * lowest / size), place(size, seconds)]
