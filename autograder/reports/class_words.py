"""What the script of the class page says, which has no sentence of its own."""

from collections.abc import Iterable
from typing import Any

from autograder.language.catalogue import translate
from autograder.language.choice import choose_language


def script_words(statuses: Iterable[str]) -> dict[str, Any]:
    """Return the texts of the script; it puts the values in the braces itself."""
    return {
        "adjusted": translate("adjusted: {points}"),
        "all": translate("all {count} submissions"),
        "ascending": translate("lowest first"),
        "counted": translate("({points} count)"),
        "descending": translate("highest first"),
        "extras": translate("extras"),
        "fromA": translate("a to z"),
        "fromZ": translate("z to a"),
        "language": choose_language(),
        "printed": translate("the first {count} of {most} submissions; a filter prints others"),
        "section": translate("section"),
        "some": translate("{count} of {most} submissions"),
        "statuses": {status: translate(status) for status in statuses},
        "unusual": translate("unusual: {count}"),
        "why": translate("Why look: {why}."),
    }


def show_counts(counts: str) -> str:
    """Return how many checks ended how, as a row has it in English, in the reader's language."""
    pairs = (part.split(" ") for part in counts.split(", ") if part)
    return ", ".join(f"{count} {translate(status)}" for count, status in pairs)
