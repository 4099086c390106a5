"""Names of entries, as text in UTF-8 and as safe file names."""

import hashlib
import unicodedata

from autograder.intake.rules import LONGEST_NAME, LONGEST_SHOWN, RESERVED


def folder_name(name: str) -> str:
    """Return a safe file name for `name`; two different names never share one."""
    plain = "".join(char if _is_plain(char) else "_" for char in name)
    safe = plain.encode()[:LONGEST_NAME].decode(errors="ignore").strip()
    if safe and safe == name and not name.startswith(".") and name.lower() not in RESERVED:
        return name
    return f"{safe.lstrip('.')}-{short_digest(name)}"


def _is_plain(char: str) -> bool:
    return unicodedata.category(char)[0] in "LN" or char in " -_.@+"


def show_name(name: str) -> str:
    """Return `name` for a sentence: shortened, and what cannot be seen is escaped."""
    short = name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}..."
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in short
    )


def make_encodable(name: str) -> str:
    """Return `name` with a question mark for each character that UTF-8 cannot encode."""
    return name.encode("utf-8", "replace").decode()


def short_digest(name: str) -> str:
    """Return eight hexadecimal digits that tell names apart."""
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
