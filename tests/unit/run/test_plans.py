"""What a dry run tells is what grading would take."""

import json
from pathlib import Path

import pytest

from autograder.intake.find import find_inbox
from autograder.intake.refuse import IMPORT_RULE
from autograder.run.inbox import plan_entries
from tests.unit.intake.hand_ins import MODULES, lay, notebook, solved, zipped

ENGINE, NN = solved("engine"), solved("nn")
WRITING = json.loads(notebook(ENGINE))
WRITING["cells"][0]["source"].insert(0, "%%writefile engine.py\n")


@pytest.mark.parametrize(
    ("files", "taken", "notes", "problem"),
    [
        (
            {"w/home.ipynb": json.dumps(WRITING).encode()},
            {"engine.py": "w/home.ipynb", "w/home.ipynb": "w/home.ipynb"},
            ["engine.py was taken from a cell of w/home.ipynb"],
            "",
        ),
        ({"nn.py": NN}, {"nn.py": "nn.py"}, ["engine.py was not handed in, nn.py needs it"], ""),
        (
            {"engine.py": b"import torch\n"},
            {"engine.py": "engine.py"},
            [f"engine.py imports torch; {IMPORT_RULE}"],
            "",
        ),
        ({"engine.py": ENGINE, "h\u200c.py": b""}, {"engine.py": "engine.py"},
         ["h\\u200c.py was left out: its name has characters that cannot be seen"], ""),
        ({"a/engine.py": ENGINE, "a\nb/nn.py": NN}, {"engine.py": "a/engine.py", "nn.py": "a\\nb/nn.py"},
         ["a\\nb/nn.py was taken too, though the others lie in a"], ""),
        ({"engine.py": b"x" * (513 << 10)}, {}, [], "engine.py holds more than 512 KiB of code"),
        ({"w.zip": zipped({"in.zip": b""})}, {}, [],
         "it holds no source file but in.zip: unpack that, and hand in its files"),
        ({f"{n}.zip": zipped({}) for n in range(11)}, {}, [], "it holds more than 10 archives"),
        ({}, {}, [], ""),
    ],
)  # fmt: skip
def test_a_plan_has_files_notes_and_problem(
    tmp_path: Path, files: dict[str, bytes], taken: dict[str, str], notes: list[str], problem: str
) -> None:
    lay(
        tmp_path,
        {"zoe/engine.py": ENGINE, "ada/": b"", **{f"ada/{k}": v for k, v in files.items()}},
    )
    ada, _ = find_inbox(tmp_path, MODULES).entries
    (plan,) = plan_entries([ada], MODULES)
    assert (dict(plan.files), list(plan.notes), plan.problem) == (taken, notes, problem)
