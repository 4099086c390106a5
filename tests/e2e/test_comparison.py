"""The notebook beside PyTorch: it runs with and without PyTorch, and finds the layer that departs."""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from autograder import templates
from autograder.course import load_course
from autograder.course.assignments import COMPARISON
from autograder.exchange.comparison import TEMPLATE, write_comparison
from autograder.numerics.goldens import load_goldens
from tests.conftest import ROOT
from tests.implementations import ALTERNATIVES, complete, write_reference
from tests.mutants import mutants

COURSE = load_course()
UP_TO_M5 = COURSE.steps_to(COURSE.milestone("m5"))
SOURCE = templates.text(TEMPLATE).partition("# ## 300 steps")[0]
PROGRAM = f"{SOURCE}\nimport json\nprint('\\n' + json.dumps(first))\n"
FIRST = {  # a mistake: where it shows first, in the network of tensor.py and in that of conv.py
    ("m3", "sqrt-forgets-two"): {"dense": "normalise", "conv": None},
    ("m3", "exp-uses-input"): {"dense": "softplus", "conv": None},
    ("m3", "broadcast-averaged"): {"dense": "dense 1", "conv": "dense"},
    ("m3", "repeated-index-lost"): {"dense": "embedding", "conv": None},
    ("m3", "transpose-of-all-axes"): {"dense": "attention", "conv": None},
    ("m3", "max-spreads-to-all"): {"dense": "largest", "conv": None},
    ("m3", "rsub-reversed"): {"dense": "numbers left", "conv": None},
    ("m3", "log-shifted"): {"pieces": "log near 0", "dense": None},
    ("m3", "softmax-not-shifted"): {"pieces": "softmax far out", "dense": None},
    ("m3", "gradients-reset-in-backward"): {"pieces": "minus", "dense": "dense 1"},
    ("m3", "relu-in-place"): {"pieces": "relu at 0", "dense": "relu"},
    ("m3", "numbers-are-float64"): {"pieces": "float32", "dense": None},
    ("m3", "hand-not-averaged"): {"pieces": "hand_gradients", "dense": None},
    ("m5", "hard-coded-strides"): {"patches": "im2col", "windows": None},
    ("m5", "buffers-are-float64"): {"patches": None, "windows": "conv, float32"},
    ("m5", "pool-layer-ignores-stride"): {"conv": None, "windows": "pool, overlap"},
    ("m3", "cross-entropy-sum"): {"dense": "cross-entropy", "conv": "cross-entropy"},
    ("m5", "kernel-flipped"): {"dense": None, "conv": "conv 1"},
    ("m5", "stride-not-handed-back"): {"dense": None, "conv": "conv 2"},
    ("m5", "ties-share"): {"dense": None, "conv": "pool 1"},
    ("m5", "pool-stride-one"): {"dense": None, "conv": "pool 2"},
    ("m5", "flatten-channels-last"): {"dense": None, "conv": "flatten"},
    ("m5", "col2im-channels-last"): {"patches": "col2im", "conv": None},
}


def first_departures(folder: Path) -> dict[str, str | None]:
    """Run the notebook's comparisons in `folder`, as a learner would."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=folder, capture_output=True, text=True, check=True
    )
    found: dict[str, str | None] = json.loads(done.stdout.splitlines()[-1])
    return found


def printed(notebook: Path, folder: Path) -> tuple[str, int]:
    """Execute a notebook in `folder`; return what it printed, and how many pictures it drew."""
    book = nbformat.read(notebook, as_version=4)
    NotebookClient(book, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    outputs = [out for cell in book.cells for out in cell.get("outputs", [])]
    pictures = sum("image/png" in out.get("data", {}) for out in outputs)
    return "".join(out.get("text", "") for out in outputs), pictures


def test_the_notebook_is_in_step_with_its_template(tmp_path: Path) -> None:
    written = write_comparison(tmp_path)
    assert written.read_text() == (ROOT / "assignments" / COMPARISON).read_text(), (
        "run 'make assignments'"
    )


def test_the_reference_agrees_in_all_layers_and_losses(tmp_path: Path) -> None:
    write_reference(UP_TO_M5, tmp_path)
    text, pictures = printed(ROOT / "assignments" / COMPARISON, tmp_path)
    assert text.count("first layer that departs: none") == 2
    assert text.count("first that departs: none") == 3
    assert text.count("together to the end") == 2
    assert "<- departs" not in text
    assert pictures == 1


def test_before_milestone_5_the_dense_network_is_compared(tmp_path: Path) -> None:
    write_reference(UP_TO_M5, tmp_path)
    (tmp_path / "conv.py").unlink()
    assert first_departures(tmp_path) == {"dense": None, "pieces": None}


def test_stubs_say_what_is_missing(tmp_path: Path) -> None:
    for part in UP_TO_M5:
        shutil.copy(ROOT / "assignments" / part.folder / f"{part.module}.py", tmp_path)
    assert first_departures(tmp_path) == {
        "dense": "dense 1", "pieces": "minus", "patches": "im2col", "conv": "conv 1",
        "windows": "conv, no overlap",
    }  # fmt: skip


@pytest.mark.parametrize(
    "folder",
    [each for each in ALTERNATIVES if (each / "conv.py").exists()],
    ids=lambda folder: folder.name,
)
def test_right_work_in_another_style_departs_nowhere(folder: Path, tmp_path: Path) -> None:
    assert {*first_departures(complete(COURSE, folder, tmp_path)).values()} == {None}


@pytest.mark.parametrize(("id", "name"), FIRST)
def test_the_first_layer_that_departs_is_found(id: str, name: str, tmp_path: Path) -> None:
    part = COURSE.milestone(id)
    write_reference(UP_TO_M5, tmp_path)
    (pitfall,) = [each for each in mutants.pitfalls(part) if each.name == name]
    file = tmp_path / f"{part.module}.py"
    file.write_text(pitfall.mutate(file.read_text()))
    found = first_departures(tmp_path)
    assert {key: found[key] for key in FIRST[id, name]} == FIRST[id, name]


def test_what_is_stored_is_whole() -> None:
    stored = load_goldens("compare")
    for network in ("dense", "conv"):
        losses = stored[f"{network}.torch.losses"]
        assert losses.shape == (300,)
        assert losses[0] == stored[f"{network}.torch.out.cross-entropy"]
        assert losses[-1] < 0.6 * losses[0]
    assert all(np.isfinite(array).all() for array in stored.values())


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="'make bench' installs it")
def test_what_is_stored_is_what_pytorch_answers(tmp_path: Path) -> None:
    write_reference(UP_TO_M5, tmp_path)
    program = (
        "for network in ('dense', 'patches', 'conv'):\n"
        "    for name, array in answers_for(network).items():\n"
        "        assert np.allclose(array, stored(network, 'torch')[name], rtol=1e-6), name\n"
    )
    subprocess.run([sys.executable, "-c", f"{SOURCE}\n{program}"], cwd=tmp_path, check=True)
