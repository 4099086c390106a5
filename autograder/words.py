"""Words for people, shared by whatever prints them."""

from collections.abc import Sequence


def few(words: Sequence[str], most: int) -> str:
    """Return the first words, with dots where there are more than `most`."""
    more = ", ..." if len(words) > most else ""
    return ", ".join(words[:most]) + more
