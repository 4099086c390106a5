"""``l1_penalty``, and what no optimiser should take."""

import numpy as np

from autograder.checks.m5_convolution.common import Measure, Rng, require_refusals
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import close, require_list
from autograder.numerics.tensors import draw_numbers


@check("l1_penalty Tensor.backward")
def check_l1_penalty(ask: Ask, rng: Rng, measure: Measure) -> None:
    alpha = float(rng.uniform(0.2, 0.7))
    params = [draw_numbers(rng, shape) for shape in ((3, 4), (5,), (2, 1, 3))]
    params[0].flat[0] = params[2].flat[-1] = 0.0
    answer = ask("penalise", params=params, alpha=alpha)
    wanted = alpha * sum(float(np.abs(p).sum()) for p in params)
    measure["max_relative_error"] = close(
        answer["penalty"], wanted, "l1_penalty(parameters, alpha)"
    )
    grads = require_list(answer["grads"], len(params), "the gradients")
    for k, (got, p) in enumerate(zip(grads, params, strict=True)):
        close(got, alpha * np.sign(p), f"the gradient of parameter {k} ")


BAD = {
    "RMSprop([], 0.1)": "RMSprop without parameters",
    "RMSprop(P, -0.1)": "RMSprop with a negative rate",
    "RMSprop(P, 0.1, decay=1.0)": "a decay of 1",
    "RMSprop(P, 0.1, decay=-0.1)": "a negative decay",
    "RMSprop(P, 0.1, eps=0.0)": "an eps of 0 for RMSprop",
    "AdamW([], 0.1)": "AdamW without parameters",
    "AdamW(P, -0.1)": "AdamW with a negative rate",
    "AdamW(P, 0.1, betas=(1.0, 0.9))": "a first beta of 1",
    "AdamW(P, 0.1, betas=(0.9, 1.0))": "a second beta of 1",
    "AdamW(P, 0.1, betas=(0.9, -0.5))": "a negative beta",
    "AdamW(P, 0.1, eps=0.0)": "an eps of 0 for AdamW",
    "AdamW(P, 0.1, weight_decay=-0.1)": "a negative weight decay",
    "Nesterov([], 0.1, 0.9)": "Nesterov without parameters",
    "Nesterov(P, -0.1, 0.9)": "Nesterov with a negative rate",
    "Nesterov(P, 0.1, 1.0)": "a momentum of 1",
    "Nesterov(P, 0.1, -0.5)": "a negative momentum",
    "l1_penalty([], 0.1)": "a penalty of no parameters",
    "l1_penalty(P, -0.1)": "a negative alpha",
}


@check("RMSprop.__init__ AdamW.__init__ Nesterov.__init__ l1_penalty")
def check_bad_input(ask: Ask, rng: Rng) -> None:
    numbers = draw_numbers(rng, (4,))
    answer = ask("penalise", params=[numbers], alpha=0.0)
    close(answer["penalty"], 0.0, "l1_penalty with alpha = 0")
    require_refusals(ask, BAD)
