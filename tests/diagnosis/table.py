"""The tables of `docs/diagnosis.md`."""

import statistics
import textwrap
from collections import Counter
from collections.abc import Callable, Sequence

from autograder.diagnosis.casebook import load_casebook
from tests.diagnosis.held_out import HELD_OUT
from tests.diagnosis.measure import Verdict
from tests.diagnosis.repairs import EVERY, Repaired

HEAD = "| {} | works | right before | wrong | silent | right now | wrong | silent |"
RULE = "|---|--:|--:|--:|--:|--:|--:|--:|"
WIDTH = 110
EXAMPLES = {1: 7, 2: 3}  # number of mistakes at once -> examples
CONFUSED = 12  # rows of the table of mistakes that were taken for others


def render_tables(measured: Sequence[tuple[str, Sequence[Verdict]]]) -> str:
    """Return all tables: by milestone and by kind, with kinds or bases left out, held out."""
    by_kind = [verdict for way, found in measured if way == "kind" for verdict in found]
    by_base = [verdict for way, found in measured if way == "base" for verdict in found]
    right = [verdict for verdict in by_kind if verdict.planting.names == ("right",)]
    singles = [each for each in by_kind if len(each.planting.names) == 1 and each not in right]
    bases = [each for each in by_base if len(each.planting.names) == 1]
    bases = [each for each in bases if each.planting.names != ("right",)]
    known = [each for each in singles if each.known]
    parts = [
        "All works of the tested kind left out, mistakes that another kind has too:",
        _render("milestone", known, lambda each: each.planting.milestone),
        "The same by the kind of construction:",
        _render("kind", known, lambda each: f"{each.planting.milestone} {each.kind}"),
        "Only the tested base left out, others of its kind known:",
        _render(
            "milestone",
            [each for each in bases if each.known],
            lambda each: each.planting.milestone,
        ),
        "Mistakes that no other kind has; here silence is right:",
        _render(
            "milestone",
            [each for each in singles if not each.known],
            lambda each: each.planting.milestone,
        ),
        "Mistakes that were written apart, in a style and in variants that nothing knows, and never "
        "used to tune:",
        _render(
            "milestone",
            [verdict for way, found in measured if way == HELD_OUT for verdict in found],
            lambda each: each.planting.milestone,
        ),
        "Two mistakes at once, the tested kind left out:",
        _render_pairs([each for each in by_kind if len(each.planting.names) == 2]),
        f"Right work that was given a hint: {sum(each.after != 'silent' for each in right)} of "
        f"{len(right)}.",
        "What was taken for what (kind left out):",
        _render_confusion(known),
        "Ten examples of what a learner reads, three of them of two mistakes:",
        _render_examples(by_kind),
    ]
    return "\n\n".join(parts)


def _render(title: str, verdicts: Sequence[Verdict], key: Callable[[Verdict], str]) -> str:
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(key(verdict), []).append(verdict)
    rows = [_row(name, found) for name, found in sorted(groups.items())]
    return "\n".join([HEAD.format(title), RULE, *rows, _row("all", verdicts)])


def _row(name: str, verdicts: Sequence[Verdict]) -> str:
    cells = [name, str(len(verdicts))]
    for way in ("before", "after"):
        # a mutant is what the old way was made from: of the reference it says nothing
        judged = [each for each in verdicts if way == "after" or each.planting.base != "reference"]
        counted = Counter(getattr(each, way) for each in judged)
        cells += [_share(counted[word], len(judged)) for word in ("right", "wrong", "silent")]
    return f"| {' | '.join(cells)} |"


def _share(count: int, whole: int) -> str:
    return f"{100 * count / whole:.0f} %" if whole else "."


def _render_pairs(verdicts: Sequence[Verdict]) -> str:
    rows = ["| | works | both named | one of two | wrong | silent |", "|---|--:|--:|--:|--:|--:|"]
    for way, name in (("before", "before"), ("after", "now")):
        counted = Counter(getattr(each, way) for each in verdicts)
        shares = (counted[word] for word in ("right", "one of two", "wrong", "silent"))
        cells = [name, str(len(verdicts)), *(_share(count, len(verdicts)) for count in shares)]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _render_confusion(verdicts: Sequence[Verdict]) -> str:
    wrong = Counter(
        (each.planting.milestone, each.planting.names[0], each.said[0])
        for each in verdicts
        if each.after == "wrong"
    )
    rows = ["| milestone | planted | named | times |", "|---|---|---|--:|"]
    rows += [f"| {' | '.join(key)} | {count} |" for key, count in wrong.most_common(CONFUSED)]
    return "\n".join(rows)


def _render_examples(verdicts: Sequence[Verdict]) -> str:
    rows = []
    for count, wanted in EXAMPLES.items():
        right = [
            each for each in verdicts if each.after == "right" and len(each.planting.names) == count
        ]
        step = max(1, len(right) // wanted)
        rows += [_example_row(each) for each in right[::step][:wanted]]
    return "\n".join(rows)


def _example_row(verdict: Verdict) -> str:
    texts = load_casebook(verdict.planting.milestone).texts
    said = " — ".join(" ".join(texts[name].split()) for name in verdict.said)
    planting = verdict.planting
    names = " and ".join(planting.names)
    text = f"- {planting.milestone}, {planting.base}, {names}: {said}"
    return textwrap.fill(text, WIDTH, subsequent_indent="  ")


def render_repairs(repaired: Sequence[Repaired]) -> str:
    """Return the tables of what repair adds, of places, and of the time it takes."""
    singles = [each for each in repaired if len(each.planting.names) == 1]
    known = [each for each in singles if each.known]
    pairs = [each for each in repaired if len(each.planting.names) == 2]
    return "\n\n".join(
        [
            f"Every {EVERY}th planting by the hash of its name, without and with repair, the tested "
            "kind left out:",
            _render_with(known),
            "The same of mistakes that no other kind has; here silence is right:",
            _render_with([each for each in singles if not each.known]),
            "Two mistakes at once, without and with repair:",
            _render_pairs_with(pairs),
            "Repairs that are shown, and where:",
            _render_proofs(repaired),
            "The planted statement among the first places, of that half of the sample that the "
            "ranking was not tuned on:",
            _render_places([each for each in singles if each.is_held_out]),
            "Seconds of the search beside those of the checks, median and nine tenths, on two "
            "shared cores with one worker:",
            _render_seconds(repaired),
        ]
    )


def _by_milestone(found: Sequence[Repaired]) -> list[tuple[str, list[Repaired]]]:
    groups: dict[str, list[Repaired]] = {}
    for each in found:
        groups.setdefault(each.planting.milestone, []).append(each)
    return [*sorted(groups.items()), ("all", list(found))]


def _render_with(found: Sequence[Repaired]) -> str:
    rows = [
        "| milestone | works | right without | wrong | silent | right with | wrong | silent |",
        RULE,
    ]
    for name, group in _by_milestone(found):
        cells = [name, str(len(group))]
        for way in ("before", "after"):
            counted = Counter(getattr(each, way) for each in group)
            cells += [_share(counted[word], len(group)) for word in ("right", "wrong", "silent")]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _render_pairs_with(pairs: Sequence[Repaired]) -> str:
    rows = [
        "| | works | both named | one of two | wrong | silent |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, group in _by_milestone(pairs):
        for way, title in (("before", "without"), ("after", "with")):
            counted = Counter(getattr(each, way) for each in group)
            shares = (counted[word] for word in ("right", "one of two", "wrong", "silent"))
            cells = [
                f"{name} {title}",
                str(len(group)),
                *(_share(n, len(group)) for n in shares),
            ]
            rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _render_proofs(repaired: Sequence[Repaired]) -> str:
    rows = [
        "| | works | a repair is shown | in a statement that was changed | in such a function |",
        "|---|--:|--:|--:|--:|",
    ]
    for count, title in ((1, "one mistake"), (2, "two")):
        of_count = [each for each in repaired if len(each.planting.names) == count]
        for name, group in _by_milestone(of_count):
            proved = [each for each in group if each.is_proved]
            lines = sum(bool(each.planted_lines & set(each.repaired_lines)) for each in proved)
            functions = sum(each.is_in_function for each in proved)
            cells = [
                f"{name}, {title}",
                str(len(group)),
                _share(len(proved), len(group)),
                _share(lines, len(proved)),
                _share(functions, len(proved)),
            ]
            rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _render_places(found: Sequence[Repaired]) -> str:
    rows = [
        "| milestone | works | first without | first three | first with repair | first three |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, group in _by_milestone(found):
        shares = [
            _share(sum(each.is_among(count, with_repair) for each in group), len(group))
            for with_repair in (False, True)
            for count in (1, 3)
        ]
        rows.append(f"| {' | '.join([name, str(len(group)), *shares])} |")
    return "\n".join(rows)


def _render_seconds(repaired: Sequence[Repaired]) -> str:
    rows = ["| | works | checks | search, median | search, 90 % |", "|---|--:|--:|--:|--:|"]
    for count, title in ((1, "one mistake"), (2, "two")):
        of_count = [each for each in repaired if len(each.planting.names) == count]
        for name, group in _by_milestone(of_count):
            seconds = sorted(each.proof.seconds for each in group)
            checking = statistics.median(each.proof.checking for each in group) if group else 0.0
            late = seconds[int(0.9 * (len(seconds) - 1))] if seconds else 0.0
            middle = statistics.median(seconds) if seconds else 0.0
            figures = [f"{checking:.1f}", f"{middle:.1f}", f"{late:.1f}"]
            rows.append(f"| {name}, {title} | {len(group)} | {' | '.join(figures)} |")
    return "\n".join(rows)
