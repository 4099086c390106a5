"""Names of entries as safe file names."""

import hashlib
import unicodedata

from autograder.intake.rules import LONGEST_NAME, RESERVED


def folder_name(name: str) -> str:
    """Return a safe file name for `name`; two different names never share one."""
    plain = "".join(char if _is_plain(char) else "_" for char in name)
    safe = plain.encode()[:LONGEST_NAME].decode(errors="ignore").strip()
    if safe and safe == name and not name.startswith(".") and name.lower() not in RESERVED:
        return name
    return f"{safe.lstrip('.')}-{short_digest(name)}"


def _is_plain(char: str) -> bool:
    return unicodedata.category(char)[0] in "LN" or char in " -_.@+"


def short_digest(name: str) -> str:
    """Return eight hexadecimal digits that tell names apart."""
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
