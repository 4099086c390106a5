"""The judge's transformer against PyTorch's stored answers and central differences."""

import numpy as np
import pytest

from autograder.numerics import goldens, transformers
from autograder.numerics import trajectories as steps

PARTS = {
    "norm": lambda w, x: transformers.layer_norm(w, "", x),
    "attention": lambda w, x: transformers.attention(w, "", x, 3),
    "block": lambda w, x: transformers.block(w, "", x, 3),
    "gpt": lambda w, x: transformers.gpt(w, x, 3),
}


def part(name: str, kind: str) -> dict[str, np.ndarray]:
    start = f"{name}/{kind}/"
    return {
        k.removeprefix(start): v
        for k, v in goldens.load_goldens("m6").items()
        if k.startswith(start)
    }


@pytest.mark.parametrize("name", PARTS)
def test_outputs_and_gradients_are_pytorchs(name: str) -> None:
    stored = goldens.load_goldens("m6")
    pulled = PARTS[name](part(name, "weight"), stored[f"{name}/in"])
    by_x, grads = transformers.pull_back(pulled, stored[f"{name}/cotangent"])
    np.testing.assert_allclose(pulled[0], stored[f"{name}/out"], rtol=1e-10, atol=1e-11)
    wanted = part(name, "grad")
    found = grads if name == "gpt" else grads | {"x": by_x}
    assert found.keys() == wanted.keys()
    for key, grad in wanted.items():
        np.testing.assert_allclose(found[key], grad, rtol=1e-9, atol=1e-10, err_msg=key)


RUNS = [("plain", (0.9, 0.999), 1e-8, 0.0), ("eps", (0.8, 0.95), 0.3, 0.0)]
RUNS += [("clipped", (0.9, 0.99), 1e-8, 1.5)]


@pytest.mark.parametrize(("name", "betas", "eps", "most"), RUNS)
def test_adam_is_pytorchs(name: str, betas: tuple[float, float], eps: float, most: float) -> None:
    stored = goldens.load_goldens("m6")
    start, targets, curvatures = (
        [stored[f"{kind}_{k}"] for k in range(3)] for kind in ("start", "target", "curvature")
    )
    slopes = steps.quadratic_slopes(targets, curvatures)
    path, norms = transformers.adam_path(start, slopes, [0.05] * 20, betas, eps, most)
    for k in range(3):
        found = np.stack([at[k] for at in path])
        np.testing.assert_allclose(found, stored[f"{name}_{k}"], rtol=2e-6, atol=1e-6)
    np.testing.assert_allclose(norms, stored[f"{name}_norms"], rtol=1e-5)


def test_bigram_counts_pairs() -> None:
    found = transformers.bigram_frequencies(np.array([0, 1, 0, 1, 1]), 3)
    assert found.tolist() == [[0, 1, 0], [0.5, 0.5, 0], [0, 0, 0]]


def test_cross_entropy_of_equal_logits_is_the_logarithm_of_their_number() -> None:
    assert transformers.cross_entropy(np.zeros((4, 7)), np.arange(4)) == pytest.approx(np.log(7))


def test_greedy_crops_its_context() -> None:
    rng = np.random.default_rng(0)
    w = transformers.draw_transformer(rng, transformers.gpt_shapes(5, 4, 1, 6))
    long, lead = transformers.continue_greedily(w, [0, 1, 2, 3, 4, 0], 3, 2)
    short, _ = transformers.continue_greedily(w, [2, 3, 4, 0], 3, 2)
    assert long[6:] == short[4:]
    assert lead > 0


def test_rows_that_run_apart_have_the_same_logits(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(8)
    weights = transformers.draw_transformer(rng, transformers.gpt_shapes(7, 6, 1, 4))
    ids = rng.integers(0, 7, (5, 6))
    monkeypatch.setattr(transformers, "ROWS", 2)
    assert transformers.gpt_logits(weights, ids, 2) == pytest.approx(
        transformers.gpt(weights, ids, 2)[0]
    )


def test_a_start_knows_nothing_and_is_in_float32() -> None:
    rng = np.random.default_rng(9)
    weights = transformers.start_transformer(rng, transformers.gpt_shapes(30, 8, 2, 32))
    ids = rng.integers(0, 30, (6, 9))
    logits = transformers.gpt_logits(weights, ids[:, :-1], 4).reshape(-1, 30)
    loss = transformers.cross_entropy(logits, ids[:, 1:].ravel())
    assert loss == pytest.approx(np.log(30), abs=0.1)
    assert all((w == w.astype(np.float32)).all() for w in weights.values())
    assert weights["ln_f.gain"].tolist() == [1.0] * 32
    assert weights["head.bias"].tolist() == [0.0] * 30


def test_a_bigram_descends_by_the_gradient_of_its_loss() -> None:
    rng = np.random.default_rng(10)
    table, text = rng.normal(size=(3, 3)), rng.integers(0, 3, 40)
    moved = transformers.bigram_descent(table, text, 1, 0.5)
    slopes = np.zeros_like(table)
    for place in np.ndindex(3, 3):
        losses = []
        for step in (1e-6, -1e-6):
            other = table.copy()
            other[place] += step
            losses.append(transformers.cross_entropy(other[text[:-1]], text[1:]))
        slopes[place] = (losses[0] - losses[1]) / 2e-6
    assert moved == pytest.approx(table - 0.5 * slopes, abs=1e-7)
    long = transformers.softmax(transformers.bigram_descent(table, text, 3000, 4.0))
    assert long == pytest.approx(transformers.bigram_frequencies(text, 3), abs=1e-3)
