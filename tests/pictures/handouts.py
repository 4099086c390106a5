"""The pictures of the handouts: drawn by code, with the numbers that the reference computes."""

from collections.abc import Callable
from pathlib import Path

from tests.pictures import arrays, clock, curves, scalars
from tests.pictures.references import SOLUTIONS

PICTURES: dict[str, Callable[[], str]] = {
    "w_by_hand/pictures/by-hand.svg": scalars.draw_by_hand,
    "m1_scalar_autograd/pictures/graph.svg": scalars.draw_worked_graph,
    "m2_scalar_mlp/pictures/network.svg": scalars.draw_network,
    "m3_tensor_autograd/pictures/broadcast.svg": arrays.draw_broadcast,
    "m4_training_loop/pictures/clock.svg": clock.draw_clock,
    "c_checkpoints/pictures/regimes.svg": curves.draw_regimes,
    "m5_convolution/pictures/window.svg": arrays.draw_window,
    "m6_transformer/pictures/block.svg": arrays.draw_block,
}


def write_all() -> list[Path]:
    """Write every picture beside its handout, and return the files."""
    files = []
    for name, draw in PICTURES.items():
        file = SOLUTIONS / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(draw(), encoding="utf-8")
        files.append(file)
    return files
