"""The alternatives as whole submissions: some hold a module or two and stand on the reference."""

import shutil
from pathlib import Path

from autograder.course import load

ROOT = Path(__file__).parent.parent
ON_THE_REFERENCE = frozenset({"fast"})  # by name: elsewhere a module that is missing must show


def submission(implementation: Path, folder: Path) -> Path:
    """Return `implementation`, or where it stands on the reference both together, in `folder`.

    The reference's modules come first, so that its own replace them: `fast/conv.py` builds on the
    Tensor of `solutions/m3_tensor_autograd`, and on what that calls `_node`.
    """
    if implementation.name not in ON_THE_REFERENCE:
        return implementation
    for milestone in load().milestones:
        shutil.copy(ROOT / "solutions" / milestone.folder / f"{milestone.module}.py", folder)
    shutil.copytree(implementation, folder, dirs_exist_ok=True)
    return folder
