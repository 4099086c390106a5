"""The judge's forward pass through layers of the contract, as a worker describes them.

A stack is a list of layers, each a dict with its ``kind`` and what that kind has: ``weight`` and
``bias``; of Conv2d also ``stride`` and ``padding``, of MaxPool2d ``kernel`` and ``stride``.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.numerics import convolution, networks

Floats = NDArray[np.float64]
Shape = tuple[int, ...]
Layer = Mapping[str, Any]

MOST_LAYERS = 40
MOST_NUMBERS = 1_000_000  # that a layer makes of one image, its windows' included
MOST_WORK = 40_000_000  # numbers that are made of all images together


class Unfit(Exception):
    """The stack is none that the judge can run on these images."""


@dataclass(frozen=True)
class Kind:
    """A kind of layer.

    Attributes
    ----------
    shape : callable
        Returns the shape of one image after a layer, or raises `Unfit`.
    numbers : callable
        Returns how many numbers the layer makes of an image of this shape.
    forward : callable
        Applies the layer to images.
    """

    shape: Callable[[Layer, Shape], Shape]
    numbers: Callable[[Layer, Shape], int]
    forward: Callable[[Layer, Floats], Floats]


def _require(condition: bool) -> None:
    if not condition:
        raise Unfit


def _array(layer: Layer, name: str, axes: int) -> Floats:
    array = layer.get(name)
    _require(isinstance(array, np.ndarray) and array.dtype.kind == "f" and array.ndim == axes)
    return np.asarray(array, np.float64)


def _number(layer: Layer, name: str, least: int, most: int) -> int:
    number = layer.get(name)
    _require(type(number) is int and least <= number <= most)
    assert isinstance(number, int)
    return number


def _linear_shape(layer: Layer, shape: Shape) -> Shape:
    weight, bias = _array(layer, "weight", 2), _array(layer, "bias", 1)
    _require(shape[-1:] == weight.shape[:1] and bias.shape == weight.shape[1:])
    return (*shape[:-1], weight.shape[1])


def _linear(layer: Layer, x: Floats) -> Floats:
    return np.asarray(x @ _array(layer, "weight", 2) + _array(layer, "bias", 1))


def _window(layer: Layer, shape: Shape) -> tuple[int, int, int]:
    """Return kernel, stride and padding of a layer with windows that fit into the image."""
    _require(len(shape) == 3)
    if layer.get("kind") == "Conv2d":
        kernel, padding = _array(layer, "weight", 4).shape[2], _number(layer, "padding", 0, 64)
    else:
        kernel, padding = _number(layer, "kernel", 1, 64), 0
    stride = _number(layer, "stride", 1, 64)
    _require(1 <= kernel <= min(shape[1:]) + 2 * padding)
    return kernel, stride, padding


def _window_shape(layer: Layer, shape: Shape) -> Shape:
    kernel, stride, padding = _window(layer, shape)
    maps = shape[0]
    if layer.get("kind") == "Conv2d":
        weight, bias = _array(layer, "weight", 4), _array(layer, "bias", 1)
        maps = len(weight)
        _require(weight.shape == (maps, shape[0], kernel, kernel) and bias.shape == (maps,))
    return (maps, *convolution.output_shape(shape, kernel, stride, padding))


def _window_numbers(layer: Layer, shape: Shape) -> int:
    kernel, stride, padding = _window(layer, shape)
    windows = math.prod(convolution.output_shape(shape, kernel, stride, padding))
    return windows * shape[0] * kernel * kernel


def _conv2d(layer: Layer, x: Floats) -> Floats:
    weight, bias = _array(layer, "weight", 4), _array(layer, "bias", 1)
    return convolution.conv2d(x, weight, bias, layer["stride"], layer["padding"])


def _same_shape(layer: Layer, shape: Shape) -> Shape:
    return shape


def _same_numbers(layer: Layer, shape: Shape) -> int:
    return math.prod(shape)


KINDS = {
    "Linear": Kind(_linear_shape, _same_numbers, _linear),
    "ReLU": Kind(_same_shape, _same_numbers, lambda _, x: networks.activate("relu", x)),
    "Tanh": Kind(_same_shape, _same_numbers, lambda _, x: networks.activate("tanh", x)),
    "Dropout": Kind(_same_shape, _same_numbers, lambda _, x: x),  # in evaluation mode
    "Conv2d": Kind(_window_shape, _window_numbers, _conv2d),
    "MaxPool2d": Kind(
        _window_shape,
        _window_numbers,
        lambda layer, x: convolution.max_pool2d(x, layer["kernel"], layer["stride"]),
    ),
    "Flatten": Kind(
        lambda _, shape: (math.prod(shape),), _same_numbers, lambda _, x: x.reshape(len(x), -1)
    ),
}


def count_numbers(layers: Sequence[Layer], shape: Shape) -> int:
    """Return how many numbers a stack makes of one image of this shape.

    Raises
    ------
    Unfit
        Where a layer is of no known kind, does not fit its input, or makes too many.
    """
    _require(0 < len(layers) <= MOST_LAYERS)
    total = 0
    for layer in layers:
        _require(isinstance(layer, Mapping))
        name = layer.get("kind")
        _require(isinstance(name, str) and name in KINDS)
        kind = KINDS[str(name)]
        made, shape = kind.numbers(layer, shape), kind.shape(layer, shape)
        _require(max(made, math.prod(shape)) <= MOST_NUMBERS)
        total += made + math.prod(shape)
    return total


def most_images(layers: Sequence[Layer], shape: Shape) -> int:
    """Return how many images of this shape the judge can afford to run through a stack.

    Raises
    ------
    Unfit
        As in `count_numbers`.
    """
    return MOST_WORK // max(count_numbers(layers, shape), 1)


def forward(layers: Sequence[Layer], x: NDArray[Any]) -> Floats:
    """Return what a stack makes of images x (N, ...), a few at a time.

    Raises
    ------
    Unfit
        As in `count_numbers`.
    """
    step = max(MOST_NUMBERS // max(count_numbers(layers, x.shape[1:]), 1), 1)
    outs = [
        _run(layers, np.asarray(x[at : at + step], np.float64)) for at in range(0, len(x), step)
    ]
    return np.concatenate(outs)


def _run(layers: Sequence[Layer], x: Floats) -> Floats:
    for layer in layers:
        x = KINDS[layer["kind"]].forward(layer, x)
    return x
