"""Words for people, shared by all modules that print."""

import unicodedata
from collections.abc import Sequence

TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # they turn the text after them


def join_first(words: Sequence[str], most: int) -> str:
    """Return the first `most` words as a list in a sentence, with dots for the rest."""
    more = ", ..." if len(words) > most else ""
    return ", ".join(words[:most]) + more


def escape_controls(text: str) -> str:
    """Return `text` with the numbers of the characters that would steer a terminal."""
    return "".join(repr(char)[1:-1] if _steers(char) else char for char in text)


def list_plain(names: Sequence[str], most: int) -> str:
    """Return the first `most` names as a list in a sentence, safe to print."""
    return join_first(
        [escape_controls(name.encode("utf-8", "replace").decode()) for name in names], most
    )


def _steers(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Zl", "Zp") or char in TURNS
