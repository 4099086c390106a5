"""``index.html``: the class at a glance, without a network."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from autograder.files import write_atomically
from autograder.score import CheckResult, MilestoneScore, Outcome, Score, public_id
from autograder.templates import render

BINS = 10
HIGH = 70  # of the tallest bar
MOST = 15  # failing checks that are listed
WRONG = ("failed", "timeout", "crashed", "error")  # begun, and not right


def shown(name: str) -> str:
    """Return the name of a submission as a page can show it."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)


def write(outcomes: Sequence[Outcome], file: Path) -> None:
    """Write the class: distribution, failing checks, mistakes, and a row a submission."""
    graded = [(one, one.score) for one in outcomes if one.score is not None]
    scores = [score for _, score in graded]
    ids = sorted({milestone.id for score in scores for milestone in score.milestones})
    facts: dict[str, Any] = {
        "ids": ids,
        "rows": [_row(one, score, ids) for one, score in graded],
        "mean": sum(score.points for score in scores) / max(1, len(scores)),
        "most": max((score.max_points for score in scores), default=0.0),
        "faults": [shown(one.name) for one in outcomes if one.score is None],
        "charts": [_chart(id, scores) for id in ids],
        "failing": _failing(scores),
        **_heat(scores),
    }
    page = render("page.html.j2", **facts)
    write_atomically(file, page.encode("utf-8", "replace"))


def _row(outcome: Outcome, score: Score, ids: Sequence[str]) -> dict[str, Any]:
    place = outcome.file.parent.name if outcome.file else outcome.name
    counts = Counter(check.status for check in score.checks)
    by_id = {milestone.id: milestone for milestone in score.milestones}
    return {
        "name": shown(outcome.name),
        "score": score,
        "milestones": [by_id.get(id) for id in ids],
        "counts": ", ".join(f"{count} {status}" for status, count in counts.items()),
        "file": f"{quote(place)}/score.json",
        "feedback": f"feedback/{quote(place)}.html",
    }


def _chart(id: str, scores: Sequence[Score]) -> dict[str, Any]:
    found = [one for score in scores for one in score.milestones if one.id == id]
    most = found[0].max_points
    counts = Counter(_bin(one) for one in found)
    tallest = max(counts.values())
    step = most / BINS
    bars = [
        {
            "count": counts[place],
            "height": round(HIGH * counts[place] / tallest, 1),
            "told": f"{place * step:g} to {(place + 1) * step:g} points: {counts[place]}",
        }
        for place in range(BINS)
    ]
    told = "; ".join(str(bar["told"]) for bar in bars if bar["count"])
    return {"id": id, "title": found[0].title, "most": most, "bars": bars, "told": told}


def _bin(milestone: MilestoneScore) -> int:
    share = milestone.points / milestone.max_points if milestone.max_points else 0.0
    return min(BINS - 1, int(BINS * share))


def _failing(scores: Sequence[Score]) -> list[dict[str, Any]]:
    """Return the checks that most submissions fail, with how they end.

    What nobody began is left out: a class that has not come that far has nothing to mend there.
    """
    how: dict[str, Counter[str]] = {}
    titles: dict[str, str] = {}
    begun = set()
    for check in (check for score in scores for check in score.checks):
        if check.visibility == "public":
            titles[check.id] = check.title
            begun |= {check.id} if check.status in (*WRONG, "passed") else set()
            how.setdefault(check.id, Counter()).update([check.status] * (check.status != "passed"))
    left = [id for id in begun if how[id]]
    most = sorted(left, key=lambda id: (-_wrong(how[id]), -how[id].total(), id))[:MOST]
    return [
        {
            "id": id,
            "title": titles[id],
            "count": how[id].total(),
            "how": _told(how[id]),
        }
        for id in most
    ]


def _told(how: Counter[str]) -> str:
    ordered = sorted(how.most_common(), key=lambda item: item[0] not in WRONG)
    return ", ".join(f"{count} {status}" for status, count in ordered)


def _wrong(how: Counter[str]) -> int:
    return sum(how[status] for status in WRONG)


def _heat(scores: Sequence[Score]) -> dict[str, Any]:
    """Return checks against named mistakes: how many submissions show each pair."""
    pairs = Counter(pair for score in scores for pair in {*map(_pair, _hinted(score))})
    texts = {
        check.hint.pitfall: check.hint.text
        for score in scores
        for check in _hinted(score)
        if check.hint
    }
    showing = Counter(
        name for score in scores for name in {_pair(one)[1] for one in _hinted(score)}
    )
    names = [name for name, _ in sorted(showing.items(), key=lambda item: (-item[1], item[0]))]
    checks = sorted({id for id, _ in pairs})
    return {
        "mistakes": [{"name": n, "text": texts[n], "count": showing[n]} for n in names],
        "heat": [{"id": id, "cells": [pairs[id, name] for name in names]} for id in checks],
        "hottest": max(pairs.values(), default=1),
    }


def _hinted(score: Score) -> list[CheckResult]:
    return [check for check in score.checks if check.hint]


def _pair(check: CheckResult) -> tuple[str, str]:
    return public_id(check), check.hint.pitfall if check.hint else ""
