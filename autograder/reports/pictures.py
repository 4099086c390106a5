"""Numbers as pictures that stand inside a page: SVG that takes the page's colour, and small PNGs.

matplotlib is imported when the first picture is drawn: no other command pays for it.
"""

import base64
import html
import io
import itertools
import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autograder.language.catalogue import translate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK = "#010203"  # becomes the page's own text colour
COLOURS = ("#3b8bd0", "#e08a2e", "#3aa675", "#b565c4", "#c9544d")
MARKERS = ("o", "s", "^", "D", "v")
MOST_ACROSS = 4  # as many panels have two rows
SMOOTH = 200  # points of one curve, at most: means of neighbouring losses


def draw_curves(losses: Mapping[str, NDArray[np.float64]], alternative: str) -> str:
    """Return loss curves, each over its own share of training, as one SVG."""
    figure, axes = _make_figure(4.4, 3.2)
    for (name, loss), colour in zip(losses.items(), itertools.cycle(COLOURS), strict=False):
        points = smooth_losses(loss)
        axes.plot(np.linspace(0, 100, len(points)), points, color=colour, label=name, linewidth=1.8)
    axes.set_xlabel(translate("training, %"))
    axes.set_ylabel(translate("loss"))
    if _spans_decades(list(losses.values())):
        axes.set_yscale("log")
    axes.grid(color=INK, alpha=0.15)
    axes.legend(frameon=False, labelcolor=INK, fontsize="small")
    return _render_svg(figure, "curves", alternative)


def draw_fit(
    name: str,
    train: NDArray[np.float64],
    validation: NDArray[np.float64],
    alternative: str,
) -> str:
    """Return the losses of one training on its own samples and on others, as an SVG."""
    figure, axes = _make_figure(3.4, 2.7)
    both = (
        (translate("training"), train, "-"),
        (translate("validation"), validation, "--"),
    )
    for (label, loss, style), colour in zip(both, COLOURS, strict=False):
        points = smooth_losses(loss)
        epochs = np.linspace(1, len(loss), len(points))
        axes.plot(epochs, points, style, color=colour, label=label, linewidth=1.8)
    axes.set_title(name, color=INK)
    axes.set_xlabel(translate("epoch"))
    axes.set_ylabel(translate("loss"))
    axes.set_ylim(bottom=0.0)
    axes.grid(color=INK, alpha=0.15)
    axes.legend(frameon=False, labelcolor=INK, fontsize="small")
    return _render_svg(figure, name, alternative)


def draw_forest(rows: Sequence[tuple[str, float, float]], alternative: str) -> str:
    """Return means in % with their errors, one a row, and a line through the first, as an SVG."""
    figure, axes = _make_figure(4.4, 2.4)
    names, means, errors = zip(*rows, strict=True)
    axes.axvline(means[0], color=INK, alpha=0.4, linestyle="--", linewidth=1.2)
    axes.errorbar(means, names, xerr=errors, fmt="o", color=COLOURS[0], capsize=4, linewidth=1.8)
    axes.set_xlabel(translate("validation accuracy, %"))
    axes.margins(y=0.15)
    axes.invert_yaxis()
    axes.grid(color=INK, alpha=0.15, axis="x")
    return _render_svg(figure, "tuning", alternative)


def draw_lines(
    name: str,
    lines: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]],
    axes_labels: tuple[str, str],
    alternative: str,
) -> str:
    """Return some lines through points (x, y), by name, as an SVG."""
    figure, axes = _make_figure(4.4, 3.0)
    styles = itertools.cycle(("-", "--", "-."))
    for (label, points), colour, style in zip(
        lines.items(), itertools.cycle(COLOURS), styles, strict=False
    ):
        axes.plot(*points, style, color=colour, label=label, linewidth=1.8)
    axes.set_xlabel(axes_labels[0])
    axes.set_ylabel(axes_labels[1])
    axes.grid(color=INK, alpha=0.15)
    axes.legend(frameon=False, labelcolor=INK, fontsize="small")
    return _render_svg(figure, name, alternative)


def draw_grids(
    name: str,
    grids: Mapping[str, NDArray[np.float64]],
    wrong: AbstractSet[tuple[str, int, int]],
    alternative: str,
) -> str:
    """Return matrices side by side as an SVG, on one scale; the cells in `wrong` have a cross."""
    figure, panels = _make_panels(len(grids))
    low = min(float(grid.min()) for grid in grids.values())
    high = max(float(grid.max()) for grid in grids.values())
    for axes, (label, grid) in zip(panels, grids.items(), strict=True):
        shape = "equal" if max(grid.shape) <= 3 * min(grid.shape) else "auto"
        axes.imshow(grid, cmap="cividis", vmin=low, vmax=high, interpolation="none", aspect=shape)
        marks = [(j, i) for owner, i, j in wrong if owner == label]
        for x, y in marks:
            axes.plot(x, y, "s", color="white", markersize=13)
            axes.plot(x, y, "x", color="#c00000", markersize=9, markeredgewidth=3)
        axes.set_title(label, color=INK, fontsize="medium")
        axes.set_xticks([])
        axes.set_yticks([])
    return _render_svg(figure, name, alternative)


def _make_panels(count: int) -> "tuple[Figure, list[Any]]":
    from matplotlib.figure import Figure  # noqa: PLC0415  (no display, no global state)

    rows = 1 if count < MOST_ACROSS else 2
    across = -(-count // rows)
    figure = Figure(figsize=(max(3.4, 1.9 * across), 3.4 if count == 1 else 2.3 * rows))
    figure.set_layout_engine("constrained")
    panels = figure.subplots(rows, across, squeeze=False).ravel()
    figure.patch.set_alpha(0.0)
    return figure, [*panels]


def _spans_decades(losses: Sequence[NDArray[np.float64]]) -> bool:
    """Whether a logarithmic axis would have more than one round number on it."""
    lowest = min(loss.min() for loss in losses)
    return bool(lowest > 0 and max(loss.max() for loss in losses) > 10 * lowest)


def smooth_losses(loss: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `loss` in at most `SMOOTH` points, each the mean of its neighbours."""
    if len(loss) <= SMOOTH:
        return loss
    return np.array([part.mean() for part in np.array_split(loss, SMOOTH)])


def draw_plane(
    name: str,
    x: NDArray[np.float64],
    y: NDArray[np.int64],
    span: tuple[float, float],
    labels: NDArray[np.int64],
    alternative: str,
) -> str:
    """Return points of some classes, and in the same colours the labels of a network, as an SVG."""
    figure, axes = _make_figure(4.4, 4.2)
    count = int(max(y.max(), labels.max())) + 1
    line = np.linspace(*span, len(labels))
    for label in range(count):
        members = x[y == label]
        axes.scatter(
            members[:, 0],
            members[:, 1],
            s=14,
            color=COLOURS[label],
            marker=MARKERS[label],
            edgecolors=INK,
            linewidths=0.4,
            label=translate("class {label}", label=label),
        )
    for label in np.unique(labels):  # one by one: between 0 and 2 there is no strip of 1
        area = (labels == label).astype(float)
        axes.contourf(
            line, line, area, levels=(0.5, 1.5), colors=COLOURS[label], alpha=0.3, zorder=0
        )
    axes.set_xlim(*span)
    axes.set_ylim(*span)
    axes.set_aspect("equal")
    axes.legend(frameon=False, labelcolor=INK, fontsize="small", loc="upper right")
    return _render_svg(figure, name, alternative)


def encode_image(pixels: NDArray[np.uint8], scale: int) -> str:
    """Return a grey image as a ``data:`` address of a PNG, so that it stands in the page itself."""
    from matplotlib.image import imsave  # noqa: PLC0415

    data = io.BytesIO()
    imsave(data, pixels, cmap="gray_r", vmin=0, vmax=scale, format="png", metadata={"Software": ""})
    return "data:image/png;base64," + base64.b64encode(data.getvalue()).decode()


def _make_figure(width: float, height: float) -> "tuple[Figure, Any]":
    from matplotlib.figure import Figure  # noqa: PLC0415  (no display, no global state)

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.patch.set_alpha(0.0)
    figure.patch.set_alpha(0.0)
    for spine in axes.spines.values():
        spine.set_color(INK)
        spine.set_alpha(0.4)
    axes.tick_params(colors=INK, which="both", labelsize="small")
    axes.xaxis.label.set_color(INK)
    axes.yaxis.label.set_color(INK)
    return figure, axes


def _render_svg(figure: "Figure", name: str, alternative: str) -> str:
    """Return `figure` as an element, labelled for those who do not see it, with unique ids."""
    import matplotlib as mpl  # noqa: PLC0415

    text = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": name, "svg.fonttype": "none"}):
        figure.savefig(text, format="svg", metadata={"Date": None})
    element = text.getvalue()[text.getvalue().index("<svg") :]
    element = re.sub(r"<metadata>.*?</metadata>", "", element, flags=re.DOTALL)
    element = re.sub(r'(<image\b[^>]*?) id="[^"]*"', r"\1", element)  # equal images: one id
    element = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", element)
    element = re.sub(r'<svg (.*?)width="[^"]*"', r"<svg \1", element, count=1, flags=re.DOTALL)
    element = re.sub(r'height="[\d.]+pt"', "", element, count=1)
    label = html.escape(alternative, quote=True)
    labelled = element.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
    return re.sub(INK, "currentColor", labelled, flags=re.IGNORECASE)
