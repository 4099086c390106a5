"""The folder of the learner's stubs and handouts."""

from pathlib import Path

PACKAGE = Path(__file__).parent.parent
COMPARISON = "j_torch/compare.ipynb"  # beside PyTorch; never graded, so it is no unit
PICTURES = "pictures"  # the folder beside a handout with what it shows


def find_assignments() -> Path:
    """Return the folder of assignments, in an installed package or in a checkout."""
    installed = PACKAGE / "assignments"
    return installed if installed.is_dir() else PACKAGE.parent / "assignments"
