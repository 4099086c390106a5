"""Whether a trained model's answers go with its numbers into another model."""

import numpy as np

from autograder.checks.m4_training_loop.common import Measure
from autograder.data.images import Images
from autograder.judge.questions import Answer, Ask
from autograder.numerics.compare import as_floats, brief, is_equal
from autograder.numerics.failure import Missed, WrongAnswer
from autograder.numerics.pieces import Parameters, collect_parameters

SAME = 0.5  # of the labels: what rounding or a statistic not carried along may cost


def require_carried(ask: Ask, few: Images, seed: int, measure: Measure) -> None:
    """Fail unless what a model has learnt is in its numbers.

    A model is trained; another, in a process that never saw these images, is trained on others
    whose labels are moved on by one. With the parameters of the first it has to answer as the
    first. Small arrays beside the parameters go along: running means, or what scales the inputs.
    It sees an image less, so parameters that are the images have another shape.

    Parameters
    ----------
    ask, seed, measure : Ask, int and dict
        The check's.
    few : Images
        The first model learns the training images, the other half of the tests.
    """
    half = len(few.y_test) // 2
    tests, classes = few.x_test[half:], int(few.y.max()) + 1
    fewer = min(len(few.y) - 1, half)
    ask.take_fresh_worker()
    ask("watch")
    answer = ask("classify_again", x=few.x, y=few.y, tests=tests, seed=seed, alone=1)
    first = as_floats(answer["together"], (len(tests), classes), "the logits").argmax(axis=1)
    ask.recognise_by({"trained": True})
    numbers = collect_parameters(lambda start, stop: _ask_piece(ask, start, stop))
    ask.take_fresh_worker()
    answer = ask(
        "carry",
        images=few.x_test[:fewer],
        labels=(few.y_test[:fewer] + 1) % classes,
        seed=seed,
        shapes=[[name, list(array.shape)] for name, array in numbers],
        numbers=np.concatenate([np.zeros(0), *(array.ravel() for _, array in numbers)]),
        tests=tests,
    )
    _require_shapes(answer, numbers)
    found = as_floats(
        answer["labels"], first.shape, "the labels by the parameters of another model"
    )
    share = float((found == first).mean())
    ask.recognise_by({"carried": share >= SAME})
    measure["carried"] = share
    if share < SAME:
        raise Missed(
            f"the parameters of a trained model, copied into another, give {share:.0%} of the "
            "labels that it gave: what it learnt is kept elsewhere"
        )


def _ask_piece(ask: Ask, start: int, stop: int) -> Answer:
    answer = ask("collect", start=start, stop=stop)
    ask.recognise_by({"numbers": True})
    return answer


def _require_shapes(answer: Answer, numbers: Parameters) -> None:
    wanted = [list(array.shape) for name, array in numbers if not name]
    if not is_equal(answer["shapes"], wanted):
        raise WrongAnswer(
            f"a second trained model has parameters of the shapes {brief(answer['shapes'])}, "
            f"the first {brief(wanted)}: wanted the same"
        )
