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


NORMED = """


class Normed(Module):
    def __init__(self, x, classes, rng):
        self.scale = {"mean": x.mean(axis=0), "deviation": x.std(axis=0) + 0.1}
        self.first, self.last = Linear(x.shape[1], 48, rng=rng), Linear(48, classes, rng=rng)
        self.running = [np.zeros(48, np.float32), np.ones(48, np.float32)]

    def __call__(self, x):
        x = (_tensor(x) - self.scale["mean"]) / self.scale["deviation"]
        hidden = self.first(x)
        if self.training:
            mean, variance = hidden.data.mean(axis=0), hidden.data.var(axis=0)
            self.running = [0.9 * a + 0.1 * b for a, b in zip(self.running, (mean, variance))]
        mean, variance = self.running
        return self.last(((hidden - mean) / np.sqrt(variance + 1e-5)).relu())


def train_classifier(x, y, seed):
    rng = np.random.default_rng(seed)
    model = Normed(x, int(y.max()) + 1, rng)
    fit(model, x, y, 15, 32, SGD(model.parameters(), lr=0.02, momentum=0.9), rng=rng)
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


@pytest.mark.parametrize("network", [RESIDUAL, NORMED], ids=["residual", "normed"])
def test_any_other_network_counts_and_is_marked(
    judge: Judge, course: Course, tmp_path: Path, network: str
) -> None:
    work = write_reference(course.milestones, tmp_path)
    with (work / "training.py").open("a") as file:
        file.write(network)
    found = measured(judge, work, "m4.classifier_alone")
    assert found["recomputed"] is False
    assert found["carried"] > 0.9
    assert found["accuracy_without_backward"] < 0.3
