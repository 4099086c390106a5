"""Words for people, shared by all modules that print."""

import unicodedata
from collections.abc import Sequence

LONGEST_SHOWN = 100  # characters of a name in a sentence
TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # they turn the text after them


def join_first(words: Sequence[str], most: int) -> str:
    """Return the first `most` words as a list in a sentence, with dots for the rest."""
    more = ", ..." if len(words) > most else ""
    return ", ".join(words[:most]) + more


def plain_name(name: str) -> str:
    """Return `name` as people see it: one form of each letter, no blanks around it, no controls.

    Names from file systems, tables and course files are compared in this form: macOS takes letters
    apart (NFD), spreadsheets and forms do not, and both add blanks.
    """
    return escape_controls(unicodedata.normalize("NFC", name).strip())


def escape_controls(text: str) -> str:
    """Return `text` with the numbers of the characters that would steer a terminal.

    Characters that join letters stay, though nobody sees them: names of people have them.
    """
    encodable = text.encode("utf-8", "replace").decode()
    return "".join(repr(char)[1:-1] if _steers(char) else char for char in encodable)


def _steers(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Zl", "Zp") or char in TURNS


def escape_unseen(text: str) -> str:
    """Return `text` for a sentence: what cannot be seen, or printed, is shown as its number."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def show_name(name: str) -> str:
    """Return `name` for a sentence: shortened, and what cannot be seen is shown as its number."""
    return escape_unseen(name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}...")


def list_shown(names: Sequence[str], most: int) -> str:
    """Return the first `most` names as a list in a sentence."""
    return join_first([show_name(name) for name in names], most)
