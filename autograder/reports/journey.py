"""The milestones as stones on a line: a ring fills with the points, a tick says that all pass."""

import html
import math
from collections.abc import Sequence

from autograder.language.catalogue import translate
from autograder.score import MilestoneScore

STEP, RADIUS, MIDDLE = 100, 34, 48  # of the drawing
TICK = "M-13 1l9 10 18-21"


def draw_journey(milestones: Sequence[MilestoneScore], alternative: str) -> str:
    """Return an SVG that takes the page's colours; `alternative` says the same in words."""
    width, height = STEP * max(1, len(milestones)), 2 * MIDDLE
    ends = f"M{STEP / 2:g} {MIDDLE}H{width - STEP / 2:g}"
    stones = "".join(
        _draw_stone(milestone, STEP * index + STEP / 2)
        for index, milestone in enumerate(milestones)
    )
    return (
        f'<svg class="journey" role="img" viewBox="0 0 {width} {height}" '
        f'aria-label="{html.escape(alternative)}"><path class="way" d="{ends}"/>{stones}</svg>'
    )


def describe_journey(milestones: Sequence[MilestoneScore]) -> str:
    """Return how far it is, in a sentence."""
    done = [milestone for milestone in milestones if share_of(milestone) == 1.0]
    names = ", ".join(f"{milestone.id} {translate(milestone.title)}" for milestone in done)
    head = translate("{done} of {count} milestones done", done=len(done), count=len(milestones))
    return f"{head}: {names}." if done else head


def share_of(milestone: MilestoneScore) -> float:
    """Return the share of the points, from 0 to 1."""
    return milestone.points / milestone.max_points if milestone.max_points else 0.0


def _draw_stone(milestone: MilestoneScore, middle: float) -> str:
    share, length = share_of(milestone), 2 * math.pi * RADIUS
    style = "done" if share == 1.0 else "begun" if share else "ahead"
    ring = f'<circle class="ring" r="{RADIUS}" stroke-dasharray="{share * length:.1f} {length:.1f}"'
    sign = (
        f'<path class="tick" d="{TICK}"/>'
        if share == 1.0
        else f'<text y="7" text-anchor="middle">{html.escape(milestone.id)}</text>'
    )
    return (
        f'<g class="{style}" transform="translate({middle:g} {MIDDLE})"><circle r="{RADIUS}"/>'
        f'{ring} transform="rotate(-90)"/>{sign}</g>'
    )
