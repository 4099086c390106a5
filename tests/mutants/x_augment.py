"""The mistakes of unit x.augment."""

from tests.mutants.pitfall import Pitfall

MOVED = "    moved[:, :, to_rows, to_columns] = images[:, :, from_rows, from_columns]\n"
ROWS = "rows = (h - 1) / 2 + math.sin(a) * x + math.cos(a) * y"
COLUMNS = "columns = (w - 1) / 2 + math.cos(a) * x - math.sin(a) * y"
FOUR = "((top, left), (top, left + 1), (top + 1, left), (top + 1, left + 1))"
NOISE = "scale * rng.standard_normal(images.shape)"
EACH = """    for k, (dy, dx) in enumerate(moves.tolist()):
        altered[k : k + 1] = shift(altered[k : k + 1], dy, dx)
"""
ALTERED = "    return add_noise(altered, 0.02, rng), y.copy()\n"

PITFALLS = [
    Pitfall("comes-round", "x.augment.shift",
            "What leaves the image comes back at the other side. Zeros should come in.",
            [(MOVED, "    moved = np.roll(images, (dy, dx), axis=(2, 3))\n")]),
    Pitfall("up-for-down", "x.augment.shift",
            "The images move up and to the left. Row numbers grow downwards.",
            [("    h, w = images.shape[2:]\n    moved =",
              "    dy, dx = -dy, -dx\n    h, w = images.shape[2:]\n    moved =")]),
    Pitfall("down-and-right-swapped", "x.augment.shift",
            "dy moves to the right, dx down. The third axis is that of the rows.",
            [("    h, w = images.shape[2:]\n    moved =",
              "    dy, dx = dx, dy\n    h, w = images.shape[2:]\n    moved =")]),
    Pitfall("clockwise", "x.augment.rotate_quarter",
            "The images turn clockwise. Rows go down, so the sign of the sine is not that of the "
            "school book.",
            [("a = math.radians(degrees)", "a = -math.radians(degrees)")]),
    Pitfall("degrees-as-radians", "x.augment.rotate_quarter",
            "The angle goes into sine and cosine as degrees.",
            [("a = math.radians(degrees)", "a = float(degrees)")]),
    Pitfall("middle-off-by-half", "x.augment.rotate_quarter",
            "The middle is half a pixel off: pixels 0 to H - 1 have theirs at (H - 1) / 2.",
            [("y, x = y - (h - 1) / 2, x - (w - 1) / 2", "y, x = y - h / 2, x - w / 2"),
             (ROWS, ROWS.replace("(h - 1) / 2", "h / 2")),
             (COLUMNS, COLUMNS.replace("(w - 1) / 2", "w / 2"))]),
    Pitfall("nearest-pixel", "x.augment.rotate",
            "The nearest pixel alone is taken. Values between pixels are shared by four.",
            [(FOUR, "((np.rint(rows).astype(int), np.rint(columns).astype(int)),)"),
             ("(1 - np.abs(rows - r)) * (1 - np.abs(columns - c))", "np.ones(rows.shape)")]),
    Pitfall("edge-repeated", "x.augment.rotate",
            "Beyond the edge the last pixel goes on. Outside the image everything is 0.",
            [("weight * inside * images", "weight * images")]),
    Pitfall("uniform-noise", "x.augment.add_noise",
            "The noise is uniform. It should be normal, with deviation scale.",
            [(NOISE, "scale * rng.uniform(-1, 1, images.shape)")]),
    Pitfall("scale-as-variance", "x.augment.add_noise",
            "scale is taken for the variance of the noise. It is its deviation.",
            [(NOISE, "scale**0.5 * rng.standard_normal(images.shape)")]),
    Pitfall("one-noise-for-all", "x.augment.add_noise",
            "All images get the same noise. Every pixel of every image has a draw of its own.",
            [(NOISE, "scale * rng.standard_normal(images.shape[1:])")]),
    Pitfall("noise-not-cut", "x.augment.add_noise",
            "Noisy pixels leave [0, 1]: cut them.",
            [("(images + noise).clip(0, 1).astype", "(images + noise).astype")]),
    Pitfall("all-moved-alike", "x.augment.augment",
            "All images of a batch are moved alike. Draw for each by itself.",
            [(EACH, "    dy, dx = moves[0].tolist()\n    altered = shift(altered, dy, dx)\n")]),
    Pitfall("images-reordered", "x.augment.augment",
            "The images come out in another order than their labels.",
            [(ALTERED, "    altered = altered[rng.permutation(len(x))]\n" + ALTERED)]),
    Pitfall("labels-moved", "x.augment.augment",
            "The labels are changed. A three that was moved is a three.",
            [("y.copy()\n", "np.roll(y, 1)\n")]),
    Pitfall("altered-in-place", "x.augment.untouched",
            "The images that were given are changed: the next epoch alters what is altered "
            "already.",
            [(ALTERED, "    x[:] = altered\n" + ALTERED)]),
    Pitfall("dtype-float64", "x.augment.untouched",
            "float32 images come back as float64.",
            [("turned.astype(images.dtype)", "turned"),
             (".clip(0, 1).astype(images.dtype)", ".clip(0, 1)")]),
    Pitfall("rows-accepted", "x.augment.bad_input",
            "Images without four axes are taken.",
            [("    if images.ndim != 4:\n", "    if images.ndim < 2:\n"),
             ("    h, w = images.shape[2:]\n", "    h, w = images.shape[-2:]\n"),
             ("moved[:, :, ", "moved[..., "), ("images[:, :, ", "images[..., ")]),
]  # fmt: skip
