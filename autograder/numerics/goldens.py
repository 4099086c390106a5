"""Stored PyTorch answers, one ``.npz`` per milestone, beside the script that made it."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent / "golden"


@cache
def load_goldens(milestone: str) -> dict[str, NDArray[Any]]:
    """Return the arrays of one milestone (``"m1"``) by name."""
    with np.load(FOLDER / f"{milestone}.npz") as stored:
        return dict(stored)
