"""``LayerNorm``: eps, and how it begins."""

import numpy as np

from autograder.checks.m6_transformer.common import DEEP, Rng
from autograder.checks.m6_transformer.models import gave
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import transformers
from autograder.numerics.compare import close


@check("LayerNorm.__call__ LayerNorm.__init__")
def check_layer_norm_eps(ask: Ask, rng: Rng) -> None:
    x = rng.normal(size=(2, 3, 8)) * np.array([1e-3, 3e-3, 1.0])[:, None]
    x[0, 0] = 0.7
    weights = transformers.draw_transformer(rng, transformers.norm_shapes("", 8))
    for program, eps in (("LayerNorm(8)", 1e-5), ("LayerNorm(8, eps=0.25)", 0.25)):
        out = gave(ask, f"model = {program}", weights, [x], 8)[0]
        wanted = transformers.layer_norm(weights, "", x, eps)[0]
        close(out, wanted, f"{program} of vectors that hardly vary, at ", 1e-3)


@check("LayerNorm.__init__")
def check_layer_norm_fresh(ask: Ask, rng: Rng) -> None:
    x = rng.normal(3.0, 2.0, (3, 4, 9))
    out = gave(ask, "model = LayerNorm(9)", {}, [x], 9)[0]
    close(out.mean(axis=-1), np.zeros((3, 4)), "the mean of a vector at ", DEEP)
    close(out.var(axis=-1), np.ones((3, 4)), "the variance of a vector at ", 1e-3)
    for x in (rng.normal(3.0, 2.0, (5, 9)), rng.normal(3.0, 2.0, (2, 3, 2, 9))):
        out = gave(ask, "model = LayerNorm(9)", {}, [x], 9)[0]
        wanted = transformers.layer_norm({"gain": np.ones(9), "bias": np.zeros(9)}, "", x)[0]
        close(out, wanted, f"LayerNorm(9) of x with {x.ndim} axes at ", DEEP)
