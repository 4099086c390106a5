"""Two axes of a picture: their range, where their ticks stand, and where a point lies."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

STEPS = (1.0, 2.0, 5.0, 10.0)  # of which a distance between ticks is a power of ten
TICKS = 5  # about so many
MARGIN = 0.05  # of the range, beside it


@dataclass(frozen=True)
class Axis:
    """One axis: from `low`, drawn at `start`, to `high`, drawn at `end`."""

    low: float
    high: float
    start: float
    end: float

    def position(self, value: float) -> float:
        """Return where `value` is drawn, to a tenth of a pixel; far outside, not so far."""
        share = (value - self.low) / (self.high - self.low)
        share = min(max(share, -1.0), 2.0)
        return round(self.start + share * (self.end - self.start), 1)

    def holds(self, value: float) -> bool:
        """Whether `value` is inside."""
        return self.low <= value <= self.high

    def ticks(self) -> list[tuple[float, str]]:
        """Return where ticks are drawn, and their labels."""
        step = _tick_step(self.high - self.low)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        marks = [number * step for number in range(first, last + 1)]
        return [(self.position(mark), f"{mark:.6g}") for mark in marks]


def span_axis(numbers: Sequence[float], start: float, end: float, margin: float = MARGIN) -> Axis:
    """Return an axis that holds all `numbers`, drawn from `start` to `end`."""
    low, high = min(numbers, default=0.0), max(numbers, default=1.0)
    if not high - low > 1e-9 * max(abs(low), abs(high)):  # all are one
        low, high = low - max(1.0, abs(low)) / 2, high + max(1.0, abs(high)) / 2
    beside = margin * (high - low)
    return Axis(low - beside, high + beside, start, end)


def _tick_step(span: float) -> float:
    rough = span / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next(step for step in STEPS if step * power >= rough * (1 - 1e-9))
