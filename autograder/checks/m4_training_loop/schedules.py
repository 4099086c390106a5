"""``step_decay`` and ``cosine_schedule``."""

from collections.abc import Callable, Sequence

from autograder.checks.m4_training_loop.common import Rng
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import trajectories
from autograder.numerics.compare import as_floats, close


def follows(ask: Ask, schedule: str, wanted: Callable[[int], float], steps: Sequence[int]) -> None:
    """Compare a schedule with its formula at every step."""
    answer = ask("rates", schedule=schedule, steps=list(steps))
    rates = as_floats(answer["rates"], (len(steps),), schedule)
    for step, rate in zip(steps, rates, strict=True):
        close(rate, wanted(step), f"{schedule} at step {step}", rtol=1e-9)


@check("golden", 1, "step_decay",
       ("What is the rate just before and just after `every` steps?",
        "It stays, then falls by the factor: the exponent is a whole number.",
        "lr * factor ** (step // every)"))  # fmt: skip
def check_step_decay(ask: Ask, rng: Rng) -> None:
    """step_decay multiplies by the factor every so many steps."""
    lr, factor, every = round(float(rng.uniform(0.1, 1)), 2), 0.3, int(rng.integers(2, 6))
    wanted = trajectories.step_decay(lr, factor, every)
    follows(ask, f"step_decay({lr}, {factor}, {every})", wanted, range(3 * every + 2))


@check("golden", 2, "cosine_schedule",
       ("What are the rates at step 0, halfway, at the last step, and after it?",
        "Half a cosine from lr down to 0; from `steps` on it is 0.",
        "lr/2 (1 + cos(pi step / steps)) without warm-up; 0 where step >= steps."))  # fmt: skip
def check_cosine(ask: Ask, rng: Rng) -> None:
    """cosine_schedule falls from lr to 0 along half a cosine, and stays there."""
    lr, steps = round(float(rng.uniform(0.1, 1)), 2), int(rng.integers(5, 12))
    wanted = trajectories.cosine_schedule(lr, steps, 0)
    follows(ask, f"cosine_schedule({lr}, {steps})", wanted, range(2 * steps + 3))


@check("golden", 2, "cosine_schedule",
       ("Which step is the first to have the full rate?",
        "The climb is lr (step + 1) / warmup; the fall begins at, and counts from, step = warmup.",
        "(step - warmup) / (steps - warmup) is how much of the fall is done."))  # fmt: skip
def check_warmup(ask: Ask, rng: Rng) -> None:
    """cosine_schedule climbs to lr in the warm-up, and only then begins to fall."""
    lr, warmup = round(float(rng.uniform(0.1, 1)), 2), int(rng.integers(3, 6))
    steps = warmup + int(rng.integers(4, 9))
    wanted = trajectories.cosine_schedule(lr, steps, warmup)
    follows(ask, f"cosine_schedule({lr}, {steps}, warmup={warmup})", wanted, range(steps + 3))
