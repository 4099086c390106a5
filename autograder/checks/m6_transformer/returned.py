"""A trained model that comes back: its parameters, and what the judge's own GPT makes of them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.checks.m6_transformer.common import Floats, Ints, Rng
from autograder.data.texts import Text
from autograder.judge.questions import Ask
from autograder.numerics import transformers
from autograder.numerics.compare import (
    as_floats,
    brief,
    close,
    format_number,
    is_equal,
    relative_errors,
    require_count,
)
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.pieces import Parameters, collect_parameters
from autograder.numerics.transformers import Shapes, Weights
from autograder.sandbox.failures import CheckFailure

OUTER = tuple(transformers.gpt_shapes(1, 1, 0, 1))  # the parameters beside the blocks, and in one
INNER = tuple(transformers.block_shapes("", 1))
AGREES = 1e-2  # a model in float32 and the judge's in float64, after training


def require_weights(got: Any, shapes: Shapes) -> Weights:
    """Return a dict of arrays of these shapes, or fail."""
    if not isinstance(got, dict):
        raise WrongAnswer(f"the parameters: got {brief(got)}, wanted one by name")
    return {
        name: as_floats(got.get(name), shape, f"model.{name}") for name, shape in shapes.items()
    }


def recompute(weights: Weights, ids: Ints, n_head: int, logits: Any) -> Floats:
    """Return the judge's logits of a trained model; fail where the model's own are others."""
    with np.errstate(all="ignore"):
        own = transformers.gpt_logits(weights, ids, n_head)
    what = "the trained model's logits are not those of a GPT with its parameters: "
    close(logits, own, f"{what}the one at [{{}}]", AGREES)
    return own


def find_heads(parameters: Parameters, vocab: int, block: int, ids: Ints, last: Floats) -> int:
    """Return the heads of a GPT of the contract that predicts `last` (B, V) after ids; 0 for none.

    How many heads a model has is told by no parameter: each number that divides its width is tried.
    """
    weights = dict(parameters)
    table = weights.get("token_embedding.weight", np.zeros(0))
    width = table.shape[-1]
    if table.ndim != 2 or {k: w.shape for k, w in weights.items()} != transformers.gpt_shapes(
        vocab, block, transformers.count_blocks(weights), width
    ):
        return 0
    with np.errstate(all="ignore"):
        for heads in range(1, width + 1):
            if width % heads == 0:
                own = transformers.gpt_logits(weights, ids, heads)[:, -1]
                if relative_errors(last, own).max() <= AGREES:
                    return heads
    return 0


SEED = 6
FEW_STEPS = 4  # to make another model of the same form
CARRIED = 1e-2
IDLE_WINDOWS = 128  # that a training in vain is asked for; 1,024 at once take 2.3 GB
MOST_IDLE = 20  # steps of a training in vain, where the judge has run the model itself
SPARE = 5.0  # seconds for that beside twice those of the training with gradients


class TrainedGPT:
    """The model that `train_gpt` returns, in the worker that trained it.

    Parameters
    ----------
    ask : Ask
    text : Text
        What it is trained on.
    block, steps : int
        The block size, and at most so many steps.
    beginnings : ndarray of int (B, T)
        Of windows: what follows is never sent.
    """

    def __init__(self, ask: Ask, text: Text, block: int, steps: int, beginnings: Ints) -> None:
        self._ask = ask
        self._asked: dict[str, Any] = {
            "tokens": text.train.astype(np.uint8),
            "vocab_size": len(text.characters),
            "seed": SEED,
            "block_size": block,
            "max_steps": steps,
        }
        self.beginnings = beginnings
        self.logits: Floats = np.zeros(0)  # after the beginnings
        self.passes = 0  # of Tensor.backward, in training

    def collect_named(self) -> Parameters:
        """Return the parameters by the contract's names; none of another model."""
        return collect_parameters(lambda start, stop: self._ask_piece(OUTER, INNER, start, stop))

    def _ask_piece(
        self, names: Sequence[str], inner: Sequence[str], start: int, stop: int
    ) -> dict[str, Any]:
        answer = self._ask_model(self.beginnings, names, inner, start, stop)
        self.logits = self._require_logits(answer["logits"], len(self.beginnings))
        self.passes = require_count(answer["passes"], "the backward passes")
        return answer

    def _ask_model(
        self,
        contexts: Ints,
        names: Sequence[str] = (),
        inner: Sequence[str] = (),
        start: int = 0,
        stop: int = 0,
    ) -> dict[str, Any]:
        return self._ask(
            "predict",
            **self._asked,
            contexts=contexts.astype(np.uint8),
            names=list(names),
            block_names=list(inner),
            start=start,
            stop=stop,
        )

    def _require_logits(self, got: Any, count: int) -> Floats:
        return as_floats(got, (count, self._asked["vocab_size"]), "the logits of what follows")

    def ask_logits(self, windows: Ints, rounds: int) -> Floats:
        """Return the model's own logits (B, R, V) of the last `rounds` of each window.

        It is asked round by round: what is to be guessed is not yet there.
        """
        size = windows.shape[1]
        answers = [
            self._ask_model(windows[:, :length])["logits"] for length in range(size - rounds, size)
        ]
        return np.stack([self._require_logits(got, len(windows)) for got in answers], axis=1)

    def ask_sample(self, ids: Ints, count: int) -> Any:
        """Return what the model makes of a beginning."""
        return self._ask("sample", **self._asked, ids=ids.astype(np.uint8), count=count)["said"]

    def require_carried(self, rng: Rng) -> None:
        """Fail unless what the model knows is in its parameters.

        Its parameters are given to another model of the same form, in a process that knows nothing
        of the text: the characters come in another order.
        """
        parameters = collect_parameters(lambda start, stop: self._ask_piece((), (), start, stop))
        weights = [weight for _, weight in parameters]
        if not weights:
            raise WrongAnswer(
                "the model that train_gpt returns has no parameters: wanted a GPT, whose "
                "parameters() training has moved"
            )
        answer = self._ask_carried(rng, weights)
        logits = self._require_logits(answer["logits"], len(self.beginnings))
        what = "the parameters of the trained model, copied into another, predict something else: "
        close(logits, self.logits, f"{what}the logit at [{{}}]", CARRIED)

    def _ask_carried(self, rng: Rng, weights: Sequence[Floats]) -> dict[str, Any]:
        self._ask.take_fresh_worker()
        other = {"tokens": rng.permutation(self._asked["tokens"]), "seed": SEED + 1}
        wanted = [list(weight.shape) for weight in weights]
        for steps in (FEW_STEPS, self._asked["max_steps"]):
            answer = self._ask(
                "carry",
                **self._asked | other | {"max_steps": steps},
                weights=[weight.astype(np.float32) for weight in weights],
                contexts=self.beginnings.astype(np.uint8),
            )
            if is_equal(answer["shapes"], wanted):
                return answer
        raise WrongAnswer(
            f"a second model by train_gpt has parameters of the shapes {brief(answer['shapes'])}, "
            f"the first {brief(wanted)}: wanted the same"
        )

    def require_gradients(
        self, windows: Ints, wanted: float, is_contract: bool, seconds: float
    ) -> None:
        """Fail where a model with a loss of `wanted` comes of gradients that are all 0, or of none.

        What raises then, or goes on for longer than a training with gradients, has learnt nothing.

        Parameters
        ----------
        windows : ndarray of int (B, T)
        wanted : float
        is_contract : bool
            Whether the judge has run the model: a few steps are enough then.
        seconds : float
            What the training took, by the judge's clock.
        """
        if not self.passes:
            raise WrongAnswer(
                "train_gpt's model comes without one call of Tensor.backward: what it predicts is "
                "counted and not trained"
            )
        size, some = self.beginnings.shape[1], windows[:IDLE_WINDOWS]
        loss = transformers.cross_entropy(
            self._ask_idle(some[:, :size], is_contract, seconds), some[:, size]
        )
        if loss <= wanted:
            raise WrongAnswer(
                f"where Tensor.backward gives gradients of 0 only, train_gpt's model has the loss "
                f"{format_number(loss)}, too: what it predicts is counted and not trained"
            )

    def _ask_idle(self, contexts: Ints, is_contract: bool, seconds: float) -> Floats:
        """Return what a model predicts that was trained without gradients, in a fresh process."""
        self._ask.take_fresh_worker()
        steps = self._asked["max_steps"]
        asked = self._asked | {"max_steps": min(steps, MOST_IDLE) if is_contract else steps}
        try:
            got = self._ask.ask_within(
                SPARE + 2 * seconds,
                "train_without_gradients",
                **asked,
                contexts=contexts.astype(np.uint8),
            )["logits"]
        except CheckFailure:
            got = np.zeros((len(contexts), asked["vocab_size"]))
        self._ask.take_fresh_worker()  # for the twin
        return self._require_logits(got, len(contexts))
