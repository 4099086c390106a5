"""Whether the judge runs the layers of a trained model itself, as a score says."""

from pathlib import Path

import pytest

from autograder.course import Course
from tests.conftest import Judge
from tests.implementations import write_reference

RESIDUAL = """


class Residual(Module):
    def __init__(self, nin, classes, rng):
        self.first, self.second = Linear(nin, 48, rng=rng), Linear(48, 48, rng=rng)
        self.last = Linear(48, classes, rng=rng)

    def __call__(self, x):
        hidden = self.first(x).relu()
        return self.last(hidden + self.second(hidden).relu()).log_softmax()


def train_classifier(x, y, seed):
    rng = np.random.default_rng(seed)
    model = Residual(x.shape[1], int(y.max()) + 1, rng)
    fit(model, x, y, 15, 32, SGD(model.parameters(), lr=0.05, momentum=0.9), rng=rng)
    model.eval()
    return model
"""


def measured(judge: Judge, work: Path, check: str) -> dict[str, object]:
    """What a check that passes on `work` notes."""
    (result,) = judge(
        work, check.partition(".")[0], only=frozenset({check}), hidden=False
    ).score.checks
    assert (result.status, result.message) == ("passed", "")
    return result.measurements


@pytest.mark.parametrize("check", ["m4.classifier_alone", "m5.train_cnn_sizes"])
def test_a_chain_of_the_contracts_layers_is_recomputed(
    judge: Judge, reference: Path, check: str
) -> None:
    assert measured(judge, reference, check)["recomputed"] is True


def test_any_other_network_counts_and_is_marked(
    judge: Judge, course: Course, tmp_path: Path
) -> None:
    work = write_reference(course.milestones, tmp_path)
    with (work / "training.py").open("a") as file:
        file.write(RESIDUAL)
    found = measured(judge, work, "m4.classifier_alone")
    assert found["recomputed"] is False
    assert found["accuracy_without_backward"] < 0.3
