"""``index.html``: the class at a glance, without a network; its own script alone runs."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from autograder.files import write_atomically
from autograder.language.catalogue import translate
from autograder.language.pages import page_words
from autograder.reports.class_rows import ClassRow, Names, embed, make_rows
from autograder.reports.class_words import script_words, show_counts
from autograder.reports.discrimination import LEAST, measure_checks
from autograder.score import MilestoneScore, Outcome, Score, list_extras, list_scores, public_id
from autograder.templates import hash_source, render, text
from autograder.words import Note

BINS = 10
TALLEST = 70  # height of the tallest bar
LISTED = 15  # failing checks
MOST_NOTES = 8  # of a kind, before the rest is folded
STATIC_ROWS = 500  # that stand in the page without its script
HEATS = 7  # steps of colour
WRONG = ("failed", "timeout", "crashed", "error")  # begun, and not right
STYLES = ("page.css", "class_page.css")


def write_class_page(
    outcomes: Sequence[Outcome],
    file: Path,
    notes: Sequence[Sequence[str]] = (),
    names: Names | None = None,
) -> None:
    """Write the page of a class: distribution, checks, mistakes, a row per submission.

    Charts and points are the machine's; beside them stands what people adjusted.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Of the class; they are read several times, so summaries are better than whole scores.
    file : Path
        The file to write.
    notes : sequence of sequences of str
        What a person should look at, by kind; all of them stand there.
    names : Names or None
        How submissions are called there, where their feedback lies, and what people adjusted.
    """
    called = names or Names()
    scores = list_scores(outcomes)
    ids = sorted({milestone.id for score in scores for milestone in score.milestones})
    heat_map = _build_heat_map(scores)
    mistakes = [mistake["name"] for mistake in heat_map["mistakes"]]
    rows = make_rows(outcomes, ids, mistakes, called)
    facts: dict[str, Any] = {
        "notes": [] if called.hide else [_fold_notes(group) for group in notes if group],
        "is_hidden": called.hide is not None,
        "mean": sum(score.points for score in scores) / max(1, len(scores)),
        "most": max((score.max_points for score in scores), default=0.0),
        "faults": _list_faults(outcomes, called.hide),
        "charts": [_build_chart(id, scores) for id in ids],
        "failing": _rank_failures(scores),
        "measured": sorted(measure_checks(scores), key=lambda row: row.passed / row.count),
        "least": LEAST,
        **heat_map,
        **_count_by_section(rows, mistakes),
        **_describe_table(rows, ids, scores),
    }
    write_atomically(file, _render_page(facts).encode())


def _render_page(facts: dict[str, Any]) -> str:
    style, script = "\n".join(map(text, STYLES)), text("class_table.js")
    policy = (
        f"default-src 'none'; script-src {hash_source(script)}; style-src {hash_source(style)}; "
        "img-src data:; form-action 'none'; base-uri 'none'"
    )
    own = {"style": Markup(style), "script": Markup(script), "policy": Markup(policy)}
    return render("page.html.j2", show_counts=show_counts, **own, **facts, **page_words())


def _list_faults(outcomes: Sequence[Outcome], hide: Callable[[str], str] | None) -> list[str]:
    names = [outcome.name for outcome in outcomes if outcome.score is None]
    return sorted(map(hide, names)) if hide else names


def _fold_notes(group: Sequence[str]) -> dict[str, Any]:
    """Return the notes of one kind with all that they name: those shown, those folded away."""
    told = [note if isinstance(note, Note) else Note(note) for note in group]
    return {"shown": told[:MOST_NOTES], "folded": told[MOST_NOTES:]}


def _describe_table(
    rows: Sequence[ClassRow], ids: Sequence[str], scores: Sequence[Score]
) -> dict[str, Any]:
    """Return the rows that the page holds for all, and all of them for its script."""
    parts = {part.id: part for score in scores for part in score.milestones}
    columns = [
        {"id": id, "title": translate(parts[id].title), "most": parts[id].max_points} for id in ids
    ]
    extras = list_extras(scores)
    sections = sorted({section for row in rows for section in row.sections})
    statuses = sorted(
        {part.split(" ")[1] for row in rows for part in row.counts.split(", ") if part}
    )
    data = {
        "columns": columns,
        "extras": bool(extras),
        "sections": bool(sections),
        "words": script_words(statuses),
        "rows": rows,
    }
    return {
        "ids": ids,
        "columns": columns,
        "extras": extras,
        "sections": sections,
        "statuses": [status for status in statuses if status != "passed"],
        "count": len(rows),
        "rows": rows[:STATIC_ROWS],
        "data": embed(data),
    }


def _count_by_section(rows: Sequence[ClassRow], mistakes: Sequence[str]) -> dict[str, Any]:
    """Return how many submissions of each section show each mistake."""
    sizes = Counter(section for row in rows for section in row.sections)
    pairs = Counter(
        (mistake, place) for row in rows for mistake in row.mistakes for place in row.sections
    )
    table = [
        {
            "name": name,
            "cells": [_describe_share(pairs[place, one], sizes[one]) for one in sorted(sizes)],
        }
        for place, name in enumerate(mistakes)
    ]
    return {"by_section": table if len(sizes) > 1 else [], "sizes": sorted(sizes.items())}


def _describe_share(count: int, size: int) -> str:
    return f"{count} ({100 * count / size:.0f} %)" if count else ""


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
            "label": translate(
                "{low:g} to {high:g} points: {count}",
                low=number * step,
                high=(number + 1) * step,
                count=counts[number],
            ),
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
    core = [part for score in scores for part in score.milestones]
    titles = {check.id: check.title for part in core for check in part.checks}
    pairs = Counter(
        (check.id, check.status)
        for part in core
        for check in part.checks
        if check.visibility == "public"
    )
    begun = dict.fromkeys(id for id, status in pairs if status in (*WRONG, "passed"))
    ends: dict[str, Counter[str]] = {id: Counter() for id in begun}
    for (id, status), count in pairs.items():
        if id in ends and status != "passed":
            ends[id][status] = count
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
    return ", ".join(f"{count} {translate(status)}" for status, count in ordered)


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
    hottest = max(pairs.values(), default=1)

    def heat(count: int) -> int:
        return -(-HEATS * count // hottest)

    return {
        "mistakes": [{"name": n, "text": texts[n], "count": showing[n]} for n in names],
        "heat": [
            {"id": id, "cells": [(pairs[id, name], heat(pairs[id, name])) for name in names]}
            for id in checks
        ],
    }


def _list_hints(score: Score) -> dict[tuple[str, str], str]:
    """Return the text of each hint by the public check and the mistake that it names."""
    return {
        (public_id(check), check.hint.pitfall): check.hint.text
        for check in score.checks
        if check.hint
    }
