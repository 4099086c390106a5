"""How training runs are followed, and what is said of work that does not fit the questions."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from autograder.checks.m4_training_loop.modes import MASKS, RATE, find_paths
from autograder.checks.m4_training_loop.runs import weights_after
from autograder.checks.m4_training_loop.saving import nested
from autograder.checks.m4_training_loop.training import find_samples
from autograder.numerics import trajectories
from autograder.numerics.failure import WrongAnswer
from tests.conftest import Judge

LAYERS = [(np.arange(12.0).reshape(4, 3) / 10 - 0.5, np.array([0.1, -0.2, 0.3]))]
X, Y = np.array([[0.6, -1.1, 0.9, 1.3]]), np.array([2])


def loss_of(x: np.ndarray) -> float:
    return trajectories.batch_cross_entropy(trajectories.network_logits(LAYERS, x), Y)


def test_a_loss_under_dropout_leads_to_the_layers_after_its_mask() -> None:
    masked = X * MASKS[6]
    paths, modes = find_paths(LAYERS, X, Y, np.array([loss_of(masked)]))
    _, after = trajectories.train_layers(LAYERS, [(masked, Y)], [RATE])
    assert modes == ["train"]
    assert any(np.array_equal(path[-1][0][0], after[-1][0][0]) for path in paths)


@pytest.mark.parametrize(
    ("loss", "mode"), [(loss_of(X), "eval"), (loss_of(3 * X), "neither")], ids=["quiet", "other"]
)
def test_other_losses_are_no_training_mode(loss: float, mode: str) -> None:
    assert find_paths(LAYERS, X, Y, np.array([loss, loss])) == ([], [mode])


def test_samples_are_found_by_their_keys() -> None:
    keys = np.random.default_rng(0).normal(size=200)
    order = np.random.default_rng(1).permutation(200)[:50]
    assert find_samples(keys[order], keys).tolist() == order.tolist()
    with pytest.raises(WrongAnswer, match="no sample of x"):
        find_samples(keys[order] + 9.0, keys)


def test_half_of_the_weights_is_a_failure_in_one_sentence() -> None:
    answer = {"weights": {"l0.weight": LAYERS[0][0]}}
    with pytest.raises(WrongAnswer) as caught:
        weights_after(answer, LAYERS)
    assert str(caught.value) == "l0.bias after training: got None, wanted numbers of shape (3,)"


def test_nested_networks_have_the_layers_of_their_size() -> None:
    assert nested((4, 5)) == "l0 = Linear(4, 5); model = Sequential(l0)"
    assert nested((4, 5, 3, 2)) == (
        "l0 = Linear(4, 5); l1 = Linear(5, 3); l2 = Linear(3, 2); "
        "model = Sequential(l0, Tanh(), Sequential(l1), l2)"
    )


UNFIT = [
    (
        "m4.parameters",
        "Module.parameters = lambda self: []",
        r"the shapes in model\.parameters\(\) is \[\], wanted \[\[\d\], .*\]",
    ),
    (
        "m4.overfit_batch",
        "Module.parameters = lambda self: []",
        "ValueError: SGD got no parameters",
    ),
    (
        "m4.overfit_batch",
        "_fit = fit\n"
        "def fit(model, *args, **options):\n"
        "    history = _fit(model, *args, **options)\n"
        "    for p in model.parameters():\n"
        "        p.data = p.data[:1]\n"
        "    return history",
        r"l0\.weight after training: got shape \(1, 24\), wanted \(5, 24\)",
    ),
    (
        "m4.save_path",
        "_save = save\ndef save(model, path):\n    _save(model, f'{path}.npz')",
        r"save\(model, 'folder/([\w.-]+)'\) wrote no such file: in the folder lies \['\1\.npz'\]",
    ),
    (
        "m4.save_load",
        "def save(model, path):\n    open(path, 'wb').write(bytes(1 << 20))",
        r"save\(model, 'folder/model\.npz'\) wrote more than 262,144 bytes for a model of 43 numbers",
    ),
    (
        "m4.save_load",
        "def load(model, path):\n    raise ValueError('not mine')",
        "load, in a new process, of what save wrote: ValueError: not mine",
    ),
]


@pytest.mark.parametrize(
    ("check", "program", "message"), UNFIT, ids=["none", "none", "shapes", "path", "huge", "file"]
)
def test_work_that_does_not_fit_fails_in_one_sentence(
    check: str,
    program: str,
    message: str,
    reference: Path,
    judge: Judge,
    write: Callable[..., Path],
) -> None:
    sources = {file.stem: file.read_text() for file in reference.glob("*.py")}
    work = write(**{**sources, "training": f"{sources['training']}\n{program}\n"})
    (result,) = judge(work, "m4", hidden=False, only=frozenset({check})).score.checks
    assert result.status == "failed"
    first = str(result.message).splitlines()[0]
    assert re.fullmatch(message, first), first
