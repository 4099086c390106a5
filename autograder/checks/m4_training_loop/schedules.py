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


@check("step_decay")
def check_step_decay(ask: Ask, rng: Rng) -> None:
    lr, factor, every = round(float(rng.uniform(0.1, 1)), 2), 0.3, int(rng.integers(2, 6))
    wanted = trajectories.step_decay(lr, factor, every)
    follows(ask, f"step_decay({lr}, {factor}, {every})", wanted, range(3 * every + 2))


@check("cosine_schedule")
def check_cosine(ask: Ask, rng: Rng) -> None:
    lr, steps = round(float(rng.uniform(0.1, 1)), 2), int(rng.integers(5, 12))
    wanted = trajectories.cosine_schedule(lr, steps, 0)
    follows(ask, f"cosine_schedule({lr}, {steps})", wanted, range(2 * steps + 3))


@check("cosine_schedule")
def check_warmup(ask: Ask, rng: Rng) -> None:
    lr, warmup = round(float(rng.uniform(0.1, 1)), 2), int(rng.integers(3, 6))
    steps = warmup + int(rng.integers(4, 9))
    wanted = trajectories.cosine_schedule(lr, steps, warmup)
    follows(ask, f"cosine_schedule({lr}, {steps}, warmup={warmup})", wanted, range(steps + 3))
