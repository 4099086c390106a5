"""A GPT that comes back: recomputed where it is the contract's, and refused where nothing is in it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.checks.m6_transformer import training
from autograder.checks.m6_transformer.returned import find_heads, recompute, require_weights
from autograder.course import Course
from autograder.numerics import transformers
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.pieces import collect_parameters
from autograder.score import CheckResult
from tests.conftest import Judge
from tests.implementations import write_reference

SHAPES = transformers.gpt_shapes(7, 6, 2, 12)


@pytest.fixture
def weights() -> transformers.Weights:
    return transformers.draw_transformer(np.random.default_rng(0), SHAPES)


def test_heads_are_found_by_what_the_model_predicts(weights: transformers.Weights) -> None:
    ids = np.random.default_rng(1).integers(0, 7, (5, 6))
    for heads in (1, 3, 12):
        last = transformers.gpt(weights, ids, heads)[0][:, -1]
        assert find_heads(list(weights.items()), 7, 6, ids, last) == heads
    assert find_heads(list(weights.items()), 7, 6, ids, last + 0.5) == 0


def test_other_parameters_are_no_gpt_of_the_contract(weights: transformers.Weights) -> None:
    ids = np.zeros((1, 6), np.int64)
    last = transformers.gpt(weights, ids, 3)[0][:, -1]
    pairs = list(weights.items())
    assert find_heads(pairs, 7, 6, ids, last) == 3
    assert find_heads(pairs, 8, 6, ids, last) == 0
    assert find_heads(pairs[: len(pairs) // 2], 7, 6, ids, last) == 0
    assert find_heads([("table", np.zeros(3))], 7, 6, ids, last) == 0
    assert find_heads([], 7, 6, ids, last) == 0


def test_parameters_come_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.numerics.pieces.PIECE", 4)
    flat, asked = np.arange(10.0), []

    def ask_piece(start: int, stop: int) -> dict[str, Any]:
        asked.append((start, stop))
        return {"shapes": [["a", [2, 3]], ["b", [4]]], "flat": flat[start:stop]}

    (one, a), (other, b) = collect_parameters(ask_piece)
    assert (one, a.tolist(), other, b.tolist()) == ("a", [[0, 1, 2], [3, 4, 5]], "b", [6, 7, 8, 9])
    assert asked == [(0, 4), (4, 8), (8, 12)]


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (None, "the shapes of the parameters: got None, wanted a list"),
        ([["a", [-1]]], "the shape of a parameter: got"),
        ([["a", [2**40]]], "wanted at most 50,000,000"),
        ([["a", [3]]], "got shape (2,), wanted (3,)"),
    ],
)
def test_shapes_that_cannot_be_are_refused(shapes: Any, message: str) -> None:
    with pytest.raises(WrongAnswer) as caught:
        collect_parameters(lambda start, stop: {"shapes": shapes, "flat": np.zeros(2)})
    assert message in caught.value.message


def test_half_of_the_weights_is_said_in_one_sentence(weights: transformers.Weights) -> None:
    half = dict(list(weights.items())[: len(weights) // 2])
    with pytest.raises(WrongAnswer) as caught:
        require_weights(half, SHAPES)
    assert caught.value.message.startswith("model.blocks[1].ln1.bias: got None, wanted")
    wrong = {**weights, "head.bias": np.zeros(3)}
    with pytest.raises(WrongAnswer) as caught:
        require_weights(wrong, SHAPES)
    assert caught.value.message == "model.head.bias: got shape (3,), wanted (7,)"


def test_logits_that_are_not_the_weights_are_refused(weights: transformers.Weights) -> None:
    ids = np.random.default_rng(2).integers(0, 7, (4, 6))
    right = transformers.gpt(weights, ids, 3)[0]
    assert recompute(weights, ids, 3, right + 1e-4) == pytest.approx(right)
    forged = right.copy()
    forged[1, 2, 3] += 9.0
    with pytest.raises(WrongAnswer, match="are not those of a GPT with its parameters"):
        recompute(weights, ids, 3, forged)


TRAIN = "\n\ndef train_gpt(tokens, vocab_size, seed, block_size=64, max_steps=2000):\n"
GELU = """

class _Smooth(Block):
    def __call__(self, x):
        x = x + self.attn(self.ln1(x))
        h = self.fc(self.ln2(x))
        return x + self.out(h * (h * 1.702).sigmoid())


def train_gpt(tokens, vocab_size, seed, block_size=64, max_steps=2000):
    rng = np.random.default_rng(seed)
    model = GPT(vocab_size, block_size, 2, 2, 16, rng=rng)
    model.blocks = [_Smooth(16, 2, rng) for _ in range(2)]
    optimizer = Adam(model.parameters(), lr=1e-2)
    for _ in range(max_steps):
        x, y = get_batch(tokens, block_size, 8, rng)
        optimizer.zero_grad()
        cross_entropy(model(x).reshape(-1, vocab_size), y.ravel()).backward()
        optimizer.step()
    return model
"""
KEPT_ELSEWHERE = f"""

class _Beside(GPT):
    def __call__(self, ids):
        return super().__call__(ids) + Tensor(self.beside)

{TRAIN}    model = _Beside(vocab_size, block_size, 1, 1, 8, rng=np.random.default_rng(seed))
    model.beside = np.random.default_rng(seed).normal(size=vocab_size)
    return model
"""
WITHOUT_PARAMETERS = f"""
{TRAIN}    model = GPT(vocab_size, block_size, 1, 1, 8)
    model.head = lambda x: Tensor(np.zeros((*x.shape[:2], vocab_size)))
    model.parameters = lambda: []
    return model
"""
OTHER_EACH_TIME = f"""
{TRAIN}    model = GPT(vocab_size, block_size, 1, 1, 8 + 2 * (seed % 2))
    head = model.head
    model.head = lambda x: head(x) * 2.0
    model.beside = head
    return model
"""


BY_PAIRS = f"""
{TRAIN}    model = GPT(vocab_size, block_size, 1, 1, 8 + vocab_size, rng=np.random.default_rng(seed))
    for _ in range(PASSES):
        model(np.zeros((1, 1), int)).sum().backward()
    counts = np.ones((vocab_size, vocab_size))
    np.add.at(counts, (tokens[:-1], tokens[1:]), 1)
    for block in model.blocks:
        block.attn.proj.weight.data[...] = block.out.weight.data[...] = 0.0
    model.position_embedding.weight.data[...] = 0.0
    model.token_embedding.weight.data[...] = np.eye(vocab_size, 8 + vocab_size)
    model.ln_f.gain.data[...] = 1 / (8 + vocab_size) ** 0.5  # of a row with a single 1
    table = np.log(counts / counts.sum(axis=1, keepdims=True))
    model.head.weight.data[:vocab_size] = table - table.mean(axis=1, keepdims=True)
    return model
"""


@pytest.fixture
def graded(
    judge: Judge, course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], CheckResult]:
    """Grade the reference with this behind its gpt.py, after a few steps of training."""
    monkeypatch.setitem(training.PLANS, "quick", (16, 5, 32))

    def grade(code: str) -> CheckResult:
        folder = write_reference(course.milestones, tmp_path)
        with (folder / "gpt.py").open("a") as file:
            file.write(code)
        return judge(folder, "m6", hidden=False, only=frozenset({"m6.held_out"})).score.checks[0]

    return grade


@pytest.mark.parametrize(("code", "is_contract"), [("", True), (GELU, False)])
def test_the_score_says_whether_the_loss_is_the_judges(
    graded: Callable[[str], CheckResult], code: str, is_contract: bool
) -> None:
    result = graded(code)
    assert result.measurements["recomputed"] is is_contract
    assert result.message.startswith("the held-out loss a character")
    assert result.status == "failed"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (WITHOUT_PARAMETERS, "the model that train_gpt returns has no parameters"),
        (KEPT_ELSEWHERE, "the parameters of the trained model, copied into another, predict"),
        (OTHER_EACH_TIME, "a second model by train_gpt has parameters of the shapes"),
    ],
)
def test_what_is_not_in_the_parameters_fails(
    graded: Callable[[str], CheckResult], code: str, message: str
) -> None:
    result = graded(code)
    assert (result.status, result.message[: len(message)]) == ("failed", message)
    assert result.measurements["recomputed"] is False


@pytest.mark.parametrize(
    ("passes", "message"),
    [
        (0, "train_gpt's model comes without one call of Tensor.backward"),
        (3, "where Tensor.backward gives gradients of 0 only, train_gpt's model has the loss"),
    ],
)
def test_weights_that_were_counted_fail_though_the_judge_runs_them(
    graded: Callable[[str], CheckResult],
    passes: int,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(training, "LEAD", -0.5)  # a model that knows pairs has learnt enough
    result = graded(BY_PAIRS.replace("PASSES", str(passes)))
    assert (result.status, result.message[: len(message)]) == ("failed", message)
    numbers = result.measurements
    assert (numbers["recomputed"], numbers["backward_passes"]) == (True, passes)


def test_backward_passes_are_counted(graded: Callable[[str], CheckResult]) -> None:
    assert graded("").measurements["backward_passes"] == training.PLANS["quick"][1]


def test_a_loss_that_is_near_is_followed_by_a_second_text(
    graded: Callable[[str], CheckResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "first_loss" not in graded("").measurements
    monkeypatch.setattr(training, "LEAD", -0.7)
    numbers = graded("").measurements
    assert numbers["loss_at_most"] < numbers["first_loss"] <= 1.5 * numbers["loss_at_most"] + 0.2
    assert numbers["loss"] != numbers["first_loss"]
