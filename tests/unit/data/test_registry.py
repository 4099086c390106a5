"""The registry, the cards, and what is generated."""

import gzip
import hashlib
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from autograder.data import images, points, registry, texts
from autograder.data.store import DATA_DIR_VARIABLE, DataMissing, Store
from autograder.exchange import digits
from tests.conftest import ROOT

DATASETS = registry.load_registry().datasets
REAL = os.environ.get(DATA_DIR_VARIABLE, ROOT.parent / "shared" / "datasets")


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_every_data_set_is_complete(dataset: registry.DataSet) -> None:
    assert (
        (registry.find_datasets() / f"{dataset.name}.md")
        .read_text()
        .startswith(f"# {dataset.name}\n")
    )
    assert bool(dataset.files) == (dataset.source != "generated")
    assert bool(dataset.mirrors) == (dataset.source == "downloaded")
    if dataset.mirrors:
        assert len(dataset.mirrors) >= 2
        assert all(url.startswith("https://") and url.endswith("/") for url in dataset.mirrors)
    for file in dataset.files:
        assert len(bytes.fromhex(file.sha256)) == 32
        assert bool(file.content_sha256) == file.name.endswith(".gz")


CARD = ("Source", "What it holds", "Labels", "Bias", "Privacy", "Use it for", "Do not use it for")


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_every_card_has_its_parts(dataset: registry.DataSet) -> None:
    text = (registry.find_datasets() / f"{dataset.name}.md").read_text()
    assert [part for part in CARD if f"**{part}.**" not in text] == []


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(LookupError, match="no data set 'cifar'; there are digits, moons"):
        registry.load_registry().dataset("cifar")


@pytest.mark.skipif(
    not Path(REAL).is_dir(), reason=f"{DATA_DIR_VARIABLE} names no folder with the real files"
)
def test_the_real_files_are_recognised(tmp_path: Path) -> None:
    store = Store(tmp_path, Path(REAL))
    for dataset in (one for one in DATASETS if one.mirrors):
        for file in dataset.files:
            assert store.find(dataset, file) == Path(REAL) / dataset.name / file.name


@pytest.mark.skipif(
    not Path(REAL).is_dir(), reason=f"{DATA_DIR_VARIABLE} names no folder with the real files"
)
def test_mnist_has_its_shapes_and_first_labels(tmp_path: Path) -> None:
    mnist = images.read_mnist(Store(tmp_path, Path(REAL)))
    assert mnist.pixels.shape == (60_000, 784)
    assert mnist.pixels_test.shape == (10_000, 784)
    assert mnist.y[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert mnist.y_test[:5].tolist() == [7, 2, 1, 0, 4]
    assert np.bincount(mnist.y).tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]  # fmt: skip
    assert int(mnist.pixels[0].sum()) == 27_525
    assert (mnist.x.dtype, mnist.x.max()) == (np.float32, 1.0)


def test_the_digits_of_the_kit_are_those_of_scikit_learn() -> None:
    from sklearn.datasets import load_digits  # not before it is needed: it takes seconds

    ours, theirs = images.read_digits(), load_digits()
    assert (ours.pixels.dtype, ours.y.dtype) == (np.uint8, np.int64)
    assert np.array_equal(ours.pixels, theirs.data)
    assert np.array_equal(ours.y, theirs.target)
    assert (len(ours.y_test), ours.scale) == (0, theirs.data.max())


def test_the_script_writes_the_digits_that_the_registry_knows(tmp_path: Path) -> None:
    dataset = registry.load_registry().dataset("digits")
    for made, file in zip(digits.write_digits(tmp_path), dataset.files, strict=True):
        assert made.name == file.name
        assert hashlib.sha256(gzip.decompress(made.read_bytes())).hexdigest() == file.content_sha256
        kept = registry.find_datasets() / "digits" / file.name
        assert (kept.stat().st_size, hashlib.sha256(kept.read_bytes()).hexdigest()) == (
            file.size, file.sha256,
        )  # fmt: skip


def test_a_file_of_the_kit_that_was_changed_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(registry.find_datasets(), tmp_path / "datasets")
    monkeypatch.setattr(registry, "find_datasets", lambda: folder)
    labels = folder / "digits" / "labels-idx1-ubyte.gz"
    labels.write_bytes(gzip.compress(gzip.decompress(labels.read_bytes())[:-1]))
    with pytest.raises(DataMissing, match=r"digits/labels.* comes with the kit, and is missing"):
        images._read_arrays("digits", Store(tmp_path))


def test_a_split_of_digits_keeps_every_image_once() -> None:
    all_digits = images.read_digits()
    split = all_digits.split(np.random.default_rng(0), 1_437)
    assert (split.x.shape, split.x_test.shape) == ((1_437, 64), (360, 64))
    both = np.concatenate([split.pixels, split.pixels_test])
    assert sorted(map(bytes, both)) == sorted(map(bytes, all_digits.pixels))
    assert split.x.max() == 1.0
    assert np.array_equal(
        split.y, all_digits.y[np.random.default_rng(0).permutation(len(all_digits.y))[:1_437]]
    )


def test_moons_are_two_half_circles() -> None:
    x, y = points.make_moons(200, 0.0, np.random.default_rng(0))
    upper, lower = x[y < 0], x[y > 0]
    assert np.allclose(np.linalg.norm(upper, axis=1), 1.0)
    assert np.allclose(np.linalg.norm(lower - [1.0, 0.5], axis=1), 1.0)
    assert (upper[:, 1] >= 0).all()
    assert (lower[:, 1] <= 0.5).all()


def test_the_arms_of_a_spiral_are_one_arm_turned() -> None:
    x, y = points.make_spiral(300, 3, 0.0, np.random.default_rng(0))
    assert np.bincount(y).tolist() == [100, 100, 100]
    radius = np.linalg.norm(x, axis=1)
    angle = np.arctan2(x[:, 1], x[:, 0])
    turned = angle - 2 * np.pi * (y / 3 + 2 * radius / 3)
    assert np.allclose(np.cos(turned), 1.0)
    assert radius.max() <= 1.0


def test_a_tale_has_the_length_asked_for_and_its_own_words() -> None:
    one, again, other = (texts.make_tale(np.random.default_rng(seed), 4000) for seed in (1, 1, 2))
    assert one == again
    assert len(one) == 4000
    assert set(one.split()) != set(other.split())
    assert len(set(one.split())) < 80


def test_a_split_text_keeps_every_character_in_order() -> None:
    text = texts.split_text("hello world", 7)
    assert text.characters == " dehlorw"
    assert text.spelled(text.train) + "|" + text.spelled(text.test) == "hello w|orld"


@pytest.mark.skipif(
    not Path(REAL).is_dir(), reason=f"{DATA_DIR_VARIABLE} names no folder with the real files"
)
def test_tiny_shakespeare_has_65_characters(tmp_path: Path) -> None:
    text = texts.read_shakespeare(Store(tmp_path, Path(REAL)))
    assert len(text.characters) == 65
    assert (len(text.train), len(text.test)) == (1_003_854, 111_540)
    assert text.spelled(text.train[:13]) == "First Citizen"


def test_other_ids_spell_the_same_text() -> None:
    text = texts.split_text("hello world", 7)
    other = text.renumber(np.random.default_rng(1))
    assert other.spelled(other.train) + other.spelled(other.test) == "hello world"
    assert not np.array_equal(other.train, text.train)
    assert sorted(other.characters) == list(text.characters)
