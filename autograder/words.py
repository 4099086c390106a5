"""Words for people, shared by all modules that print."""

from collections.abc import Sequence


def join_first(words: Sequence[str], most: int) -> str:
    """Return the first `most` words as a list in a sentence, with dots for the rest."""
    more = ", ..." if len(words) > most else ""
    return ", ".join(words[:most]) + more
