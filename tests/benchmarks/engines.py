"""What is timed side by side: the reference, PyTorch, scikit-learn and gradients by hand.

Each engine lives in a process of its own with its own number of threads, and does one round when
asked: ``python -m tests.benchmarks.engines NAME`` reads a number a line, and answers each with the
seconds of that round, on the clock and of processor time, and what came out of it. So all of them
wait but one, and a busy moment of the machine hits them alike. *tuned* is `tests/alternatives/fast`.
"""

import json
import math
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from functools import cache, partial
from types import TracebackType
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from autograder.course import load_course
from autograder.data import images, registry, store
from autograder.data.images import Images
from autograder.numerics import classifiers
from autograder.sandbox.environment import KEEP_MEMORY
from tests.benchmarks import steps
from tests.benchmarks.measure import ROOT, THREADS, peak_memory

TUNED = ROOT / "tests/alternatives/fast"
Round = Callable[[int], float]  # given a number, a seed or a size, to what came out
SIZE, BATCH, LR, MOMENTUM = (784, 128, 10), 64, 0.1, 0.9
HIDDEN, EPOCHS = 100, 20  # of the classifiers
UNITS, STEPS = 24, 1000  # of the networks that learn a sine


class Spent(NamedTuple):
    """One round: how long it took on the clock and of processor time, and what came out."""

    seconds: float
    cpu: float
    result: float


class Engine:
    """A process that does rounds of one engine.

    Parameters
    ----------
    name : str
        A key of `ENGINES`.
    threads : int
        For linear algebra.

    Attributes
    ----------
    before : float
        Peak of its memory before any round, in MB.
    """

    def __init__(self, name: str, threads: int = 1) -> None:
        folders = [str(ROOT / "solutions" / one.folder) for one in load_course().milestones]
        first = [str(TUNED)] if name.endswith(", tuned") else []
        path = os.pathsep.join([*first, *folders, str(ROOT)])
        own = {"PYTHONPATH": path, **KEEP_MEMORY, **dict.fromkeys(THREADS, str(threads))}
        command = [sys.executable, "-m", "tests.benchmarks.engines", name]
        self.rounds = 0
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
            env={**os.environ, **own},
        )  # fmt: skip
        (self.before,) = self._answer()  # it is ready, its data are read

    def round(self, number: int | None = None) -> Spent:
        """Do one round: with `number`, or with how many rounds there were before."""
        asked = self.rounds if number is None else number
        self.rounds += 1
        print(asked, file=self.process.stdin, flush=True)
        return Spent(*self._answer())

    def _answer(self) -> list[float]:
        assert self.process.stdout is not None
        told = self.process.stdout.readline()
        if not told:
            raise RuntimeError(f"an engine ended with exit code {self.process.wait()}")
        answer: list[float] = json.loads(told)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, it: BaseException | None, at: TracebackType | None
    ) -> None:
        self.process.communicate()


@cache
def has_mnist() -> bool:
    """Whether MNIST is here; it is not fetched."""
    return store.open_store(load_course().grading.data_dir).holds(
        registry.load_registry().dataset("mnist")
    )


def pictures() -> Images:
    """Return MNIST, or noise of its shape: no engine is faster for what the pixels show."""
    if has_mnist():
        return images.read_mnist(store.open_store(load_course().grading.data_dir))
    rng = np.random.default_rng(0)
    pixels, y = rng.integers(0, 256, (60_000, 784), np.uint8), rng.integers(0, 10, 60_000)
    return Images(pixels, y, pixels[:0], y[:0], 255)


# An epoch: 784-128-10, batches of 64, SGD with momentum; the mean of the last losses comes out


def epoch_of_reference() -> Round:
    """Milestones 3 and 4, or what the path has instead of them."""
    from training import SGD, Linear, ReLU, Sequential, fit  # type: ignore[import-not-found]

    data, rng = pictures(), np.random.default_rng(0)
    x, y = data.x, data.y
    model = Sequential(Linear(*SIZE[:2], rng=rng), ReLU(), Linear(*SIZE[1:], rng=rng))
    optimizer = SGD(model.parameters(), lr=LR, momentum=MOMENTUM)
    return lambda _: _late(fit(model, x, y, 1, BATCH, optimizer, rng=rng)["loss"])


def epoch_of_torch() -> Round:
    """PyTorch, written as its tutorials do; data in memory, indexed batch by batch."""
    import torch  # type: ignore[import-not-found,unused-ignore]
    from torch import nn  # type: ignore[import-not-found,unused-ignore]

    torch.set_num_threads(int(os.environ[THREADS[0]]))
    data = pictures()
    x, y = torch.from_numpy(data.x), torch.from_numpy(data.y)
    model = nn.Sequential(nn.Linear(*SIZE[:2]), nn.ReLU(), nn.Linear(*SIZE[1:]))
    optimizer = torch.optim.SGD(model.parameters(), lr=LR, momentum=MOMENTUM)

    def epoch(_: int) -> float:
        losses = []
        for rows in torch.randperm(len(x)).split(BATCH):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return _late(losses)

    return epoch


def epoch_by_hand() -> Round:
    """``hand_gradients`` of milestone 3 with SGD beside it: NumPy without an engine (tanh)."""
    from tensor import hand_gradients  # type: ignore[import-not-found]

    data, rng = pictures(), np.random.default_rng(0)
    x, y = data.x, data.y
    weights = classifiers.draw_classifier(rng, SIZE, np.float32)
    velocity = {name: np.zeros_like(weight) for name, weight in weights.items()}

    def epoch(_: int) -> float:
        losses, order = [], rng.permutation(len(x))
        for start in range(0, len(x), BATCH):
            rows = order[start : start + BATCH]
            loss, gradients = hand_gradients(x[rows], y[rows], **weights)
            for name, weight in weights.items():
                velocity[name] *= MOMENTUM
                velocity[name] += gradients[name]
                weight -= LR * velocity[name]
            losses.append(loss)
        return _late(losses)

    return epoch


def _late(losses: list[float]) -> float:
    return sum(losses[-100:]) / len(losses[-100:])


# A graph of additions, forward and backward; the gradient comes out


def additions(make: Callable[[float], Any]) -> Round:
    """Return what adds one small leaf `count` times, and goes back."""

    def run(count: int) -> float:
        total, one = make(0.0), make(1.0)
        for _ in range(count):
            total = total + one
        total.backward()
        return float(one.grad)

    return run


def tensor_additions() -> Round:
    """The vectorised engine on numbers: all overhead, no array."""
    from tensor import Tensor

    return additions(Tensor)


def scalar_additions() -> Round:
    """The engine of milestone 1, which is micrograd's kind."""
    from engine import Value  # type: ignore[import-not-found]

    return additions(Value)


# Classifiers on scikit-learn's digits; the held-out accuracy comes out


def digits(seed: int) -> tuple[NDArray[Any], ...]:
    """Return 1,437 digits to train on, and 360 to test with."""
    data = images.read_digits().split(np.random.default_rng(seed), 1437)
    return data.x, data.y, data.x_test, data.y_test


def reference_classifier() -> Round:
    """One hidden layer of the reference, trained by its `fit`."""
    from training import SGD, Linear, ReLU, Sequential, accuracy, fit

    def run(seed: int) -> float:
        (x, y, tests, labels), rng = digits(seed), np.random.default_rng(seed)
        model = Sequential(Linear(64, HIDDEN, rng=rng), ReLU(), Linear(HIDDEN, 10, rng=rng))
        optimizer = SGD(model.parameters(), lr=LR, momentum=MOMENTUM)
        fit(model, x, y, EPOCHS, BATCH, optimizer, rng=rng)
        return float(accuracy(model, tests, labels))

    return run


def sklearn_classifier() -> Round:
    """The same by MLPClassifier: same layers, batches, rate, momentum and epochs."""
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore")  # that it might get better still

    def run(seed: int) -> float:
        x, y, tests, labels = digits(seed)
        model = MLPClassifier(
            hidden_layer_sizes=(HIDDEN,), solver="sgd", alpha=0.0, batch_size=BATCH, learning_rate_init=LR,
            momentum=MOMENTUM, nesterovs_momentum=False, max_iter=EPOCHS, tol=0.0,
            n_iter_no_change=EPOCHS, random_state=seed,
        )  # fmt: skip
        return float(model.fit(x, y).score(tests, labels))

    return run


# y = sin(pi x) from 64 points, whole-set steps of SGD; the error on new points comes out


def sine(seed: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return 64 points and their sines."""
    x = np.random.default_rng(seed).uniform(-1.0, 1.0, (64, 1))
    return x, np.sin(math.pi * x)


def start(seed: int) -> classifiers.Weights:
    """Return first weights: those of the check on sines."""
    rng = np.random.default_rng(seed)
    return classifiers.draw_classifier(rng, (1, UNITS, 1)) | {
        "w1": 2.0 * rng.normal(size=(1, UNITS))
    }


def error(predict: Callable[[NDArray[Any]], NDArray[Any]]) -> float:
    """Return the mean squared error on a grid."""
    grid = np.linspace(-0.9, 0.9, 181)[:, None]
    return float(((predict(grid).ravel() - np.sin(math.pi * grid).ravel()) ** 2).mean())


def sine_by_reference() -> Round:
    """The learner's engine in the loop of milestone 3's probe."""
    from autograder.worker.probes.m3_tensor_autograd import train

    def run(seed: int) -> float:
        x, y = sine(seed)
        batches = np.tile(np.arange(64), (STEPS, 1))
        answer = train(x, y, start(seed), batches, LR, MOMENTUM, STEPS)  # type: ignore[no-untyped-call]
        return error(partial(classifiers.predict_outputs, answer["weights"]))

    return run


def sine_by_hand() -> Round:
    """Layer by layer without autograd: the judge's own derivation."""

    def run(seed: int) -> float:
        x, y = sine(seed)
        batches = np.tile(np.arange(64), (STEPS, 1))
        _, found = classifiers.train_classifier(start(seed), x, y, batches, LR, MOMENTUM)
        return error(partial(classifiers.predict_outputs, found))

    return run


def sine_by_sklearn() -> Round:
    """MLPRegressor, first weights its own; its loss is half of ours, so its rate is twice ours."""
    from sklearn.neural_network import MLPRegressor

    warnings.simplefilter("ignore")

    def run(seed: int) -> float:
        x, y = sine(seed)
        model = MLPRegressor(
            hidden_layer_sizes=(UNITS,), activation="tanh", solver="sgd", alpha=0.0, batch_size=64,
            learning_rate_init=2 * LR, momentum=MOMENTUM, nesterovs_momentum=False, max_iter=STEPS,
            tol=0.0, n_iter_no_change=STEPS, random_state=seed,
        )  # fmt: skip
        return error(model.fit(x, y.ravel()).predict)

    return run


# Steps of networks; the peak of memory comes out


def repeat(make: Callable[[], steps.Step]) -> Callable[[], Round]:
    """Return an engine whose round is so many steps."""

    def engine() -> Round:
        step = make()

        def run(count: int) -> float:
            for _ in range(count):
                step()
            return peak_memory()

        return run

    return engine


MLP_PRODUCTS = steps.mlp_products(BATCH, SIZE)
ENGINES: dict[str, Callable[[], Round]] = {
    "MLP, reference": epoch_of_reference,
    "MLP, tuned": epoch_of_reference,
    "MLP, PyTorch": epoch_of_torch,
    "MLP, by hand": epoch_by_hand,
    "MLP, products alone": repeat(partial(steps.make_products, MLP_PRODUCTS)),
    "CNN, reference": repeat(steps.make_cnn),
    "CNN, tuned": repeat(steps.make_cnn),
    "CNN, PyTorch": repeat(steps.make_cnn_of_torch),
    "CNN, products alone": repeat(partial(steps.make_products, steps.CNN_PRODUCTS)),
    "layer, reference": repeat(steps.make_layer),
    "layer, tuned": repeat(steps.make_layer),
    "GPT, reference": repeat(steps.make_gpt),
    "GPT, tuned": repeat(steps.make_gpt),
    "GPT, PyTorch": repeat(steps.make_gpt_of_torch),
    "GPT, products alone": repeat(partial(steps.make_products, steps.GPT_PRODUCTS)),
    "additions, Tensor": tensor_additions,
    "additions, Value": scalar_additions,
    "digits, reference": reference_classifier,
    "digits, MLPClassifier": sklearn_classifier,
    "sine, reference": sine_by_reference,
    "sine, by hand": sine_by_hand,
    "sine, MLPRegressor": sine_by_sklearn,
}


def _main(name: str) -> None:
    run = ENGINES[name]()
    print(json.dumps([peak_memory()]), flush=True)
    for line in sys.stdin:
        began, cpu = time.perf_counter(), time.process_time()
        result = run(int(line))
        spent = time.perf_counter() - began, time.process_time() - cpu
        print(json.dumps([*spent, result]), flush=True)


if __name__ == "__main__":
    _main(*sys.argv[1:])
