"""No entry of an array of array-api-strict leaves its module, while the module itself goes on."""

import copy
from collections.abc import Callable
from typing import Any

import array_api_strict as xp
import numpy as np
import pytest

from autograder.worker.probes import x_backend

WAYS: dict[str, Callable[[Any], Any]] = {
    "np.asarray": np.asarray,
    "np.exp": np.exp,
    "np.stack": lambda x: np.stack([x, x]),
    "np.from_dlpack": np.from_dlpack,
    "left operand": lambda x: np.ones(3) * x,
    "number of NumPy": lambda x: np.float64(2.0) * x,
    "float": lambda x: float(x[0]),
    "int": lambda x: int(x[0]),
    "complex": lambda x: complex(x[0]),
    "loop": list,
    "private": lambda x: x._array,
    "another device": lambda x: np.asarray(x.to_device(xp.Device("CPU_DEVICE"))),
}


@pytest.mark.parametrize("device", ["CPU_DEVICE", "device1"])
@pytest.mark.parametrize("way", WAYS)
def test_no_entry_leaves(way: str, device: str) -> None:
    x = xp.ones(3, device=xp.Device(device))
    with x_backend.closed_arrays(), pytest.raises(TypeError):
        WAYS[way](x)


def test_the_module_goes_on_and_so_does_all_afterwards() -> None:
    x = xp.reshape(xp.arange(6.0), (2, 3))
    before = dict(vars(type(x)))
    with x_backend.closed_arrays():
        assert x.shape == (2, 3)
        total = xp.sum(xp.exp(x @ x.T) * 2.0, axis=0)
        picked = xp.take(x, xp.asarray([1, 0]), axis=0)[0, 1:]
        assert bool(xp.all(total > 0))
        twin = copy.deepcopy(x)
        assert "4" in str(picked)
    assert np.asarray(picked._array).tolist() == [4.0, 5.0]
    assert np.array_equal(twin._array, x._array)
    assert dict(vars(type(x))) == before
    assert float(x[0, 1]) == 1.0


def test_all_is_open_again_after_an_error() -> None:
    with pytest.raises(ValueError), x_backend.closed_arrays():
        raise ValueError
    assert float(xp.ones(1)[0]) == 1.0
