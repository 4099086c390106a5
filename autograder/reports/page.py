"""``index.html``: the class at a glance, without a network."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from autograder.course.roster import Roster
from autograder.files import write_atomically
from autograder.reports.adjusted import adjust_score
from autograder.reports.adjustments import NONE, Adjustments
from autograder.score import MilestoneScore, Outcome, Score, list_extras, list_scores, public_id
from autograder.templates import render

BINS = 10
TALLEST = 70  # height of the tallest bar
LISTED = 15  # failing checks
WRONG = ("failed", "timeout", "crashed", "error")  # begun, and not right


def write_class_page(
    outcomes: Sequence[Outcome],
    file: Path,
    notes: Sequence[str] = (),
    roster: Roster | None = None,
    adjustments: Adjustments = NONE,
) -> None:
    """Write the page of a class: distribution, failing checks, mistakes, a row per submission.

    `notes` are what a person should look at; all of them stand there. Charts and points are the
    machine's; beside them stands what people adjusted. With a `roster` each row has the persons
    behind it.
    """
    scores = list_scores(outcomes)
    ids = sorted({milestone.id for score in scores for milestone in score.milestones})
    facts: dict[str, Any] = {
        "ids": ids,
        "extras": list_extras(scores),
        "notes": notes,
        "rows": describe_rows(outcomes, ids, roster, adjustments),
        "mean": sum(score.points for score in scores) / max(1, len(scores)),
        "most": max((score.max_points for score in scores), default=0.0),
        "faults": [entry.name for entry in outcomes if entry.score is None],
        "charts": [_build_chart(id, scores) for id in ids],
        "failing": _rank_failures(scores),
        **_build_heat_map(scores),
    }
    page = render("page.html.j2", **facts)
    write_atomically(file, page.encode())


def describe_rows(
    outcomes: Sequence[Outcome],
    ids: Sequence[str],
    roster: Roster | None = None,
    adjustments: Adjustments = NONE,
) -> list[dict[str, Any]]:
    """Return the facts of each submission that has a score, with the persons behind it."""
    return [
        _describe_entry(entry, entry.score, ids)
        | {"persons": roster.persons_of(entry.name) if roster else []}
        | _describe_change(entry.score, adjustments)
        for entry in outcomes
        if entry.score
    ]


def _describe_entry(outcome: Outcome, score: Score, ids: Sequence[str]) -> dict[str, Any]:
    folder = outcome.file.parent.name if outcome.file else outcome.name
    counts = Counter(check.status for check in score.checks)
    by_id = {part.id: msgspec.structs.replace(part, checks=[]) for part in score.milestones}
    return {
        "name": outcome.name,
        "points": score.points,
        "max_points": score.max_points,
        "milestones": [by_id.get(id) for id in ids],
        "extras": [extra for extra in score.extras if extra.checks],
        "bonus": score.bonus,
        "counts": ", ".join(f"{count} {status}" for status, count in counts.items()),
        "unusual": outcome.unusual,
        "file": f"{quote(folder)}/score.json",
        "feedback": f"feedback/{quote(folder)}.html",
    }


def _describe_change(score: Score, adjustments: Adjustments) -> dict[str, Any]:
    """Return the adjusted points of a row, and why, for its mark; None where nobody adjusted."""
    rows = adjustments.find_rows(score.submission.id)
    adjusted = adjust_score(score, rows)
    facts = {"points": adjusted.points, "max_points": adjusted.max_points}
    return {"adjusted": {**facts, "why": "; ".join(map(str, rows))} if rows else None}


def _build_chart(id: str, scores: Sequence[Score]) -> dict[str, Any]:
    parts = [
        (part.title, part.max_points, _find_bin(part))
        for score in scores
        for part in score.milestones
        if part.id == id
    ]
    title, most, _ = parts[0]
    counts = Counter(number for _, _, number in parts)
    tallest = max(counts.values())
    step = most / BINS
    bars = [
        {
            "count": counts[number],
            "height": round(TALLEST * counts[number] / tallest, 1),
            "label": f"{number * step:g} to {(number + 1) * step:g} points: {counts[number]}",
        }
        for number in range(BINS)
    ]
    label = "; ".join(str(bar["label"]) for bar in bars if bar["count"])
    return {"id": id, "title": title, "most": most, "bars": bars, "label": label}


def _find_bin(milestone: MilestoneScore) -> int:
    share = milestone.points / milestone.max_points if milestone.max_points else 0.0
    return min(BINS - 1, int(BINS * share))


def _rank_failures(scores: Sequence[Score]) -> list[dict[str, Any]]:
    """Return the checks that most submissions fail, with the number of each status.

    Checks that nobody began are left out: a class that has not come that far has no fault there;
    so are those of extras, which few hand in.
    """
    ends: dict[str, Counter[str]] = {}
    titles: dict[str, str] = {}
    begun = set()
    core = (part for score in scores for part in score.milestones)
    for check in (check for part in core for check in part.checks):
        if check.visibility == "public":
            titles[check.id] = check.title
            begun |= {check.id} if check.status in (*WRONG, "passed") else set()
            ends.setdefault(check.id, Counter()).update([check.status] * (check.status != "passed"))
    left = [id for id in begun if ends[id]]
    most = sorted(left, key=lambda id: (-_count_wrong(ends[id]), -ends[id].total(), id))[:LISTED]
    return [
        {
            "id": id,
            "title": titles[id],
            "count": ends[id].total(),
            "statuses": _describe_counts(ends[id]),
        }
        for id in most
    ]


def _describe_counts(counts: Counter[str]) -> str:
    ordered = sorted(counts.most_common(), key=lambda item: item[0] not in WRONG)
    return ", ".join(f"{count} {status}" for status, count in ordered)


def _count_wrong(counts: Counter[str]) -> int:
    return sum(counts[status] for status in WRONG)


def _build_heat_map(scores: Sequence[Score]) -> dict[str, Any]:
    """Return checks against named mistakes: how many submissions show each pair."""
    by_score = [_list_hints(score) for score in scores]
    pairs = Counter(pair for hints in by_score for pair in hints)
    texts = {name: text for hints in by_score for (_, name), text in hints.items()}
    showing = Counter(name for hints in by_score for name in {name for _, name in hints})
    names = [name for name, _ in sorted(showing.items(), key=lambda item: (-item[1], item[0]))]
    checks = sorted({id for id, _ in pairs})
    return {
        "mistakes": [{"name": n, "text": texts[n], "count": showing[n]} for n in names],
        "heat": [{"id": id, "cells": [pairs[id, name] for name in names]} for id in checks],
        "hottest": max(pairs.values(), default=1),
    }


def _list_hints(score: Score) -> dict[tuple[str, str], str]:
    """Return the text of each hint by the public check and the mistake that it names."""
    return {
        (public_id(check), check.hint.pitfall): check.hint.text
        for check in score.checks
        if check.hint
    }
