"""The inbox: mostly honest work in many styles, some of it broken, some hostile; no two alike."""

import random
import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.implementations import ALTERNATIVES, ROOT

CLASSROOM = ROOT / "tests" / "classroom"
HONEST = (
    "ada-perfect", "grace_other_style", "linus half done", "noah-overwrites-grads",
    "mina-untouched", "quinn-notebook",
)  # fmt: skip
HOSTILE_SOURCES = (
    "import os\nos._exit(0)\n",
    "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n",
    "held = []\nwhile True:\n    held.append(bytearray(1 << 26))\n",
    "import sys\nsys.stdout.write('x' * (1 << 24))\nraise SystemExit\n",
    "import os\nwhile os.fork() or True:\n    pass\n",
    "import tempfile\nwhile True:\n    tempfile.mkstemp()[0]\n",
)
BROKEN_SOURCES = ("class Value(\n", "\x00", "import nowhere\n", "raise RuntimeError('half done')\n")
SHARE = 0.05  # of the class, hostile; and as much broken

Maker = Callable[[Path, int], None]


def write_inbox(folder: Path, count: int, seed: int) -> list[str]:
    """Write `count` entries in random order; return their names."""
    share = max(1, round(SHARE * count))
    kinds = ["hostile"] * share + ["broken"] * share
    kinds += ["honest"] * (count - len(kinds))
    random.Random(seed).shuffle(kinds)
    names = [f"{kind}-{number:05}" for number, kind in enumerate(kinds)]
    for number, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        MAKERS[kind](folder / name, number)
    return names


def _write_honest(folder: Path, number: int) -> None:
    styles = [CLASSROOM / name for name in HONEST]
    styles += [style for style in ALTERNATIVES if (style / "engine.py").is_file()]
    style = styles[number % len(styles)]
    folder.mkdir(parents=True)
    for file in (f for f in sorted(style.iterdir()) if f.suffix in (".py", ".ipynb")):
        shutil.copy(file, folder)
    _sign(folder, number)


def _write_broken(folder: Path, number: int) -> None:
    if number % 5 == 0:  # an archive that ends in the middle
        folder.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(file := folder.with_suffix(".zip"), "w") as archive:
            archive.writestr("engine.py", f"# {number}\n" * 99)
        file.write_bytes(file.read_bytes()[:-40])
    else:
        _write_source(folder, number, BROKEN_SOURCES)


def _write_hostile(folder: Path, number: int) -> None:
    if number % 4 == 0:
        shutil.copytree(CLASSROOM / "sam-attacks", folder)
        _sign(folder, number)
    else:
        _write_source(folder, number, HOSTILE_SOURCES)


def _write_source(folder: Path, number: int, sources: Sequence[str]) -> None:
    folder.mkdir(parents=True)
    source = sources[number % len(sources)]
    (folder / "engine.py").write_text(f"{source}# {number}\n")
    (folder / "nn.py").write_text("from engine import Value\n")


def _sign(folder: Path, number: int) -> None:
    """Make the work of everybody different: hidden inputs are drawn by its hash."""
    for file in folder.glob("*.py"):
        file.write_text(f"{file.read_text()}\n# entry {number}\n")


MAKERS: dict[str, Maker] = {
    "honest": _write_honest,
    "broken": _write_broken,
    "hostile": _write_hostile,
}
