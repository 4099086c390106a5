"""Which of a learner's modules the checks of a milestone can reach, and what changes their hash."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.learning.reach import Reach, find_imports

WORK = {
    "engine.py": "import math\n",
    "nn.py": "from engine import Value\n",
    "tensor.py": "import numpy as np\nimport _ops\n",
    "training.py": "def f():\n    from tensor import Tensor\n",
    "conv.py": "from training import Linear\n",
    "_ops.py": "",
}


def write_files(folder: Path, texts: Mapping[str, str]) -> Path:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("part", "more", "reached"),
    [
        ("m1", {}, {"engine"}),
        ("m2", {}, {"engine", "nn"}),
        ("m4", {}, {"tensor", "training", "_ops"}),
        ("m5", {}, {"tensor", "training", "conv", "_ops"}),
        ("m1", {"engine.py": "from help.deep import ops", "help/deep.py": "import nn"},
         {"engine", "help", "nn"}),
        ("m1", {"engine.py": "import importlib\nimportlib.import_module('n' 'n')\n"},
         {"engine", "nn"}),
        ("m1", {"engine.py": "# nn\n'nn'\nopen('conv.py')"},
         {"engine", "conv", "training", "tensor", "_ops"}),
        ("m1", {"engine.py": "from nn import ("}, {"engine", "nn"}),
        ("m1", {"engine.ipynb": '{"source": ["import nn"]}'}, {"engine", "nn"}),
        ("m1", {"decimal.py": "import conv"},
         {"engine", "decimal", "conv", "training", "tensor", "_ops"}),
        ("m1", {"other.py": "import nn"}, {"engine"}),
    ],
)  # fmt: skip
def test_modules_are_reached_by_whatever_may_import_them(
    tmp_path: Path, course: Course, part: str, more: dict[str, str], reached: set[str]
) -> None:
    reach = Reach(write_files(tmp_path, WORK | more))
    assert reach.find_modules(course.part(part)) == reached


def test_the_hash_follows_content_and_names_of_what_is_reached(
    tmp_path: Path, course: Course
) -> None:
    (own, unit), reach = (course.part("m2"), course.part("r")), Reach(write_files(tmp_path, WORK))
    first = reach.hash_modules(own)
    write_files(tmp_path, {"tensor.py": "x = 1", "math.md": "of no milestone"})
    assert reach.hash_modules(own) == first
    hashes = {first}
    for name, text in [("engine.py", "# a comment"), ("math.py", ""), ("nn.ipynb", "{}")]:
        write_files(tmp_path, {name: text})
        hashes.add(reach.hash_modules(own))
    assert len(hashes) == 4
    before = reach.hash_modules(unit)
    write_files(tmp_path, {"math.md": "of this one"})
    assert reach.hash_modules(unit) != before


def test_what_never_ends_or_cannot_be_read_has_a_hash(tmp_path: Path, course: Course) -> None:
    os.mkfifo(tmp_path / "engine.py")
    (tmp_path / "math.py").symlink_to("/nowhere")
    assert len(Reach(tmp_path).hash_modules(course.part("m1"))) == 64


def test_imports_are_read_wherever_they_stand() -> None:
    text = "try:\n    import a.b, c as d\nexcept ImportError:\n    from e.f import g\n"
    assert find_imports(text + "from . import h\n'i'\nj = 'k'\n") == {"a", "c", "e", "h", ""}
    assert find_imports("exec('import k')\n") == {"import", "k"}
    assert find_imports("x" * 200_000 + " = nn") == {"x" * 200_000, "nn"}
