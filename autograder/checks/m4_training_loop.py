"""Milestone 4: is ``training.py`` right?"""

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from autograder.checks.asking import Ask
from autograder.checks.spec import check, row
from autograder.data.images import Images
from autograder.data.points import spiral
from autograder.judging import goldens, idx, thresholds, trajectories
from autograder.judging.compare import as_floats, brief, close, number, same
from autograder.judging.failure import Failed
from autograder.judging.thresholds import AT_LEAST, AT_MOST, Result
from autograder.judging.trajectories import Layers

Rng = np.random.Generator
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Measure = dict[str, float]

BAD = ("ValueError", "TypeError")
ROUNDED = 1e-5  # the tolerance where a right answer may be computed in float32
TRAINED = "fit SGD.step Linear.__call__ Sequential.__call__"


def listed(got: Any, count: int, what: str) -> list[Any]:
    """Return `got` as a list of `count` things, or fail."""
    if not isinstance(got, list) or len(got) != count:
        size = f"{len(got)} of them" if isinstance(got, list) else brief(got)
        raise Failed(f"{what}: got {size}, wanted {count}")
    return got


def rows(got: Any, like: Floats | Ints, what: str) -> Floats:
    """Return `got` as any number of rows shaped like those of `like`, or fail."""
    if not isinstance(got, np.ndarray) or got.ndim != like.ndim:
        shape = f"shape {got.shape}" if isinstance(got, np.ndarray) else brief(got)
        raise Failed(f"{what}: got {shape}, wanted an array of samples, {like.ndim} axes")
    return as_floats(got, (len(got), *like.shape[1:]), what)


def places(got: Any, x: Floats, what: str) -> Ints:
    """Return which row of `x` each row of `got` is, or fail at one that is none."""
    found = rows(got, x, what)
    away = np.abs(found[:, None] - x[None]).max(axis=2)  # (rows, samples)
    if len(found) and away.min(axis=1).max() > ROUNDED:
        strange = found[away.min(axis=1).argmax()]
        raise Failed(f"{what} holds {brief(strange)}, which is no sample of x: values were changed")
    return np.asarray(away.argmin(axis=1)) if len(found) else np.zeros(0, np.int64)


def samples(rng: Rng, count: int) -> tuple[Floats, Ints]:
    """Return rows that all differ, and a label for each that no other has."""
    x = rng.uniform(-2.0, 2.0, (count, 3)).round(3)
    x[:, 1] = np.arange(count) + 0.5
    return x, 100 + rng.permutation(count)


# IDX files

IDX = (
    "What do the first four bytes of the file say?",
    "Two zeros, the type, the number of axes; then four bytes an axis; all big-endian.",
    "np.frombuffer with '>u4' for the sizes, the file's own big-endian type for the numbers.",
)


def reads(ask: Ask, array: NDArray[Any], what: str, name: str = "sample-idx") -> None:
    """Fail unless load_idx gives back `array`."""
    packed = name.endswith(".gz")
    answer = ask("read_idx", name=name, content=_gzip(array) if packed else idx.encode(array))
    close(answer["array"], array.astype(np.float64), f"load_idx of {what}")


def _gzip(array: NDArray[Any]) -> bytes:
    return idx.packed(idx.encode(array))


def pixels(rng: Rng, *shape: int) -> NDArray[np.uint8]:
    """Return bytes of all sizes, the largest among them."""
    array = rng.integers(0, 256, shape).astype(np.uint8)
    array.flat[:3] = 255, 0, 128
    return array


@check("golden", 2, "load_idx", IDX)
def check_idx_images(ask: Ask, rng: Rng) -> None:
    """load_idx reads images: the shape and every pixel, as the file has them."""
    count, high, wide = rng.permutation([3, 4, 5, 6])[:3].tolist()
    reads(ask, pixels(rng, count, high, wide), f"{count} images of {high} x {wide} bytes")
    reads(ask, pixels(rng, 300, 2, 3), "300 images of 2 x 3 bytes")  # a size above one byte


@check("golden", 1, "load_idx",
       ("Which values can a byte hold?",
        "A file of labels has one axis only, and unsigned bytes go up to 255.",
        "Take the number of axes from the fourth byte; read 0x08 as unsigned bytes."))  # fmt: skip
def check_idx_labels(ask: Ask, rng: Rng) -> None:
    """load_idx reads labels: one axis, bytes up to 255."""
    count = int(rng.integers(20, 40))
    reads(ask, pixels(rng, count), f"{count} labels")


@check("golden", 1, "load_idx",
       ("How many bytes has one number of this file?",
        "The third byte: 0x09 int8, 0x0B int16, 0x0C int32, 0x0D float32, 0x0E float64.",
        "A dict from the code to a big-endian dtype: '>i2', '>f4' and so on."))  # fmt: skip
def check_idx_types(ask: Ask, rng: Rng) -> None:
    """load_idx reads the other number types too, all big-endian."""
    for dtype, largest in (
        ("i1", 100),
        ("i2", 30_000),
        ("i4", 2_000_000_000),
        ("f4", 9.0),
        ("f8", 9.0),
    ):
        array = (largest * rng.uniform(-1.0, 1.0, (2, 3))).astype(dtype)
        reads(ask, array, f"a file of {array.dtype.name}")


@check("golden", 1, "load_idx",
       ("How does a file show that it is compressed?",
        "gzip files begin with the bytes 1f 8b; decompressed they are IDX files like any other.",
        "gzip.decompress the content first, then go on as before."))  # fmt: skip
def check_idx_gzip(ask: Ask, rng: Rng) -> None:
    """load_idx reads a file that is compressed with gzip."""
    reads(ask, pixels(rng, 4, 3, 5), "a gzip file", "images-idx3-ubyte.gz")
    reads(ask, pixels(rng, 4, 3, 5), "a plain file", "images-idx3-ubyte")


TRUNCATED: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("a file that ends within the numbers", lambda data: data[:-3]),
    ("a file that ends within the header", lambda data: data[:10]),
    ("a file of three bytes", lambda data: data[:3]),
    ("an empty file", lambda data: b""),
    ("a file with bytes left over", lambda data: data + b"\0\1"),
]


@check("property", 1, "load_idx",
       ("Does the file hold as many bytes as its header promises?",
        "A download that broke off must not become a smaller data set.",
        "Compare the product of the sizes, times the bytes of a number, with what is left."),
)  # fmt: skip
def check_idx_truncated(ask: Ask, rng: Rng) -> None:
    """A truncated IDX file is a ValueError, plain or compressed; a whole one is read."""
    array = pixels(rng, 3, 4, 5)
    reads(ask, array, "a whole file")
    data = idx.encode(array)
    for what, cut in TRUNCATED:
        ask.raises(("ValueError",), what, "read_idx", name="cut-idx", content=cut(data))
    half = idx.packed(data)[:-12]
    ask.raises(("ValueError",), "half a gzip file", "read_idx", name="cut.gz", content=half)


FOREIGN = [
    ("a PNG picture", b"\x89PNG\r\n\x1a\n" + bytes(60)),
    ("a text file", b"5, 0, 4, 1, 9, 2, 1, 3, 1, 4, 3, 5, 3, 6, 1, 7, 2, 8, 6, 9"),
    ("an unknown number type", b"\0\0\x07\1\0\0\0\2\1\2"),
    ("first bytes that are not zero", b"\1\0\x08\1\0\0\0\2\1\2"),
]


@check("property", 1, "load_idx",
       ("How can you tell that a file is no IDX file?",
        "Its first two bytes are zero, and the third is one of six codes.",
        "Raise a ValueError that says what the file begins with."))  # fmt: skip
def check_idx_foreign(ask: Ask, rng: Rng) -> None:
    """A file that is not IDX is a ValueError; one that is, is read."""
    reads(ask, pixels(rng, 3, 4), "an IDX file")
    for what, content in FOREIGN:
        ask.raises(("ValueError",), what, "read_idx", name="other.bin", content=content)


# Splits and batches


def halves(ask: Ask, x: Floats, y: Ints, fraction: float, seeds: Sequence[int]) -> list[list[Ints]]:
    """Return, for each seed, which samples are in training and test set; pairs are compared."""
    answer = ask("split", x=x, y=y, test_fraction=fraction, seeds=list(seeds))
    splits = listed(answer["splits"], len(seeds), "the splits")
    found = [_half(listed(parts, 4, "the parts of a split"), x) for parts in splits]
    pairs = [
        _right_pairs(parts[2 + k], y, at)
        for parts, half in zip(splits, found, strict=True)
        for k, at in enumerate(half)
    ]
    ask.recognise_by({
        "sizes": [[len(at) for at in half] for half in found],
        "different": [len(np.unique(np.concatenate(half))) for half in found],
        "one_end": [bool(len(half[1]) and np.ptp(half[1]) == len(half[1]) - 1) for half in found],
        "same_seed": bool(len(found) > 1 and _equal(found[0], found[1])),
        "pairs": pairs, "x": answer["x"], "y": answer["y"],
    })  # fmt: skip
    return found


def _half(parts: list[Any], x: Floats) -> list[Ints]:
    return [places(parts[0], x, "x_train"), places(parts[1], x, "x_test")]


def _right_pairs(got: Any, y: Ints, at: Ints) -> bool:
    return isinstance(got, np.ndarray) and got.shape == at.shape and bool((got == y[at]).all())


def _equal(one: Sequence[Ints], other: Sequence[Ints]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@check("property", 2, "train_test_split",
       ("Can a sample be in both sets, or in none?",
        "Draw one order of all samples and cut it once; index x and y by the same pieces.",
        "rng.permutation gives the order; one piece of it is the test set, all the rest trains."),
)  # fmt: skip
def check_split_disjoint(ask: Ask, rng: Rng) -> None:
    """A split puts every sample, with its label, into one of the two sets and not into both."""
    x, y = samples(rng, int(rng.integers(20, 30)))
    train, test = halves(ask, x, y, 0.3, [int(rng.integers(1000))])[0]
    both = sorted(set(train.tolist()) & set(test.tolist()))
    if both:
        raise Failed(f"{len(both)} samples are in the training and in the test set: {brief(both)}")
    counts = np.bincount(np.concatenate([train, test]), minlength=len(x))
    if (counts != 1).any():
        raise Failed(f"of {len(x)} samples {int((counts != 1).sum())} are not in exactly one set")
    if not all(ask.exchanges[-1].mark["pairs"]):
        raise Failed("labels do not belong to their samples: y is not split as x is")


@check("property", 1, "train_test_split",
       ("How many of 40 samples are a fifth of them?",
        "test_fraction of all samples go to the test set, the others train.",
        "round(len(x) * test_fraction) samples; 0.2 where nothing is said."))  # fmt: skip
def check_split_share(ask: Ask, rng: Rng) -> None:
    """The test set holds the fraction that was asked for."""
    x, y = samples(rng, 40)
    for fraction in (0.1, 0.25, float(rng.choice([0.4, 0.6, 0.75]))):
        train, test = halves(ask, x, y, fraction, [1])[0]
        if abs(len(test) - 40 * fraction) > 1 or len(train) + len(test) != 40:
            raise Failed(
                f"test_fraction {fraction} of 40 samples: got {len(test)} to test and "
                f"{len(train)} to train, wanted {40 * fraction:g} and {40 - 40 * fraction:g}"
            )


@check("property", 1, "train_test_split",
       ("What if the file is sorted by label?",
        "The last fifth of a sorted file holds classes that training never sees.",
        "Shuffle before cutting, with the generator that is handed in and no other."))  # fmt: skip
def check_split_random(ask: Ask, rng: Rng) -> None:
    """A split is drawn at random: the generator decides, the same seed gives the same split."""
    x, y = samples(rng, 30)
    seed = int(rng.integers(1000))
    first, again, other = halves(ask, x, y, 0.3, [seed, seed, seed + 1])
    if not _equal(first, again):
        raise Failed("the same seed gives two different splits: use only the rng that is given")
    if set(first[1].tolist()) == set(other[1].tolist()):
        raise Failed("another seed gives the same test set: the split is not drawn at random")


Walk = list[list[tuple[Ints, Any]]]  # epochs of batches: which samples, and what came as y


def walks(ask: Ask, x: Floats, y: Ints, size: int, seeds: Sequence[int | None]) -> list[Walk]:
    """Return two epochs of batches for each seed."""
    answer = ask("walk", x=x, y=y, batch_size=size, seeds=list(seeds))
    told = listed(answer["walks"], len(seeds), "the walks")
    found = [[_epoch(epoch, x) for epoch in listed(walk, 2, "the epochs")] for walk in told]
    orders = [[_order(epoch) for epoch in walk] for walk in found]
    ask.recognise_by({
        "sizes": [[[len(at) for at, _ in epoch] for epoch in walk] for walk in found],
        "different": [[len(np.unique(order)) for order in walk] for walk in orders],
        "sorted": [[bool((np.diff(order) > 0).all()) for order in walk] for walk in orders],
        "same_order": [_equal(walk[:1], walk[1:]) for walk in orders],
        "pairs": [_right_pairs(got, y, at) for walk in found for pair in walk for at, got in pair],
        "x": answer["x"], "y": answer["y"],
    })  # fmt: skip
    return found


def _epoch(got: Any, x: Floats) -> list[tuple[Ints, Any]]:
    if not isinstance(got, list):
        raise Failed(f"wanted batches, got {brief(got)}")
    pairs = [listed(pair, 2, "what a batch is made of") for pair in got]
    return [(places(pair[0], x, "a batch of x"), pair[1]) for pair in pairs]


def _order(epoch: list[tuple[Ints, Any]]) -> Ints:
    return np.concatenate([at for at, _ in epoch]) if epoch else np.zeros(0, np.int64)


@check("property", 2, "batches",
       ("Is there a sample that no batch holds, or that two hold?",
        "Go through the order in slices of batch_size; the slices must not overlap.",
        "Slices start at 0, batch_size, 2 batch_size, ...: range(0, len(x), batch_size)."),
)  # fmt: skip
def check_batches_cover(ask: Ask, rng: Rng) -> None:
    """The batches of an epoch hold every sample exactly once, shuffled or not."""
    for count, size in ((12, 4), (11, 4), (7, 3)):
        x, y = samples(rng, count)
        for walk in walks(ask, x, y, size, [None, int(rng.integers(1000))]):
            for epoch in walk:
                counts = np.bincount(_order(epoch), minlength=count)
                if (counts != 1).any():
                    worst = int(np.abs(counts - 1).argmax())
                    raise Failed(f"{count} samples in batches of {size}: sample {worst} comes "
                                 f"{counts[worst]} times in an epoch, wanted once")  # fmt: skip


@check("property", 1, "batches",
       ("What is left when 11 samples go in batches of 4?",
        "The last batch is shorter, and is a batch like the others.",
        "A slice beyond the end is cut by itself: no special case is needed."))  # fmt: skip
def check_batches_last(ask: Ask, rng: Rng) -> None:
    """The last batch is shorter where the batch size does not divide; it is not dropped."""
    for count, size in ((11, 4), (12, 4), (3, 8), (int(rng.integers(13, 16)), 6)):
        x, y = samples(rng, count)
        wanted = [size] * (count // size) + [count % size] * (count % size > 0)
        for walk in walks(ask, x, y, size, [None, 1]):
            sizes = [len(at) for at, _ in walk[0]]
            same(sizes, wanted, f"the sizes of {count} samples in batches of {size}")


@check("property", 3, "batches",
       ("Is the label beside an image still that image's label?",
        "One order for both: shuffled apart, a network learns nothing.",
        "Draw the permutation once, then index x and y by the same slice of it."))  # fmt: skip
def check_batches_pairs(ask: Ask, rng: Rng) -> None:
    """Every sample keeps its own label, shuffled or not."""
    x, y = samples(rng, 17)
    for walk in walks(ask, x, y, 5, [None, int(rng.integers(1000))]):
        if min(len(_order(epoch)) for epoch in walk) < 17:
            raise Failed("an epoch holds fewer than the 17 samples that there are")
        for at, got in (batch for epoch in walk for batch in epoch):
            wanted = y[at]
            labels = as_floats(got, wanted.shape, "a batch of y")
            if (labels != wanted).any():
                raise Failed(f"the samples {brief(at)} come with the labels {brief(labels)}, "
                             f"wanted {brief(wanted)}: x and y are shuffled apart")  # fmt: skip


@check("property", 1, "batches",
       ("When should the order be another, and when not?",
        "Without a generator the order is kept; with one it is drawn anew every time.",
        "Draw a permutation only if rng is given, from that rng, and never seed it again."),
)  # fmt: skip
def check_batches_order(ask: Ask, rng: Rng) -> None:
    """Without a generator the order is kept; with one every epoch has its own, set by the seed."""
    x, y = samples(rng, 20)
    seed = int(rng.integers(1000))
    plain, first, again, other = [
        [_order(epoch) for epoch in walk]
        for walk in walks(ask, x, y, 6, [None, seed, seed, seed + 1])
    ]
    if not np.array_equal(plain[0], np.arange(20)):
        raise Failed("without rng the samples come in another order than they have")
    if not _equal(first, again):
        raise Failed("the same seed gives two different orders: draw from the rng that is given")
    if np.array_equal(first[0], np.arange(20)) or _equal(first[:1], other[:1]):
        raise Failed("rng does not decide the order of the samples")
    if _equal(first[:1], first[1:]):
        raise Failed("the second epoch has the order of the first: draw a new one every time")


@check("property", 1, "train_test_split batches",
       ("What does rng.shuffle do to the array it is given?",
        "It shuffles in place: whoever else holds the array finds it changed.",
        "Shuffle an array of indices, never x or y themselves."))  # fmt: skip
def check_data_untouched(ask: Ask, rng: Rng) -> None:
    """Neither a split nor batches change x or y."""
    x, y = samples(rng, 15)
    halves(ask, x, y, 0.3, [1])
    _untouched(ask, x, y, "train_test_split")
    walks(ask, x, y, 4, [1])
    _untouched(ask, x, y, "batches")


def _untouched(ask: Ask, x: Floats, y: Ints, what: str) -> None:
    after = ask.exchanges[-1].answer
    close(after["x"], x, f"x after {what}", rtol=0.0)
    close(after["y"], y, f"y after {what}", rtol=0.0)


# Layers

Weights = dict[str, Floats]


def ran(
    ask: Ask, names: str, program: str, weights: Weights, x: Floats, cotangent: Floats
) -> dict[str, Any]:
    """Ask for a model's output and gradients."""
    answer = ask("run", names=names, program=program, weights=weights, x=x, cotangent=cotangent)
    if not isinstance(answer["grads"], dict):
        raise Failed("the answer lacks gradients")
    return answer


LINEAR = ("Linear", "layer = Linear(3, 4); model = layer")


def linear_case(rng: Rng) -> tuple[Weights, Floats, Floats]:
    """Return weights of a Linear(3, 4), an input and a cotangent."""
    weight, bias = rng.normal(size=(3, 4)), rng.normal(size=4)
    weights = {"layer.weight": weight, "layer.bias": bias}
    return weights, rng.normal(size=(6, 3)), rng.normal(size=(6, 4))


@check("golden", 2, "Linear.__init__ Linear.__call__",
       ("What are the shapes of x, weight and bias, and in which order do they go?",
        "A row of x times the weight (nin, nout), plus the bias (nout,).",
        "x @ self.weight + self.bias, of Tensors all the way."))  # fmt: skip
def check_linear(ask: Ask, rng: Rng) -> None:
    """A Linear layer is x @ weight + bias."""
    weights, x, cotangent = linear_case(rng)
    weight, bias = weights.values()
    out = ran(ask, *LINEAR, weights, x, cotangent)["out"]
    close(out, x @ weight + bias, "Linear(3, 4) of x", ROUNDED)
    deep, both = rng.normal(size=(2, 5, 3)), rng.normal(size=(2, 5, 4))
    out = ran(ask, *LINEAR, weights, deep, both)["out"]
    close(out, deep @ weight + bias, "Linear(3, 4) of x with three axes", ROUNDED)


@check("golden", 2, "Linear.__init__ Linear.__call__",
       ("Which of the three gradients is wrong: weight, bias or x?",
        "A layer made of Tensor operations gets its gradients for free.",
        "Never touch .data inside a forward pass; weight and bias are Tensors themselves."),
)  # fmt: skip
def check_linear_gradient(ask: Ask, rng: Rng, measure: Measure) -> None:
    """A Linear layer has the gradients of weight, bias and x."""
    weights, x, cotangent = linear_case(rng)
    grads = ran(ask, *LINEAR, weights, x, cotangent)["grads"]
    wanted = {
        "layer.weight": x.T @ cotangent,
        "layer.bias": cotangent.sum(axis=0),
        "x": cotangent @ weights["layer.weight"].T,
    }
    errors = [
        close(grads.get(k), want, f"the gradient of {k}", ROUNDED) for k, want in wanted.items()
    ]
    measure["max_relative_error"] = max(errors)


def drawn(ask: Ask, layer: str, shape: tuple[int, int], seeds: Sequence[int]) -> list[list[Floats]]:
    """Return weight and bias of a fresh layer for each seed."""
    answer = ask("fresh", layer=layer, seeds=list(seeds))
    made = [
        [as_floats(weight, shape, f"the weight of {layer}"), as_floats(bias, shape[1:], "its bias")]
        for weight, bias in (
            listed(pair, 2, "weight and bias")
            for pair in listed(answer["layers"], len(seeds), "layers")
        )
    ]
    ask.recognise_by({
        "deviations": [[round(float(a.std()), 3) for a in pair] for pair in made],
        "means": [[round(float(a.mean()), 2) for a in pair] for pair in made],
        "same": bool(np.array_equal(made[0][0], made[-1][0])),
        "different": min(len(np.unique(made[0][0])), 9),
    })  # fmt: skip
    return made


def spread(ask: Ask, rng: Rng, layer: str, variance: Callable[[int, int], float]) -> float:
    """Fail unless the weights of `layer` have mean 0 and that variance; return the deviation."""
    nin = int(rng.integers(150, 250))
    nout = 3 * nin
    weight, _ = drawn(ask, layer.format(nin, nout), (nin, nout), [int(rng.integers(1000))])[0]
    wanted, got = math.sqrt(variance(nin, nout)), float(weight.std())
    if abs(got - wanted) > 0.03 * wanted or abs(weight.mean()) > 0.03 * wanted:
        raise Failed(
            f"the weights of {layer.format(nin, nout)} have mean {number(weight.mean())} and "
            f"standard deviation {number(got)}, wanted 0 and {number(wanted)}"
        )
    return got


@check("property", 2, "Linear.__init__",
       ("How does the variance of a sum of nin terms grow with nin?",
        "He: variance 2 / nin, so that it survives a ReLU, which halves it.",
        "A standard normal draw of shape (nin, nout), times the square root of 2 / nin."),
)  # fmt: skip
def check_init_he(ask: Ask, rng: Rng, measure: Measure) -> None:
    """He initialisation has variance 2 / nin, and is what a Linear layer gets by default."""
    for layer in ("Linear({}, {}, 'he', rng=rng)", "Linear({}, {}, rng=rng)"):
        measure["deviation"] = spread(ask, rng, layer, lambda nin, nout: 2 / nin)


@check("property", 1, "Linear.__init__",
       ("Which two numbers does Glorot balance?",
        "Variance 2 / (nin + nout): between what forward and what backward would like.",
        "The factor is the square root of 2 / (nin + nout)."))  # fmt: skip
def check_init_glorot(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Glorot initialisation has variance 2 / (nin + nout)."""
    layer = "Linear({}, {}, init='glorot', rng=rng)"
    measure["deviation"] = spread(ask, rng, layer, lambda nin, nout: 2 / (nin + nout))


@check("property", 1, "Linear.__init__",
       ("Where does a fresh weight come from?",
        "All weights of a layer differ, biases are 0, and the generator alone decides.",
        "Draw from the rng that is given; zeros only where init says so, and for the bias."),
)  # fmt: skip
def check_init_drawn(ask: Ask, rng: Rng) -> None:
    """Fresh biases are 0; weights follow the generator, or are 0 where init is zeros."""
    seed = int(rng.integers(1000))
    for init in ("he", "glorot"):
        layer = f"Linear(5, 4, init='{init}', rng=rng)"
        (first, bias), (other, _), (again, _) = drawn(ask, layer, (5, 4), [seed, seed + 1, seed])
        close(bias, np.zeros(4), f"the bias of {layer}", rtol=0.0)
        close(again, first, f"the weights of {layer} with the same seed", rtol=0.0)
        if len(np.unique(first)) < 20 or np.array_equal(first, other):
            raise Failed(f"the weights of {layer} must all differ, and differ with the seed")
    weight, _ = drawn(ask, "Linear(5, 4, init='zeros', rng=rng)", (5, 4), [seed])[0]
    close(weight, np.zeros((5, 4)), "the weights with init='zeros'", rtol=0.0)


@check("golden", 1, "ReLU.__call__ Tanh.__call__",
       ("Which method of Tensor does the work?",
        "Each is one method call on the Tensor that comes in.",
        "x.relu() and x.tanh(), on Tensors: .data has no way back."))  # fmt: skip
def check_activations(ask: Ask, rng: Rng) -> None:
    """ReLU and Tanh: values and gradients."""
    x, cotangent = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    for name, out, slope in (
        ("ReLU", np.maximum(x, 0.0), (x > 0) * 1.0),
        ("Tanh", np.tanh(x), 1 - np.tanh(x) ** 2),
    ):
        answer = ran(ask, name, f"model = {name}()", {}, x, cotangent)
        close(answer["out"], out, f"{name}() of x", ROUNDED)
        close(
            answer["grads"].get("x"), slope * cotangent, f"the gradient of {name}() by x", ROUNDED
        )


def dense(size: Sequence[int], between: str = "Tanh()") -> str:
    """Return a program that makes a network of Linear layers ``l0``, ``l1``, ..."""
    pairs = list(zip(size, size[1:], strict=False))
    layers = [f"l{k} = Linear({nin}, {nout})" for k, (nin, nout) in enumerate(pairs)]
    chain = f", {between}, ".join(f"l{k}" for k in range(len(pairs)))
    return "; ".join([*layers, f"model = Sequential({chain})"])


DENSE = "Dropout, Linear, ReLU, Sequential, Tanh"


def named(layers: Layers) -> Weights:
    """Return the arrays by the names that `dense` gives them."""
    return {
        f"l{k}.{part}": array
        for k, pair in enumerate(layers)
        for part, array in zip(("weight", "bias"), pair, strict=True)
    }


def size_of(layers: Layers) -> list[int]:
    """Return the layer sizes of a network."""
    return [len(layers[0][0]), *(len(bias) for _, bias in layers)]


@check("golden", 1, "Sequential.__init__ Sequential.__call__",
       ("Where does the second module get its input from?",
        "Each takes what the one before it returned, in the order given.",
        "A loop over all of them: each turns x into the next x; return the last."))  # fmt: skip
def check_sequential(ask: Ask, rng: Rng) -> None:
    """Sequential runs its modules one after the other, in order."""
    layers = trajectories.draw([3, 5, 4, 2], rng)
    x, cotangent = rng.normal(size=(7, 3)), rng.normal(size=(7, 2))
    answer = ran(ask, DENSE, dense([3, 5, 4, 2]), named(layers), x, cotangent)
    close(answer["out"], trajectories.logits(layers, x), "the output of the network", ROUNDED)
    for name in named(layers):
        grad = as_floats(answer["grads"].get(name), named(layers)[name].shape, f"{name}.grad")
        if not np.abs(grad).max() > 0:
            raise Failed(f"{name}.grad is 0: this layer does not take part in the output")


def looked(
    ask: Ask, names: str, program: str, expressions: Sequence[str], **arrays: Any
) -> list[Any]:
    """Ask for the values of expressions after a program."""
    answer = ask("look", names=names, program=program, expressions=list(expressions), arrays=arrays)
    return listed(answer["values"], len(expressions), "the values")


def holds(ask: Ask, names: str, program: str, wanted: Sequence[Sequence[int]], own: str) -> None:
    """Fail unless ``model.parameters()`` has these shapes and holds the Tensors `own` lists."""
    shapes, different, found = looked(ask, names, program, [
        "sorted(list(p.shape) for p in model.parameters())",
        "len(set(map(id, model.parameters())))",
        f"[any(p is q for q in model.parameters()) for p in ({own})]",
    ])  # fmt: skip
    same(shapes, sorted(map(list, wanted)), "the shapes in model.parameters()")
    same(different, len(wanted), "the different objects in model.parameters()")
    same(found, [True] * len(own.split(",")), f"whether {own} are in model.parameters()")


@check("property", 2, "Module.parameters Sequential.__init__",
       ("Which Tensors does the optimiser have to move?",
        "All weights and all biases of all layers, each once.",
        "Walk through everything that a module holds; a Tensor there is a parameter."))  # fmt: skip
def check_parameters(ask: Ask, rng: Rng) -> None:
    """parameters() lists every weight and every bias of a network, once."""
    a, b, c = rng.permutation([2, 3, 4, 5, 6])[:3].tolist()
    wanted = [[a, b], [b], [b, c], [c]]
    holds(ask, DENSE, dense([a, b, c]), wanted, "l0.weight, l0.bias, l1.weight, l1.bias")


NESTED = """
class Block(Module):
    def __init__(self, n):
        super().__init__()
        self.first = Linear(n, n + 1)
        self.more = [Linear(n + 1, 2), Sequential(Linear(2, n), Dropout(0.5))]
        self.scale = Tensor(np.ones(n))
        self.name = "block"

    def __call__(self, x):
        out = self.first(x)
        for layer in self.more:
            out = layer(out)
        return out * self.scale
"""


@check("property", 1, "Module.parameters",
       ("What can a module hold besides Linear layers?",
        "Modules within modules, lists of modules, Tensors of its own.",
        "Look at every value in vars(self); go into modules, lists and tuples; keep Tensors."),
)  # fmt: skip
def check_parameters_nested(ask: Ask, rng: Rng) -> None:
    """parameters() also finds what lies in modules within modules, in lists, and Tensors alone."""
    n = int(rng.integers(3, 9))
    program = f"{NESTED}\nblock = Block({n}); model = Sequential(block, Sequential(Linear({n}, 7)))"
    wanted = [[n, n + 1], [n + 1], [n + 1, 2], [2], [2, n], [n], [n], [n, 7], [7]]
    own = "block.first.bias, block.more[0].weight, block.scale"
    holds(ask, f"Module, {DENSE}", program, wanted, own)


CLEARING = """
layer = Linear(3, 2); optimizer = SGD(layer.parameters(), lr=0.1); found = []
for clear in (layer.zero_grad, optimizer.zero_grad):
    for _ in range(2):
        clear()
        (layer(Tensor(x)) * Tensor(c)).sum().backward()
    found += [np.array(layer.weight.grad), np.array(layer.bias.grad)]
"""


@check("property", 1, "Module.zero_grad SGD.zero_grad Linear.__call__",
       ("Which numbers does backward add to?",
        "The gradients of the last step, unless somebody clears them.",
        "Set .grad of every parameter back, in both: the model's and the optimiser's."),
)  # fmt: skip
def check_zero_grad(ask: Ask, rng: Rng) -> None:
    """zero_grad forgets the gradients: the model's and the optimiser's."""
    x, c = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    found = listed(looked(ask, "Linear, SGD", CLEARING, ["found"], x=x, c=c)[0], 4, "the gradients")
    for place, who in ((0, "model.zero_grad"), (2, "optimizer.zero_grad")):
        close(found[place], x.T @ c, f"weight.grad of a second pass after {who}", ROUNDED)
        close(found[place + 1], c.sum(axis=0), f"bias.grad of a second pass after {who}", ROUNDED)


# Dropout


def dropped(
    ask: Ask, rng: Rng, p: float, training: bool = True, seed: int = 0
) -> dict[str, Floats]:
    """Ask for Dropout(p) of numbers away from 0; return x, the cotangent and the answers."""
    signs = np.where(rng.random((60, 50)) < 0.5, -1.0, 1.0)
    x, cotangent = signs * rng.uniform(0.5, 2.0, signs.shape), rng.uniform(0.5, 2.0, signs.shape)
    answer = ask("drop", p=p, x=x, cotangent=cotangent, seed=seed, training=training)
    known = {"x": x, "cotangent": cotangent}
    found = {k: as_floats(answer[k], x.shape, f"Dropout: {k}") for k in ("out", "grad", "again")}
    factor = found["out"] / x
    ask.recognise_by({
        "share": round(float((factor == 0).mean()), 1),
        "factors": np.unique(factor.round(5))[:5].tolist(),
        "gradient": round(float(np.isclose(found["grad"] / cotangent, factor).mean()), 1),
        "again": round(float((found["again"] == found["out"]).mean()), 1),
        "row": bool((factor == factor[:1]).all()),
        "column": bool((factor == factor[:, :1]).all()),
    })  # fmt: skip
    return known | found


@check("property", 1, "Dropout.__init__ Dropout.__call__",
       ("Is p the share that is dropped or the share that is kept?",
        "Dropped. What is kept is scaled so that the mean stays what it was.",
        "Keep where a uniform draw is at least p, and divide by 1 - p."))  # fmt: skip
def check_dropout_share(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Dropout zeroes the share p and scales the rest by 1 / (1 - p)."""
    p = float(rng.choice([0.2, 0.3]))
    found = dropped(ask, rng, p, seed=int(rng.integers(1000)))
    kept = found["out"] != 0
    measure["dropped"] = share = float(1 - kept.mean())
    if abs(share - p) > 0.05:
        raise Failed(f"Dropout({p}) sets {share:.1%} of the values to 0, wanted {p:.0%}")
    factors = (found["out"] / found["x"])[kept]
    wanted = np.full(factors.shape, 1 / (1 - p))
    close(factors, wanted, f"the factor on a value that Dropout({p}) kept", ROUNDED)


@check("property", 1, "Dropout.__init__ Dropout.__call__",
       ("Which values fall away the next time?",
        "Others: every value of every call has its own draw, from the generator given.",
        "Draw an array of x's shape inside the call."))  # fmt: skip
def check_dropout_fresh(ask: Ask, rng: Rng) -> None:
    """Dropout draws anew for every value and call, from its generator; p = 0 drops nothing."""
    seed, state = int(rng.integers(1000)), rng.integers(1 << 30)
    runs = [dropped(ask, np.random.default_rng(state), 0.4, seed=s) for s in (seed, seed, seed + 1)]
    masks = [run["out"] != 0 for run in runs]
    if len(np.unique(masks[0], axis=0)) < 60 or len(np.unique(masks[0], axis=1).T) < 50:
        raise Failed("whole rows or columns are dropped alike: draw for every value")
    if np.array_equal(masks[0], runs[0]["again"] != 0):
        raise Failed("the second call drops the same values as the first: draw in every call")
    if not np.array_equal(masks[0], masks[1]) or np.array_equal(masks[0], masks[2]):
        raise Failed("the generator that is given does not decide what is dropped")
    nothing = dropped(ask, rng, 0.0)
    close(nothing["out"], nothing["x"], "Dropout(0.0) of x", ROUNDED)


@check("property", 1, "Dropout.__call__",
       ("Which values of x can still move the loss?",
        "The gradient passes where the value passed, with the same factor.",
        "Multiply x by one constant mask: the product rule does the rest."))  # fmt: skip
def check_dropout_gradient(ask: Ask, rng: Rng) -> None:
    """Dropout's gradient passes where the values passed, with the same factor."""
    found = dropped(ask, rng, 0.3, seed=int(rng.integers(1000)))
    wanted = found["cotangent"] * np.where(found["out"] != 0, 1 / 0.7, 0.0)
    close(found["grad"], wanted, "the gradient of Dropout(0.3) by x", ROUNDED)


@check("property", 2, "Dropout.__call__ Module.eval",
       ("Should a prediction depend on luck?",
        "In evaluation mode dropout passes everything through unchanged, unscaled too.",
        "Return x itself where self.training is False."))  # fmt: skip
def check_dropout_eval(ask: Ask, rng: Rng) -> None:
    """In evaluation mode dropout does nothing; in training mode it does."""
    quiet = dropped(ask, rng, 0.4, training=False)
    close(quiet["out"], quiet["x"], "Dropout(0.4) of x in evaluation mode", ROUNDED)
    close(quiet["grad"], quiet["cotangent"], "its gradient in evaluation mode", ROUNDED)
    loud = dropped(ask, rng, 0.4)
    if not (loud["out"] == 0).any():
        raise Failed("Dropout(0.4) drops nothing in training mode")


MODES = f"""{NESTED}
model = Sequential(Sequential(Dropout(0.5)), Dropout(0.5)); block = Block(3)
block.first = Dropout(0.5); block.more = [Dropout(0.5)]; block.scale = 1.0; found = []
for each in (model, block):
    for mode in (each.eval, each.train, each.eval):
        mode()
        found.append(np.array(each(Tensor(x)).data))
"""


@check("property", 1, "Module.train Module.eval Dropout.__call__",
       ("Which modules does eval() of the whole model reach?",
        "All: those in lists, in attributes and in other modules too; and train() brings all back.",
        "Set training on every module of the same walk that finds the parameters."))  # fmt: skip
def check_modes(ask: Ask, rng: Rng) -> None:
    """eval() and train() reach every module within modules, and back again."""
    x = rng.uniform(0.5, 2.0, (40, 30))
    got = listed(looked(ask, f"Module, {DENSE}", MODES, ["found"], x=x)[0], 6, "outputs")
    outs = [as_floats(out, x.shape, "an output") for out in got]
    shares = [round(float((out == 0).mean()), 1) for out in outs]
    drops = [0.6 < share < 0.9 for share in shares]
    ask.recognise_by({"drops": drops, "same": [bool(np.allclose(out, x)) for out in outs]})
    for place, out in enumerate(outs):
        holder = ("a Sequential in a Sequential", "a module with a list")[place // 3]
        if place % 3 != 1:
            close(out, x, f"x through dropout in {holder}, after eval()", ROUNDED)
        elif not 0.6 < (out == 0).mean() < 0.9:
            raise Failed(
                f"after train() the dropout in {holder} drops {shares[place]:.0%}, wanted 75 %"
            )


# Optimiser


def descends(
    ask: Ask, start: Sequence[Floats], targets: Sequence[Floats], curvatures: Sequence[Floats],
    rates: Sequence[float], steps: int, momentum: float = 0.0, weight_decay: float = 0.0,
    wanted: Sequence[Floats] | None = None,
) -> float:  # fmt: skip
    """Compare where SGD is after every step with the judge's own path, or with `wanted`."""
    answer = ask(
        "descend", params=list(start), targets=list(targets), curvatures=list(curvatures),
        rates=list(rates), steps=steps, momentum=momentum, weight_decay=weight_decay,
    )  # fmt: skip
    if wanted is None:
        slopes = [trajectories.quadratic(targets, curvatures)] * steps
        each = list(rates) if len(rates) > 1 else [rates[0]] * steps
        path = trajectories.descend(start, slopes, each, momentum, weight_decay)
        wanted = [np.stack([at[k] for at in path]) for k in range(len(start))]
    paths = listed(answer["paths"], len(start), "the paths of the parameters")
    how = f"with lr {number(rates[0])}, momentum {momentum:g}, weight decay {weight_decay:g}"
    for step in range(steps):  # the first wrong step tells most
        for k, path in enumerate(paths):
            found = as_floats(path, wanted[k].shape, f"parameter {k} after every step")
            close(
                found[step],
                wanted[k][step],
                f"parameter {k} after step {step + 1} ",
                ROUNDED,
                f" {how}",
            )
    return max(float(np.abs(np.asarray(p) - w).max()) for p, w in zip(paths, wanted, strict=True))


Problem = tuple[list[Floats], list[Floats], list[Floats]]


def problem(rng: Rng, *shapes: tuple[int, ...]) -> Problem:
    """Return starts, targets and curvatures of a quadratic with one parameter a shape."""
    return (
        [rng.uniform(-2.0, 2.0, shape) for shape in shapes],
        [rng.uniform(-1.0, 1.0, shape) for shape in shapes],
        [rng.uniform(0.3, 3.0, shape) for shape in shapes],
    )


def _golden(id: str, title: str, run: str, points: float, how: Sequence[float], hints: Any) -> Any:
    return row(id, title, (run, *how), check("golden", points, "SGD.__init__ SGD.step", hints))


SGD_RUNS = [
    _golden("sgd_golden", "Twenty steps of plain SGD are PyTorch's", "plain", 2, (0.05, 0.0, 0.0),
            ("Do the parameters move at all, and which way?",
             "p -= lr * g for every parameter, in the Tensor's own data.",
             "Change p.data, not the name p; the minus stands in the update.")),
    _golden("momentum_golden", "Twenty steps with momentum are PyTorch's", "momentum", 4,
            (0.02, 0.9, 0.0),
            ("Is the first step right and the second one wrong?",
             "The velocity is kept from step to step: v = momentum v + g, then p -= lr v.",
             "Make the velocities once, in __init__, as zeros; update and use them in step.")),
    _golden("weight_decay_golden", "Twenty steps with momentum and weight decay are PyTorch's",
            "decay", 2, (0.02, 0.8, 0.1),
            ("Where does weight decay enter: in the gradient, or in the step?",
             "It is part of the gradient: g + weight_decay p, before momentum.",
             "v = momentum v + (g + weight_decay p): the penalty pulls towards 0.")),
]  # fmt: skip


@pytest.mark.parametrize("run", SGD_RUNS)
def check_sgd(
    ask: Ask, rng: Rng, measure: Measure, visibility: str, run: tuple[str, float, float, float]
) -> None:
    """A trajectory of SGD agrees with PyTorch's."""
    name, lr, momentum, decay = run
    stored, wanted = goldens.load("m4"), None
    if visibility == "public":
        start, targets, curvatures = (
            [stored[f"{part}_{k}"] for k in range(3)] for part in ("start", "target", "curvature")
        )
        wanted = [stored[f"{name}_{k}"] for k in range(3)]
    else:
        start, targets, curvatures = problem(rng, (3, 4), (5,), (3, 4))
    measure["max_error"] = descends(
        ask, start, targets, curvatures, [lr], 20, momentum, decay, wanted
    )  # fmt: skip


@check("golden", 1, "SGD.__init__ SGD.step",
       ("Can two parameters of one shape be mixed up?",
        "Each parameter has its own velocity, and each optimiser its own list of them.",
        "One velocity a parameter, in a list beside the parameters, made in __init__."),
)  # fmt: skip
def check_velocities_apart(ask: Ask, rng: Rng) -> None:
    """Every parameter of every optimiser has a velocity of its own."""
    for _ in range(2):
        descends(ask, *problem(rng, (2, 3), (2, 3), (2, 3)), [0.05], 4, momentum=0.9)


@check("golden", 1, "SGD.__init__ SGD.step",
       ("What happens when somebody sets optimizer.lr?",
        "The next step uses it; the velocity is a sum of gradients and knows no rate.",
        "v = momentum v + g without lr; p -= self.lr v."))  # fmt: skip
def check_sgd_lr(ask: Ask, rng: Rng) -> None:
    """A learning rate that is changed between steps counts from the next step on."""
    rates = [0.1, 0.01, 0.05, 0.2, 0.02]
    descends(ask, *problem(rng, (2, 3), (4,)), rates, 5, momentum=0.9)


@check("golden", 2, "SGD.__init__ SGD.step",
       ("Which line of the handout's table differs from yours?",
        "The handout works three steps with momentum out by hand.",
        "Print p and v after every step: the first that differs is where to look."))  # fmt: skip
def check_hand_worked(ask: Ask, rng: Rng, visibility: str) -> None:
    """The three momentum steps that the handout works out by hand."""
    start = 1.0 if visibility == "public" else float(rng.uniform(0.5, 2.0))
    half, zero = np.array([0.5]), np.array([0.0])  # 0.5 p^2 has the gradient p
    descends(ask, [np.array([start])], [zero], [half], [0.1], 3, momentum=0.9)


# Schedules


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
    wanted = trajectories.cosine(lr, steps, 0)
    follows(ask, f"cosine_schedule({lr}, {steps})", wanted, range(2 * steps + 3))


@check("golden", 2, "cosine_schedule",
       ("Which step is the first to have the full rate?",
        "The climb is lr (step + 1) / warmup; the fall begins at, and counts from, step = warmup.",
        "(step - warmup) / (steps - warmup) is how much of the fall is done."))  # fmt: skip
def check_warmup(ask: Ask, rng: Rng) -> None:
    """cosine_schedule climbs to lr in the warm-up, and only then begins to fall."""
    lr, warmup = round(float(rng.uniform(0.1, 1)), 2), int(rng.integers(3, 6))
    steps = warmup + int(rng.integers(4, 9))
    wanted = trajectories.cosine(lr, steps, warmup)
    follows(ask, f"cosine_schedule({lr}, {steps}, warmup={warmup})", wanted, range(steps + 3))


# fit


def task(rng: Rng, count: int, size: Sequence[int]) -> tuple[Layers, Floats, Ints]:
    """Return weights of a network, and samples with classes to train it on."""
    x = rng.normal(size=(count, size[0])).round(3)
    return trajectories.draw(size, rng), x, rng.permutation(np.arange(count) % size[-1])


def fitted(
    ask: Ask, layers: Layers, x: Floats, y: Ints, epochs: int, batch_size: int, *, lr: float = 0.1,
    momentum: float = 0.0, weight_decay: float = 0.0, rates: Sequence[float] = (),
    validation: tuple[Floats, Ints] | None = None, seed: int = 0,
) -> dict[str, Any]:  # fmt: skip
    """Ask for a training run from given weights."""
    return ask(
        "train", names=DENSE, program=dense(size_of(layers)), weights=named(layers), x=x, y=y,
        epochs=epochs, batch_size=batch_size, rates=list(rates), validation=validation, seed=seed,
        options={"lr": lr, "momentum": momentum, "weight_decay": weight_decay},
    )  # fmt: skip


def shown(answer: dict[str, Any], x: Floats) -> list[Ints]:
    """Return which samples each training step was shown."""
    got = answer["shown"]
    if not isinstance(got, list):
        raise Failed(f"wanted what the model was shown, got {brief(got)}")
    return [places(batch, x, "what fit gives the model in training mode") for batch in got]


def replay(
    ask: Ask, answer: dict[str, Any], layers: Layers, x: Floats, y: Ints, rates: Sequence[float],
    **options: float,
) -> float:  # fmt: skip
    """Compare losses and weights with the judge's own training on the batches that fit chose."""
    order = shown(answer, x)
    curve, path = trajectories.trained(
        layers, [(x[at], y[at]) for at in order], rates[: len(order)], **options
    )
    loss = answer["loss"]
    ask.recognise_by({
        "sizes": [len(at) for at in order],
        "right": _right_steps(loss, curve),
        "asked": answer["asked"],
        "moved": [name for name, want in named(path[-1] if path else layers).items()
                  if not np.allclose(_weight(answer, name, want), want, atol=ROUNDED)],
    })  # fmt: skip
    close(loss, curve, "the loss of step {}", ROUNDED)
    return after(answer, path[-1] if path else layers)


def _right_steps(loss: Any, curve: Floats) -> list[bool]:
    got = np.asarray(as_floats(loss, curve.shape, "history['loss'], one a step"))
    return [bool(right) for right in np.isclose(got, curve, atol=ROUNDED)]


def _weight(answer: dict[str, Any], name: str, like: Floats) -> Floats:
    weights = answer["weights"]
    return as_floats(weights.get(name) if isinstance(weights, dict) else None, like.shape, name)


def after(answer: dict[str, Any], layers: Layers) -> float:
    """Compare the weights after training."""
    return max(
        close(_weight(answer, name, want), want, f"{name} after training", ROUNDED)
        for name, want in named(layers).items()
    )


@check("golden", 5, TRAINED,
       ("Which step is the first to differ from the judge's?",
        "Predict, cross-entropy, zero_grad, backward, step; the loss is noted before the step.",
        "All of it for every batch, on the optimiser that was given, in training mode."),
)  # fmt: skip
def check_fit_golden(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    """Twenty epochs of whole-set batches give PyTorch's loss curve and weights."""
    stored = goldens.load("m4")
    layers = [(stored[f"weight_{k}"], stored[f"bias_{k}"]) for k in range(2)]
    x, y, curve = stored["x"], stored["y"], stored["curve"]
    last = [(stored[f"trained_weight_{k}"], stored[f"trained_bias_{k}"]) for k in range(2)]
    if visibility == "hidden":
        layers, x, y = task(rng, 11, [5, 7, 3])
        curve, path = trajectories.trained(layers, [(x, y)] * 20, [0.1] * 20, 0.9, 0.01)
        last = path[-1]
    answer = fitted(ask, layers, x, y, 20, 11, momentum=0.9, weight_decay=0.01)
    _whole_sets(ask, answer)
    close(answer["loss"], curve, "the loss of step {}", ROUNDED)
    measure["max_relative_error"] = after(answer, last)


def _whole_sets(ask: Ask, answer: dict[str, Any]) -> None:
    """Forget the order of samples where it cannot matter."""
    ask.recognise_by({k: answer[k] for k in ("loss", "weights", "validation_accuracy", "asked")})


@check("equivalence", 3, f"{TRAINED} batches",
       ("Is every step made with the gradient of its own batch, and of nothing else?",
        "The judge repeats your run on the batches that your model was shown.",
        "One zero_grad, backward and step a batch; labels that belong to the samples."),
)  # fmt: skip
def check_fit_batches(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Mini-batches: loss and weights follow from the batches that the model was shown."""
    layers, x, y = task(rng, 10, [4, 6, 3])
    answer = fitted(ask, layers, x, y, 3, 4, momentum=0.9, seed=int(rng.integers(1000)))
    measure["max_relative_error"] = replay(ask, answer, layers, x, y, [0.1] * 99, momentum=0.9)
    same(len(answer["loss"]), 9, "the number of losses of 3 epochs, 10 samples in batches of 4")


@check("property", 2, f"{TRAINED} batches",
       ("How often does each sample come in one epoch?",
        "Once, in a new order every epoch, the short last batch included.",
        "Call batches anew in every epoch, with the one generator that fit has."))  # fmt: skip
def check_fit_epochs(ask: Ask, rng: Rng) -> None:
    """Every epoch shows every sample once, in an order of its own."""
    layers, x, y = task(rng, 12, [4, 3])
    answer = fitted(ask, layers, x, y, 4, 5, seed=int(rng.integers(1000)))
    order = shown(answer, x)
    ask.recognise_by({
        "sizes": [len(at) for at in order],
        "different": [len(np.unique(at)) for at in order],
        "sorted": [bool((np.diff(at) > 0).all()) for at in order],
        "same_order": bool(len(order) > 3 and np.array_equal(order[0], order[3])),
    })  # fmt: skip
    same([len(at) for at in order], [5, 5, 2] * 4, "the sizes of 4 epochs of 12 samples, 5 a batch")
    epochs = [np.concatenate(order[k : k + 3]) for k in range(0, 12, 3)]
    for k, epoch in enumerate(epochs):
        if len(np.unique(epoch)) < 12:
            raise Failed(f"epoch {k} shows only {len(np.unique(epoch))} of 12 samples")
    if all(np.array_equal(epoch, epochs[0]) for epoch in epochs):
        raise Failed("every epoch has the same order: shuffle anew each time")


@check("equivalence", 2, TRAINED,
       ("How often is the schedule asked, and with which number?",
        "Before every step, with the number of steps made so far, through all epochs.",
        "Set optimizer.lr = schedule(step) before each step; never start again from 0."),
)  # fmt: skip
def check_fit_schedule(ask: Ask, rng: Rng) -> None:
    """fit asks the schedule at every step, counted from 0 through all epochs, and uses the rate."""
    layers, x, y = task(rng, 8, [4, 5, 3])
    rates = [0.3, 0.05, 0.2, 0.01, 0.1, 0.4, 0.5]
    seed = int(rng.integers(1000))
    answer = fitted(ask, layers, x, y, 3, 4, lr=0.7, momentum=0.5, rates=rates, seed=seed)
    replay(ask, answer, layers, x, y, rates, momentum=0.5)


Case = tuple[Layers, Floats, Ints, Floats, Ints]


def held_out(rng: Rng) -> Case:
    """Return a network, samples to train it on, and others to validate it with."""
    layers, x, y = task(rng, 9, [4, 6, 3])
    return layers, x, y, rng.normal(size=(14, 4)).round(3), rng.permutation(np.arange(14) % 3)


@check("property", 1, f"{TRAINED} Module.train Module.eval",
       ("In which mode is the model when the second epoch begins?",
        "Training mode for every step; evaluation mode while validating; then back.",
        "Choose train mode at the start of every epoch, not only of the first."))  # fmt: skip
def check_fit_modes(ask: Ask, rng: Rng) -> None:
    """fit trains in training mode and validates in evaluation mode, every epoch."""
    layers, x, y, others, labels = held_out(rng)
    answer = fitted(ask, layers, x, y, 3, 9, validation=(others, labels))
    everything = np.concatenate([x, others])
    sizes = {"shown": [], "tested": []}  # type: dict[str, list[int]]
    for name, found in sizes.items():
        got = answer[name] if isinstance(answer[name], list) else []
        found += [int((places(part, everything, name) < 9).sum()) for part in got]
    ask.recognise_by({k: answer[k] for k in ("loss", "validation_accuracy")} | {"own": sizes})
    same(
        sizes["shown"], [9] * 3, "the training samples the model saw in training mode, step by step"
    )
    if not sizes["tested"]:
        raise Failed("no validation sample went through the model in evaluation mode")


@check("property", 3, TRAINED,
       ("May anything about the validation set change a weight?",
        "No: neither its labels, nor its samples, nor their mean or scale.",
        "Use validation only to measure, after the epoch's last step."))  # fmt: skip
def check_validation_untrained(ask: Ask, rng: Rng) -> None:
    """Poisoned validation data change nothing in training: they are never learnt from."""
    layers, x, y, others, labels = held_out(rng)
    curve, path = trajectories.trained(layers, [(x, y)] * 5, [0.1] * 5, 0.9)
    for what, sample, label in (
        ("", others, labels),
        (" with wrong labels in the validation set", others, (labels + 1) % 3),
        (" with other samples in the validation set", 50 * others + 3, labels),
    ):
        answer = fitted(ask, layers, x, y, 5, 9, momentum=0.9, validation=(sample, label))
        _whole_sets(ask, answer)
        close(answer["loss"], curve, f"the loss of step {{}}{what}", ROUNDED)
        after(answer, path[-1])


@check("equivalence", 1, f"{TRAINED} accuracy predict",
       ("After which step of an epoch is the validation set measured?",
        "After the last one: one share of right answers an epoch.",
        "Append accuracy(model, *validation) at the end of every epoch."))  # fmt: skip
def check_validation_accuracy(ask: Ask, rng: Rng) -> None:
    """validation_accuracy has one entry an epoch, measured after its last step."""
    while True:  # until the accuracy changes from epoch to epoch
        layers, x, y, others, labels = held_out(rng)
        _, path = trajectories.trained(layers, [(x, y)] * 6, [0.8] * 6, 0.9)
        wanted = [trajectories.accuracy(at, others, labels) for at in path]
        if len(set(wanted)) > 2 and wanted[0] != trajectories.accuracy(layers, others, labels):
            break
    answer = fitted(ask, layers, x, y, 6, 9, lr=0.8, momentum=0.9, validation=(others, labels))
    _whole_sets(ask, answer)
    close(answer["validation_accuracy"], wanted, "history['validation_accuracy']")
    without = fitted(ask, layers, x, y, 2, 9)
    _whole_sets(ask, without)
    same(without["validation_accuracy"], [], "history['validation_accuracy'] without validation")


@check("equivalence", 2, "predict",
       ("What is the class of a row of logits?",
        "The place of the largest, in evaluation mode, for every sample, whatever the batch size.",
        "argmax over the last axis of each batch's logits; join the batches in order."),
)  # fmt: skip
def check_predict(ask: Ask, rng: Rng) -> None:
    """predict gives the class of the largest logit, in evaluation mode, at any batch size."""
    layers, x, _ = task(rng, 23, [4, 8, 5])
    program = dense([4, 8, 5], "Tanh(), Dropout(0.6)")
    wanted = trajectories.logits(layers, x).argmax(axis=1)
    answer = ask("labels", names=DENSE, program=program, weights=named(layers), x=x, y=wanted,
                 sizes=[256, 7, 1])  # fmt: skip
    for got, size in zip(listed(answer["labels"], 3, "labels"), (256, 7, 1), strict=True):
        labels = as_floats(got, (23,), f"predict(model, x, batch_size={size})")
        if np.asarray(got).dtype.kind not in "iu":
            raise Failed(f"predict gives {np.asarray(got).dtype}, wanted integers")
        close(labels, wanted, f"predict(model, x, batch_size={size})", rtol=0.0)


@check("equivalence", 1, "accuracy predict",
       ("What is the accuracy of 300 samples, of which the last 44 are wrong?",
        "All right answers over all samples; a mean of batch means is something else.",
        "Compare predict(model, x) with y, both of shape (N,), and take the mean once."),
)  # fmt: skip
def check_accuracy(ask: Ask, rng: Rng) -> None:
    """accuracy is the share of right answers among all samples."""
    layers, x, _ = task(rng, 300, [3, 4])
    y = trajectories.logits(layers, x).argmax(axis=1)
    wrong = np.concatenate([rng.choice(256, 30, replace=False), np.arange(256, 300)])
    y[wrong] = (y[wrong] + 1) % 4
    answer = ask("labels", names=DENSE, program=dense([3, 4]), weights=named(layers), x=x, y=y,
                 sizes=[])  # fmt: skip
    close(answer["accuracy"], 1 - len(wrong) / 300, "accuracy(model, x, y)")


# Chance

RANDOM_MODEL = (
    "hidden = Sequential(Linear(3, 8, rng=rng), Tanh(), Dropout(0.3, rng=rng)); "
    "model = Sequential(hidden, Linear(8, 3, rng=rng))"
)


@check("reproducibility", 2, TRAINED,
       ("Where does chance come from in your training run?",
        "Only from the generators handed in: to layers, to dropout, to fit.",
        "rng or np.random.default_rng(), in every place that draws; pass it on."))  # fmt: skip
def check_same_seed(ask: Ask, rng: Rng) -> None:
    """The same seed gives the identical loss curve twice; another seed another one."""
    x, y = rng.normal(size=(10, 3)), rng.permutation(np.arange(10) % 3)
    seed = int(rng.integers(1000))
    answer = ask("twice", program=RANDOM_MODEL, x=x, y=y, seeds=[seed, seed, seed + 1])
    curves = as_floats(answer["curves"], (3, 9), "three curves of 9 steps")
    equal = [bool(np.array_equal(curves[0], curve)) for curve in curves[1:]]
    ask.recognise_by({"equal": equal})
    if not equal[0]:
        step = int((curves[0] != curves[1]).argmax())
        raise Failed(f"the same seed gives another loss at step {step}")
    if equal[1]:
        raise Failed("another seed gives the same curve: nothing is drawn from the rng")


@check("property", 1, "train_test_split batches Dropout.__call__ fit",
       ("Who else might use NumPy's global generator?",
        "Everyone: seeding or drawing from it changes other people's results.",
        "Draw from rng only, and make one with np.random.default_rng() where it is None."),
)  # fmt: skip
def check_global_chance(ask: Ask, rng: Rng) -> None:
    """NumPy's global random state is neither read nor changed."""
    x, y = rng.normal(size=(13, 3)), rng.permutation(np.arange(13) % 3)
    answer = ask("chance", x=x, y=y)
    states = listed(answer["states"], 4, "states")
    kept = [bool(np.array_equal(states[k], states[k + 1])) for k in (0, 2)]
    one, other = listed(answer["results"], 2, "results")
    equal = [bool(np.array_equal(a, b)) for a, b in zip(one, other, strict=True)]
    sizes = [np.asarray(part).size for part in one]
    whole = sizes in ([3, 13, 8], [4, 13, 8])  # 13 / 4 may be rounded up or down
    ask.recognise_by({"kept": kept, "equal": equal, "whole": whole})
    if not whole or not np.isfinite(np.asarray(one[2], float)).all():
        raise Failed("a split of 13 samples, their batches and two epochs of 4 losses did not come")
    if not all(equal):
        raise Failed(
            "np.random.seed changes the results: something draws from the global generator"
        )
    if not all(kept):
        raise Failed("the state of np.random has changed: something draws from it, or seeds it")


# Saving

MODEL = "Sequential(Linear(4, 5), Tanh(), Sequential(Linear(5, 3)))"
SAVING = f"""
import os, tempfile
first, last = Linear(4, 5), Linear(5, 3); one = Sequential(first, Tanh(), Sequential(last))
first.weight.data, first.bias.data = w0.copy(), b0.copy()
last.weight.data, last.bias.data = w1.copy(), b1.copy()
other = {MODEL}
folder = tempfile.mkdtemp(); path = os.path.join(folder, "PATH")
save(one, path)
"""
SAVE = "Linear, Sequential, Tanh, load, save"


def saved(rng: Rng) -> tuple[Layers, dict[str, Any]]:
    """Return a float32 network, and its arrays by the names that `SAVING` uses."""
    layers = [(_halved(w), _halved(b)) for w, b in trajectories.draw([4, 5, 3], rng)]
    arrays = {f"w{k}": weight for k, (weight, _) in enumerate(layers)}
    arrays |= {f"b{k}": bias for k, (_, bias) in enumerate(layers)}
    return layers, {name: array.astype(np.float32) for name, array in arrays.items()}


def _agree(got: Any, want: Floats, what: str) -> bool:
    return bool(np.allclose(as_floats(got, want.shape, what), want, atol=ROUNDED))


def _halved(array: Floats) -> Floats:
    """Return `array` rounded to what float32 can hold."""
    return array.astype(np.float32).astype(np.float64)


@check("equivalence", 2, "save load",
       ("Which numbers make two models of one kind compute the same?",
        "All weights and all biases, each in its own place.",
        "One array a parameter, under a name that tells where it belongs."))  # fmt: skip
def check_save_load(ask: Ask, rng: Rng) -> None:
    """What save wrote, load puts into a fresh model: it computes the same, and the first stays."""
    layers, arrays = saved(rng)
    x = rng.normal(size=(6, 4)).astype(np.float32)
    program = SAVING.replace("PATH", "model.npz") + "load(other, path)"
    each = [f"np.array({name}(Tensor(x)).data)" for name in ("other", "one")]
    outs = looked(ask, SAVE, program, each, x=x, **arrays)
    wanted = trajectories.logits(layers, x.astype(np.float64))
    whats = ("the loaded model's output", "the saved model's output afterwards")
    right = [_agree(out, wanted, what) for out, what in zip(outs, whats, strict=True)]
    ask.recognise_by({"right": right})
    close(outs[0], wanted, "the loaded model's output", ROUNDED)
    close(outs[1], wanted, "the saved model's output afterwards", ROUNDED)


@check("property", 1, "save load",
       ("Under which name does the file lie?",
        "np.savez adds .npz to a name that does not end so; an open file keeps its name.",
        "Open the path for writing bytes yourself, and hand the file to np.savez."))  # fmt: skip
def check_save_path(ask: Ask, rng: Rng) -> None:
    """save writes one file, at exactly the path it is given."""
    _, arrays = saved(rng)
    name = str(rng.choice(["best", "model.weights", "epoch-3"]))
    program = SAVING.replace("PATH", name) + "load(other, path)"
    whole = "[bool((p.data == q.data).all()) for p, q in zip(one.parameters(), other.parameters())]"
    files, right = looked(ask, SAVE, program, ["sorted(os.listdir(folder))", whole], **arrays)
    same(files, [name], f"the files after save(model, 'folder/{name}')")
    same(right, [True] * 4, "whether the loaded parameters are the saved ones")


MISMATCHES = [
    ("a layer less", "Sequential(Linear(4, 5))"),
    ("a layer more", "Sequential(Linear(4, 5), Tanh(), Sequential(Linear(5, 3)), Linear(3, 3))"),
    ("other shapes", "Sequential(Linear(4, 6), Tanh(), Sequential(Linear(6, 3)))"),
    ("another last layer", "Sequential(Linear(4, 5), Tanh(), Sequential(Linear(5, 2)))"),
]
TRIED = """
before = [p.data.copy() for p in wrong.parameters()]
try:
    load(wrong, path)
except ValueError:
    pass
kept = [bool((p.data == q).all()) for p, q in zip(wrong.parameters(), before)]
"""


@check("property", 2, "save load",
       ("What does load do with a file of another model?",
        "Half a model in place of a whole one is worse than none.",
        "Compare all names and shapes first, raise a ValueError, and only then set anything."),
)  # fmt: skip
def check_load_mismatch(ask: Ask, rng: Rng) -> None:
    """load refuses a file of other shapes or layers, and leaves the model as it was."""
    _, arrays = saved(rng)
    make = "".join(f"{name} = np.array({a.tolist()}, np.float32)\n" for name, a in arrays.items())
    make += SAVING.replace("PATH", "model.npz")
    whole = "[bool((p.data == q.data).all()) for p, q in zip(one.parameters(), other.parameters())]"
    right = looked(ask, SAVE, make + "load(other, path)", [whole])[0]
    same(right, [True] * 4, "whether a file of the same model is loaded")
    for what, model in MISMATCHES:
        program = f"{make}wrong = {model}\n"
        into = f"load of a file into a model with {what}"
        ask.raises(("ValueError",), into, "attempt", names=SAVE, program=program,
                   expression="load(wrong, path)")  # fmt: skip
        kept = looked(ask, SAVE, program + TRIED, ["all(kept)"])[0]
        same(kept, True, f"that a model with {what} stays as it was")
    program = make + "open(path, 'w').write('no arrays in here')"
    ask.raises(("ValueError",), "load of a text file", "attempt", names=SAVE, program=program,
               expression="load(other, path)")  # fmt: skip


# Bad input

DATA = "x, y = np.ones((4, 3)), np.array([0, 1, 0, 1])"
BAD_DATA = [
    ("train_test_split(x, y[:3])", "more samples than labels in train_test_split"),
    ("train_test_split(x, y, 0.0)", "test_fraction 0"),
    ("train_test_split(x, y, 1.5)", "test_fraction 1.5"),
    ("train_test_split(x[:1], y[:1])", "a split of one sample"),
    ("list(batches(x, y[:3], 2))", "more samples than labels in batches"),
    ("list(batches(x[:0], y[:0], 2))", "batches of no samples"),
    ("list(batches(x, y, 0))", "batch_size 0"),
    (
        "fit(model, x, y[:3], 1, 2, SGD(model.parameters(), lr=0.1))",
        "fewer labels than samples in fit",
    ),
    ("fit(model, x[:0], y[:0], 1, 2, SGD(model.parameters(), lr=0.1))", "fit without samples"),
    ("predict(model, x[:0])", "predict of no samples"),
    ("accuracy(model, x, y[:, None])", "labels of shape (N, 1) in accuracy"),
    ("accuracy(model, x, y[:3])", "fewer labels than samples in accuracy"),
]
GOOD_DATA = [
    "[len(part) for part in train_test_split(x, y, 0.5)]", "len(list(batches(x, y, 3)))",
    "len(fit(model, x, y, 1, 3, SGD(model.parameters(), lr=0.1))['loss'])",
    "len(predict(model, x))", "accuracy(model, x, predict(model, x))",
]  # fmt: skip
USING = "SGD, Linear, accuracy, batches, fit, predict, train_test_split"


@check("property", 1, "train_test_split batches fit predict accuracy",
       ("What should happen with 4 samples and 3 labels?",
        "A ValueError at once: training on half of the data is no error message.",
        "Compare len(x) with len(y), and both with 0, before anything else."))  # fmt: skip
def check_bad_data(ask: Ask, rng: Rng) -> None:
    """Data that do not fit together are a ValueError; data that do are not."""
    wide = int(rng.integers(2, 6))
    program = f"{DATA.replace('3))', f'{wide}))')}; model = Linear({wide}, 2)"
    good = looked(ask, USING, program, GOOD_DATA)
    same(
        good, [[2, 2, 2, 2], 2, 2, 4, 1.0], "what a split, batches, fit, predict and accuracy give"
    )
    for expression, what in BAD_DATA:
        ask.raises(BAD, what, "attempt", names=USING, program=program, expression=expression)


BAD_SETTINGS = [
    ("Linear(0, 3)", "a Linear layer without inputs"),
    ("Linear(3, 2, init='magic')", "an unknown init"),
    ("Linear(3, 2)(Tensor(np.ones((4, 5))))", "5 columns for a Linear layer of 3"),
    ("Dropout(1.0)", "dropping everything"),
    ("Dropout(-0.1)", "dropping less than nothing"),
    ("Sequential(Linear(3, 2), 7)", "a number among modules"),
    ("SGD([], lr=0.1)", "SGD without parameters"),
    ("SGD(p, lr=-0.1)", "a negative learning rate"),
    ("SGD(p, lr=0.1, momentum=1.0)", "momentum 1"),
    ("SGD(p, lr=0.1, weight_decay=-1.0)", "a negative weight decay"),
    ("step_decay(0.1, 0.5, 0)", "step_decay every 0 steps"),
    ("cosine_schedule(0.1, 0)", "a cosine of no steps"),
    ("cosine_schedule(0.1, 5, warmup=6)", "a warm-up longer than all steps"),
]
GOOD_SETTINGS = [
    "Linear(3, 2)(Tensor(np.ones((4, 3)))).shape", "Dropout(0.5).training",
    "Sequential(Linear(3, 2), Tanh()).training", "SGD(p, lr=0.1, momentum=0.9).lr",
    "step_decay(0.1, 0.5, 1)(0)", "cosine_schedule(0.1, 5, warmup=1)(0)",
]  # fmt: skip
SETTING = f"{DENSE}, SGD, cosine_schedule, step_decay"


@check("property", 1, "Linear.__init__ Dropout.__init__ SGD.__init__ step_decay cosine_schedule",
       ("Which of the docstrings names an error?",
        "A setting that makes no sense is refused where it is set, not a thousand steps later.",
        "Check ranges at the top of __init__, and raise a ValueError with what you got."),
)  # fmt: skip
def check_bad_settings(ask: Ask, rng: Rng) -> None:
    """Layers, optimiser and schedules refuse settings that make no sense, and no others."""
    program = f"p = Linear({int(rng.integers(2, 6))}, 2).parameters()"
    good = looked(ask, SETTING, program, GOOD_SETTINGS)
    same([*good[:2], *good[2:]], [[4, 2], True, True, 0.1, 0.1, 0.1], "what good settings give")
    for expression, what in BAD_SETTINGS:
        ask.raises(BAD, what, "attempt", names=SETTING, program=program, expression=expression)


# Training runs


LEARNT = 0.05  # a loss: eight labels known by heart


@check("overfit", 2, TRAINED,
       ("Can your network learn eight random labels by heart?",
        "If one batch cannot be learnt to nearly nothing, a gradient or an update is wrong.",
        "Look at fit_golden and momentum_golden first: they tell the step."),
       seconds=20)  # fmt: skip
def check_overfit_batch(ask: Ask, rng: Rng, measure: Measure, clock: Measure) -> None:
    """A network learns one batch of random labels by heart."""
    x, y = rng.normal(size=(8, 5)), rng.permutation(np.arange(8) % 3)
    program = "model = Sequential(Linear(5, 24, rng=rng), Tanh(), Linear(24, 3, rng=rng))"
    with thresholds.epochs(clock, 200):
        answer = ask(
            "learn", names=DENSE, program=program, x=x, y=y, epochs=200, batch_size=8, lr=0.2
        )
    logits = as_floats(answer["logits"], (8, 3), "the logits of the batch")
    loss = trajectories.cross_entropy(logits, y)
    ask.recognise_by({"learnt": loss < LEARNT})
    thresholds.at_most(measure, "loss", loss, LEARNT, "after 200 steps the loss on 8 samples")


REGIMES = [  # name, hidden units, steps, samples, share of labels that are drawn by lot
    ("underfit", 2, 5, 60, 0.0),
    ("fit", 40, 150, 90, 0.0),
    ("overfit", 60, 250, 24, 0.4),
]


LOW, APART = 0.7, 0.15  # an accuracy that is low, and two that are far apart
SHOWS = {
    "underfit": [("train", AT_MOST, LOW)],
    "fit": [("train", AT_LEAST, LOW), ("gap", AT_MOST, APART)],
    "overfit": [("train", AT_LEAST, LOW), ("gap", AT_LEAST, APART)],
}


def verdict(train: float, validation: float) -> str:
    """Return what two accuracies say about a training run."""
    if train < LOW:
        return "underfit"
    return "overfit" if train - validation > APART else "fit"


@check("equivalence", 2, f"{TRAINED} accuracy",
       ("What do the training and the validation accuracy say together?",
        "Both low: underfit. Both high: fit. Far apart: overfit.",
        "If fit_golden, validation_accuracy and accuracy pass, this one does."),
       seconds=20)  # fmt: skip
def check_regimes(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Underfit, fit and overfit are told apart by training and validation accuracy."""
    for name, units, steps, count, lot in REGIMES:
        layers, x, y, tests, labels = _regime(rng, name, units, steps, count, lot)
        answer = fitted(
            ask, layers, x, y, steps, count, lr=0.5, momentum=0.9, validation=(tests, labels)
        )
        _whole_sets(ask, answer)
        curve = as_floats(answer["validation_accuracy"], (steps,), "history['validation_accuracy']")
        weights = {k: _weight(answer, k, want) for k, want in named(layers).items()}
        own = ask("labels", names=DENSE, program=dense(size_of(layers)), weights=weights, x=x, y=y,
                  sizes=[])  # fmt: skip
        train = float(as_floats(own["accuracy"], (), "accuracy(model, x, y)"))
        _noted(measure, name, train, float(curve[-1]))
        if verdict(train, float(curve[-1])) != name:
            raise Failed(
                f"this run should {name}: its training accuracy is {train:.0%} and its validation "
                f"accuracy {curve[-1]:.0%}, which looks like {verdict(train, float(curve[-1]))}"
            )


def _noted(measure: Measure, name: str, train: float, validation: float) -> None:
    found = {"train": train, "validation": validation, "gap": train - validation}
    measure |= {f"{name}_{part}": share for part, share in found.items()}
    for part, side, wanted in SHOWS[name]:
        thresholds.note(measure, Result(f"{name}_{part}", found[part], side, wanted))


def _regime(rng: Rng, name: str, units: int, steps: int, count: int, lot: float) -> Case:
    while True:  # until a start from which right work shows the regime with room to spare
        x, y = spiral(count, 3, 0.1, rng)
        tests, labels = spiral(120, 3, 0.1, rng)
        y = np.where(rng.random(count) < lot, rng.integers(0, 3, count), y)
        layers = trajectories.draw([2, units, 3], rng)
        layers[0] = (3 * layers[0][0], layers[0][1])
        last = trajectories.trained(layers, [(x, y)] * steps, [0.5] * steps, 0.9)[1][-1]
        train = trajectories.accuracy(last, x, y)
        validation = trajectories.accuracy(last, tests, labels)
        if all(verdict(train + d, validation - 2 * d) == name for d in (-0.04, 0.0, 0.04)):
            return layers, x, y, tests, labels


LEAST = 0.95  # of held-out images; how it was found: see the handout's table


@check("accuracy", 7, "train_classifier predict",
       ("How good is your classifier on data that you set aside yourself?",
        "One hidden layer, He weights, momentum and a falling rate are enough.",
        "Print training and validation accuracy: both low, train longer; far apart, add dropout."),
       seconds=240, memory_mb=4096)  # fmt: skip
def check_classifier(
    ask: Ask, rng: Rng, measure: Measure, clock: Measure, profile: str, pictures: Images
) -> None:
    """train_classifier gets at least 95 % of images right that it has never seen."""
    count = 60_000 if profile == "full" else 1_437
    split = pictures.split(rng, count)
    begun = time.perf_counter()
    answer = ask("classify", pixels=split.pixels, scale=split.scale, y=split.y,
                 tests=split.pixels_test, seed=int(rng.integers(1000)))  # fmt: skip
    clock["seconds_to_train"] = time.perf_counter() - begun
    labels = as_floats(answer["labels"], split.y_test.shape, "the predicted labels")
    share = float((labels == split.y_test).mean())
    thresholds.at_least(measure, "accuracy", share, LEAST, f"{len(labels):,} held-out images")


def small(pictures: Images, rng: Rng) -> tuple[Images, int]:
    """Return 200 images to train on and 25 to test with, and a seed."""
    order = rng.permutation(len(pictures.y))[:225]
    train, test = order[:200], order[200:]
    own = (pictures.pixels[train], pictures.y[train], pictures.pixels[test], pictures.y[test])
    return Images(*own, pictures.scale), int(rng.integers(1000))


def logits_of(
    ask: Ask, measure: Measure, few: Images, seeds: Sequence[int]
) -> tuple[list[Floats], Floats]:
    """Return the logits of the tests for each seed, and of each test alone."""
    answer = ask("classify_again", x=few.x, y=few.y, tests=few.x_test, seeds=list(seeds))
    shape = (len(few.y_test), int(few.y.max()) + 1)
    got = listed(answer["together"], len(seeds), "the logits")
    found = [as_floats(logits, shape, "the logits") for logits in got]
    alone = as_floats(answer["alone"], shape, "the logits of single images")
    right = [float((logits.argmax(axis=1) == few.y_test).mean()) for logits in found]
    ask.recognise_by({
        "equal": bool(np.array_equal(found[0], found[-1])),
        "alone": bool(np.allclose(alone, found[0], atol=1e-3, rtol=1e-3)),
    })  # fmt: skip
    what = "25 images, after training on 200 others,"
    thresholds.at_least(measure, "accuracy", min(right), 0.6, what)
    return found, alone


@check("reproducibility", 1, "train_classifier",
       ("What does `seed` have to decide?",
        "Everything: first weights, the order of samples, what dropout drops.",
        "Make one generator from the seed, and hand it to all that draws."),
       seconds=30)  # fmt: skip
def check_classifier_seed(ask: Ask, rng: Rng, measure: Measure, pictures: Images) -> None:
    """train_classifier gives the same model for the same seed."""
    few, seed = small(pictures, rng)
    found, _ = logits_of(ask, measure, few, [seed, seed])
    close(found[1], found[0], "the logits of a second training with the same seed")


@check("property", 1, "train_classifier Module.eval",
       ("May the answer for one image depend on which others are tested with it?",
        "Statistics come from the training set; a test set has none of its own.",
        "Keep mean and scale as numbers found in training, or do without."),
       seconds=30)  # fmt: skip
def check_classifier_alone(ask: Ask, rng: Rng, measure: Measure, pictures: Images) -> None:
    """The classifier judges each image by itself: no statistics of the test set."""
    few, seed = small(pictures, rng)
    found, alone = logits_of(ask, measure, few, [seed])
    close(alone, found[0], "the logits of an image alone, unlike in company,", rtol=1e-3)


SECONDS_AN_EPOCH = 2.0
FALLEN = 0.7  # a loss: that of ten classes begins at 2.3


@check("overfit", 1, f"{TRAINED} batches",
       ("Is there a Python loop over samples or pixels?",
        "A batch goes through the network in one matrix product a layer.",
        "Index whole batches by an array of places; leave the rest to NumPy."),
       seconds=30)  # fmt: skip
def check_epoch(ask: Ask, rng: Rng, measure: Measure, clock: Measure, pictures: Images) -> None:
    """An epoch over 1,000 images takes less than 2 seconds, and the loss falls."""
    rows_ = rng.permutation(len(pictures.y))[:1000]
    x, y = pictures.x[rows_], pictures.y[rows_]
    program = (
        f"model = Sequential(Linear({x.shape[1]}, 100, rng=rng), ReLU(), Linear(100, 10, rng=rng))"
    )
    with thresholds.epochs(clock, 3):
        answer = ask(
            "learn", names=DENSE, program=program, x=x, y=y, epochs=3, batch_size=50, lr=0.1
        )
    loss = trajectories.cross_entropy(as_floats(answer["logits"], (1000, 10), "the logits"), y)
    steps = len(listed(answer["loss"], 60, "the losses"))
    ask.recognise_by({"fell": loss < FALLEN, "steps": steps})
    thresholds.at_most(measure, "loss", loss, FALLEN, "after three epochs the loss")
    spent = clock["seconds_per_epoch"]
    thresholds.at_most(clock, "seconds_per_epoch", spent, SECONDS_AN_EPOCH, "an epoch, in seconds,")
