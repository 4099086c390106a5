"""The reference of unit x.backend on a graphics card, where CuPy and one of those are here."""

import importlib.util

import numpy as np
import pytest

from tests.conftest import ROOT

SIZES = {"w1": (5, 8), "b1": (8,), "w2": (8, 3), "b2": (3,)}


def test_a_training_on_cupy_ends_where_that_on_numpy_does() -> None:
    cupy = pytest.importorskip("cupy")
    if not cupy.is_available():
        pytest.skip("no graphics card here")
    spec = importlib.util.spec_from_file_location(
        "backend", ROOT / "solutions/x_backend/backend.py"
    )
    assert spec is not None
    assert spec.loader is not None
    backend = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(backend)
    rng = np.random.default_rng(0)
    start = {name: rng.normal(size=shape) for name, shape in SIZES.items()}
    x, y = rng.normal(size=(40, 5)), rng.integers(0, 3, 40)
    curve, end = backend.train(start, x, y, 50, 0.5)
    there = {name: cupy.asarray(array) for name, array in start.items()}
    other, moved = backend.train(there, cupy.asarray(x), cupy.asarray(y), 50, 0.5)
    assert np.allclose(other, curve, rtol=1e-9)
    assert all(isinstance(array, cupy.ndarray) for array in moved.values())
    assert all(np.allclose(moved[name].get(), end[name], rtol=1e-9) for name in SIZES)
