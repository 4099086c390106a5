"""The reference solutions as modules, for the numbers of pictures."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

SOLUTIONS = Path(__file__).parents[2] / "solutions"


@contextmanager
def load_references(*names: str) -> Iterator[list[ModuleType]]:
    """Give the reference's modules called `names`; afterwards no name stays taken."""
    folders = sorted(str(folder) for folder in SOLUTIONS.iterdir() if folder.is_dir())
    own = {file.stem for folder in folders for file in Path(folder).glob("*.py")}
    kept = {name: sys.modules.pop(name) for name in own & {*sys.modules}}
    sys.path[:0] = folders
    try:
        yield [importlib.import_module(name) for name in names]
    finally:
        del sys.path[: len(folders)]
        for name in own & {*sys.modules}:
            del sys.modules[name]
        sys.modules.update(kept)
