"""Where the learner's stubs and handouts lie."""

from pathlib import Path

PACKAGE = Path(__file__).parent.parent


def folder() -> Path:
    """Return the assignments: inside an installed package, beside it in a checkout."""
    installed = PACKAGE / "assignments"
    return installed if installed.is_dir() else PACKAGE.parent / "assignments"
