"""Handouts in the reader's language."""

from pathlib import Path

from autograder.language.choice import choose_language

ENGLISH_HANDOUT = "README.md"


def find_handout(folder: Path) -> Path:
    """Return the handout of an assignment in the reader's language; else the one in English."""
    own = folder / f"README.{choose_language()}.md"
    return own if own.is_file() else folder / ENGLISH_HANDOUT


def is_handout(name: str) -> bool:
    """Whether a file of an assignment is its handout, in whatever language."""
    return name.startswith("README.") and name.endswith(".md")
