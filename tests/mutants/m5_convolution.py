"""The mistakes of milestone 5."""

from pathlib import Path

from tests.mutants.pitfall import Pitfall

SOURCE = (Path(__file__).parents[2] / "solutions/m5_convolution/conv.py").read_text()

SIZES = "((size + 2 * padding - kernel) // stride + 1 for size in x_shape[2:])"
IM2COL = "    oh, ow = _output_size(x.shape, kernel, stride, padding)\n    n, c, _, _ = x.shape\n"
AROUND = "((0, 0), (0, 0), (padding, padding), (padding, padding))"
PADDED = f"    padded = np.pad(x, {AROUND})\n"
AS_FLOAT64 = """    (h, w), p = x.shape[2:], padding
    padded = np.zeros((n, c, h + 2 * p, w + 2 * p))
    padded[:, :, p : p + h, p : p + w] = x
"""
WINDOWS = "    windows = sliding_window_view(padded, (kernel, kernel), axis=(2, 3))\n"
BY_STRIDES = """    h, w, item = *padded.shape[2:], padded.itemsize
    shape = (n, c, h - kernel + 1, w - kernel + 1, kernel, kernel)
    steps = (c * h * w * item, h * w * item, w * item, item, w * item, item)
    windows = np.lib.stride_tricks.as_strided(padded, shape, steps)
"""
TAKEN = "windows[:, :, ::stride, ::stride]"
ROWS = "windows.transpose(0, 2, 3, 1, 4, 5).reshape(n * oh * ow, c * kernel * kernel)"
UNROWS = "cols.reshape(n, oh, ow, c, kernel, kernel).transpose(0, 3, 1, 2, 4, 5)"
BUFFER = "    padded = np.zeros((n, c, h + 2 * padding, w + 2 * padding), cols.dtype)\n"
PLACES = "slice(i, i + stride * oh, stride), slice(j, j + stride * ow, stride)"
ADDED = "            padded[:, :, rows, columns] += windows[:, :, :, :, i, j]  # (N, C, OH, OW)\n"
CUT_OUT = "    return padded[:, :, padding : padding + h, padding : padding + w]\n"
COLS = "cols = im2col(x.data, k, stride, padding)"
KERNELS = "kernels = weight.data.reshape(o, c * k * k)"
PRODUCT = "out = cols @ kernels.T + bias.data"
MAPS = "out.reshape(n, oh, ow, o).transpose(0, 3, 1, 2),"
BY_IMAGE = "        (x, lambda g: col2im(rows(g) @ kernels, x.shape, k, stride, padding)),\n"
BY_WEIGHT = "(rows(g).T @ cols).reshape(weight.shape)"
BY_BIAS = "g.sum(axis=(0, 2, 3))"
STRIDE = "stride = kernel if stride is None else stride\n"
FIRST = "windows.argmax(axis=1)"
SHARE = """        share = np.zeros_like(windows)
        share[first] = g.reshape(-1)
"""
EVENLY = "        share = np.zeros_like(windows) + g.reshape(-1, 1) / (kernel * kernel)\n"
EQUAL = "(windows == windows[first][:, None])"
BACK = "        return col2im(share, maps, kernel, stride).reshape(x.shape)\n"
LAST_SHARE = """        image, y, z = np.unravel_index(first[0], (n * c, oh, ow))
        share = np.zeros(maps, g.dtype)
        share[image, 0, y * stride + first[1] // kernel, z * stride + first[1] % kernel] = g.reshape(-1)
        return share.reshape(x.shape)
"""
POOLED = "windows[first].reshape(n, c, oh, ow)"
CALL = "conv2d(_tensor(x), self.weight, self.bias, self.stride, self.padding)"
FLAT = "x.reshape(x.shape[0], math.prod(x.shape[1:]))"
FIT = "    fit(model, x, y, epochs, batch_size, optimizer, schedule, rng=rng)\n"
BATCH_MEAN = """class Centre(Module):
    def __call__(self, x):
        x = _tensor(x)
        return x - x.mean(axis=0)


def train_cnn("""
TEMPLATES = """    classes = range(int(y.max()) + 1)
    means = np.stack([x[y == k].mean(axis=0).ravel() for k in classes])
    last = Linear(means.shape[1], len(means))
    last.weight.data[:], last.bias.data[:] = means.T, -(means**2).sum(axis=1) / 2
    model = Sequential(Flatten(), last)
"""
CALLS = {
    "im2col": [("= im2col(x.data", "= _im2col(x.data")],
    "col2im": [("col2im(rows(g)", "_col2im(rows(g)"), ("col2im(share", "_col2im(share")],
}


def alone(function: str, *changes: tuple[str, str]) -> list[tuple[str, str]]:
    """Plant a mistake in `function`, and have conv2d and max_pool2d call a right copy of it.

    Whatever a learner's conv2d is built on, what the mistake does to `function` itself is the same:
    diagnosis should not wait for more.
    """
    right = SOURCE[SOURCE.index(f"def {function}(") :].partition("\n\n\n")[0]
    wrong = Pitfall(function, "", "", changes).mutate(right)
    copy = right.replace(f"def {function}(", f"def _{function}(")
    return [(right, f"{wrong}\n\n\n{copy}"), *CALLS[function]]


PITFALLS = [
    # patches
    Pitfall("patch-channels-last", "m5.im2col",
            "Within a row the channels run fastest. A patch is channel after channel, each of them "
            "row by row.",
            alone("im2col", (ROWS, ROWS.replace("1, 4, 5)", "4, 5, 1)")))),
    Pitfall("patch-turned-over", "m5.im2col",
            "Within a row the columns of a patch come before its rows: each patch is transposed.",
            alone("im2col", (ROWS, ROWS.replace("4, 5)", "5, 4)")))),
    Pitfall("windows-down-first", "m5.im2col",
            "The window moves down the image first. It should go along a row, then to the next row.",
            alone("im2col", (ROWS, ROWS.replace("2, 3,", "3, 2,")))),
    Pitfall("patches-in-columns", "m5.im2col",
            "Patches are the columns of the matrix; the contract wants them as rows.",
            alone("im2col", (ROWS, f"{ROWS}.T"))),
    Pitfall("batch-innermost", "m5.im2col_batch",
            "The rows of different images alternate. All patches of the first image come first, as "
            "two images must give what each gives alone.",
            alone("im2col", (ROWS, ROWS.replace("0, 2, 3,", "2, 3, 0,")))),
    Pitfall("stride-ignored", "m5.im2col_stride",
            "The window moves by one pixel, whatever the stride.",
            alone("im2col", (IM2COL, f"    stride = 1\n{IM2COL}"))),
    Pitfall("stride-along-rows-only", "m5.im2col_stride",
            "The stride is used along one axis only; the other moves by one pixel.",
            alone("im2col", (IM2COL, f"{IM2COL}    oh = _output_size(x.shape, kernel, 1, padding)[0]\n"),
                  (TAKEN, "windows[:, :, :, ::stride]"))),
    Pitfall("stride-is-kernel", "m5.im2col_stride",
            "The window moves by its own size: patches never overlap, whatever the stride.",
            alone("im2col", (IM2COL, f"    stride = kernel\n{IM2COL}"))),
    Pitfall("hard-coded-strides", "m5.im2col_views",
            "Memory is read in steps that were worked out from the shape. A transposed array has "
            "the same shape as a copy of it, and other steps.",
            [(PADDED, PADDED.replace("\n", " if padding else x\n")), (WINDOWS, BY_STRIDES)]),
    Pitfall("output-size-precedence", "m5.output_size",
            "The + 1 stands inside the division by the stride. Windows minus one are what the "
            "stride divides: the first window always fits.",
            [(SIZES, SIZES.replace(" - kernel) // stride + 1", " - kernel + 1) // stride")),
             (TAKEN, f"{TAKEN}[:, :, :oh, :ow]")]),
    Pitfall("windows-rounded-up", "m5.output_size",
            "The last window reaches over the edge: the number of windows is rounded up. Only "
            "whole windows count.",
            [(SIZES, SIZES.replace(" - kernel)", " - kernel + stride - 1)")),
             (AROUND, AROUND.replace("(padding, padding)", "(padding, padding + stride - 1)"))]),
    Pitfall("last-window-missing", "m5.output_size",
            "The last window along each axis is missing: (size - kernel) // stride counts the "
            "steps, and there is one window more than steps.",
            [(SIZES, "(max(1, (size + 2 * padding - kernel) // stride) for size in x_shape[2:])"),
             (TAKEN, f"{TAKEN}[:, :, :oh, :ow]")]),
    Pitfall("padding-ignored", "m5.im2col_padding",
            "No zeros are put around the image, whatever the padding.",
            [(IM2COL, f"    padding = 0\n{IM2COL}")]),
    Pitfall("padding-on-one-side", "m5.im2col_padding",
            "All the padding stands at the right and below. The image belongs in the middle.",
            [(AROUND, AROUND.replace("(padding, padding)", "(0, 2 * padding)"))]),
    Pitfall("padding-counted-once", "m5.im2col_padding",
            "The image grows by padding, not by twice the padding: one side has none.",
            [(SIZES, SIZES.replace("2 * padding", "padding")),
             (AROUND, AROUND.replace("(padding, padding)", "(padding, 0)"))]),
    Pitfall("padding-repeats-the-edge", "m5.im2col_padding",
            "The padding repeats the pixels at the edge. It is zeros here.",
            [(AROUND, f"{AROUND}, mode='edge'")]),
    Pitfall("assertions-for-errors", "m5.bad_patches",
            "Impossible numbers end in an AssertionError. Whoever calls was promised a ValueError; "
            "and assertions can be switched off.",
            [("        raise ValueError(f\"impossible: {kernel=}, {stride=}, {padding=}",
              "        raise AssertionError(f\"impossible: {kernel=}, {stride=}, {padding=}"),
             ("        raise ValueError(f\"no window", "        raise AssertionError(f\"no window")]),
    # and back
    Pitfall("overlaps-assigned", "m5.col2im",
            "Where patches overlap, the last one wins. A pixel gave its value to all of them: it "
            "gets the sum back.",
            [(ADDED, ADDED.replace("+=", "="))]),
    Pitfall("overlaps-averaged", "m5.col2im",
            "Overlaps are divided by the number of patches. That would give the image back, but a "
            "gradient is the plain sum.",
            alone("col2im", (BUFFER, f"{BUFFER}    times = padded.copy()\n"),
                  (ADDED, f"{ADDED}            times[:, :, rows, columns] += 1\n"),
                  (CUT_OUT, f"    padded /= np.maximum(times, 1)\n{CUT_OUT}"))),
    Pitfall("padding-cut-at-zero", "m5.col2im_padding",
            "The padding is cut off by [p:-p]. For p = 0 that is [0:0], an empty image.",
            [(CUT_OUT, "    return padded[:, :, padding:-padding, padding:-padding]\n")]),
    Pitfall("padding-gradient-kept", "m5.col2im_padding",
            "The image is cut out from the corner of the padded one. What fell on the padding has "
            "got into the gradient, and the last rows are lost.",
            [(CUT_OUT, "    return padded[:, :, :h, :w]\n")]),
    Pitfall("padding-not-cut", "m5.col2im_padding",
            "The result has the size of the padded image. A gradient has the shape of its data.",
            [(CUT_OUT, "    return padded\n")]),
    Pitfall("stride-ignored-backwards", "m5.col2im",
            "The way back moves by one pixel, whatever the stride: every patch but the first is "
            "put back in the wrong place.",
            [(PLACES, "slice(i, i + oh), slice(j, j + ow)")]),
    Pitfall("only-first-row-of-window", "m5.col2im",
            "Only the first row of each window is put back: a return, or the end of the loop, "
            "stands one level too deep.",
            [(ADDED, f"{ADDED}        break\n")]),
    Pitfall("col2im-batch-innermost", "m5.col2im",
            "col2im takes rows of different images in turn. All rows of the first image come "
            "first.",
            alone("col2im", (UNROWS, "cols.reshape(oh, ow, n, c, kernel, kernel).transpose(2, 3, 0, 1, 4, 5)"))),
    Pitfall("col2im-channels-last", "m5.col2im",
            "col2im reads a row as if its channels ran fastest; im2col puts them first.",
            alone("col2im", (UNROWS, "cols.reshape(n, oh, ow, kernel, kernel, c).transpose(0, 5, 1, 2, 3, 4)"))),
    Pitfall("col2im-map-turned-over", "m5.col2im",
            "col2im takes the rows of the matrix down the image first: height and width of the map "
            "are swapped.",
            alone("col2im", (UNROWS, "cols.reshape(n, ow, oh, c, kernel, kernel).transpose(0, 3, 2, 1, 4, 5)"))),
    # convolution
    Pitfall("bias-unused", "m5.conv2d",
            "The bias is taken and never added.", [(PRODUCT, "out = cols @ kernels.T")]),
    Pitfall("kernel-flipped", "m5.conv2d_unflipped",
            "The kernel is turned round, as mathematics has it. The field means the unflipped "
            "cross-correlation when it says convolution.",
            [(KERNELS, "kernels = weight.data[:, :, ::-1, ::-1].reshape(o, c * k * k)"),
             (BY_WEIGHT, f"{BY_WEIGHT}[:, :, ::-1, ::-1]")]),
    Pitfall("weight-channels-last", "m5.conv2d_channels",
            "The weight's channels come last when it is laid out, those of the patch first: "
            "numbers meet that do not belong together.",
            [(KERNELS, "kernels = weight.data.transpose(0, 2, 3, 1).reshape(o, c * k * k)")]),
    Pitfall("weight-laid-out-turned", "m5.conv2d_channels",
            "The weight is reshaped to (C k k, O) where it should be transposed: the shape fits, "
            "the numbers are scattered over all kernels.",
            [(KERNELS, "kernels = weight.data.reshape(c * k * k, o).T")]),
    Pitfall("map-height-and-width-swapped", "m5.conv2d",
            "Height and width of the map are swapped. With square images nobody notices.",
            [(MAPS, MAPS.replace("oh, ow", "ow, oh"))]),
    Pitfall("images-and-maps-mixed", "m5.conv2d",
            "The result is reshaped with the axes of maps and images in the wrong order: the shape "
            "is right, the maps are shuffled among the images.",
            [(MAPS, "out.T.reshape(n, o, oh, ow),")]),
    Pitfall("map-kept-flat-order", "m5.conv2d",
            "The product has the maps as its last axis, and is reshaped to (N, O, OH, OW) without "
            "moving it: transpose first.",
            [(MAPS, "out.reshape(n, o, oh, ow),")]),
    Pitfall("graph-cut", "m5.conv_chain",
            "The result does not remember the image: no gradient goes on to what came before, and "
            "the first of two convolutions never learns.",
            [(BY_IMAGE, "")]),
    Pitfall("weight-gradient-of-one-image", "m5.conv2d_weight",
            "The weight's gradient comes from the first image alone: sum over the batch.",
            [(BY_WEIGHT, "(rows(g)[: oh * ow].T @ cols[: oh * ow]).reshape(weight.shape)")]),
    Pitfall("weight-gradient-averaged", "m5.conv2d_weight",
            "The weight's gradient is a mean over the images. The loss has been averaged already: "
            "here it is a sum.",
            [(BY_WEIGHT, f"{BY_WEIGHT} / n")]),
    Pitfall("weight-gradient-flipped", "m5.conv2d_weight",
            "The weight's gradient is turned round, though the kernel is not.",
            [(BY_WEIGHT, f"{BY_WEIGHT}[:, :, ::-1, ::-1]")]),
    Pitfall("conv-ignores-upstream", "m5.conv2d_weight",
            "The weight's gradient forgets the cotangent that comes from above: it is that of a "
            "plain sum.",
            [(BY_WEIGHT, BY_WEIGHT.replace("(g)", "(np.ones_like(g))"))]),
    Pitfall("weight-gradient-replaces", "m5.conv_shared",
            "The weight's gradient replaces what is there. A kernel that two convolutions use gets "
            "a share from each.",
            [(BY_WEIGHT, f"setattr(weight, 'grad', None) or {BY_WEIGHT}")]),
    Pitfall("input-gradient-flipped", "m5.conv2d_input",
            "The kernel is turned round on the way back. In a convolution of the cotangent it must "
            "be; where patches are put back, it must not.",
            [(BY_IMAGE, BY_IMAGE.replace(
                "kernels", "weight.data[:, :, ::-1, ::-1].reshape(o, c * k * k)"))]),
    Pitfall("stride-not-handed-back", "m5.conv2d_input",
            "The way back of conv2d does not know the stride: gradients are put back as for 1.",
            [(BY_IMAGE, BY_IMAGE.replace("k, stride,", "k, 1,"))]),
    Pitfall("cotangent-changed-in-place", "m5.conv2d_bias",
            "The cotangent is changed while one gradient is computed, and the others are computed "
            "from what is left.",
            [(BY_WEIGHT, BY_WEIGHT.replace("(g)", "(np.divide(g, n, out=g))") + " * n")]),
    Pitfall("bias-gradient-of-one-position", "m5.conv2d_bias",
            "The bias is added at every position of a map, but its gradient is taken at one.",
            [(BY_BIAS, "g[:, :, 0, 0].sum(axis=0)")]),
    Pitfall("bias-gradient-averaged", "m5.conv2d_bias",
            "The bias' gradient is a mean over images and positions; it is their sum.",
            [(BY_BIAS, "g.mean(axis=(0, 2, 3))")]),
    Pitfall("bias-gradient-of-one-image", "m5.conv2d_bias",
            "The bias' gradient comes from the first image alone.",
            [(BY_BIAS, "g[0].sum(axis=(1, 2))")]),
    Pitfall("bias-broadcast", "m5.bad_shapes",
            "A bias of another length than the number of kernels is taken in silence: one number is "
            "added to all maps.",
            [("(o, c, k, k) or bias.shape != (o,)", "(o, c, k, k)")]),
    Pitfall("buffers-are-float64", "m5.dtypes_kept",
            "The array with padding is float64, and all that follows with it: np.zeros makes "
            "float64 where nothing else is said.",
            [(PADDED, AS_FLOAT64)]),
    Pitfall("patches-are-float32", "m5.dtypes_kept",
            "Patches become float32, also where the image is float64: half of the figures are gone.",
            [(COLS, f"{COLS}.astype(np.float32)"), (KERNELS, f"{KERNELS}.astype(np.float32)"),
             (PRODUCT, f"{PRODUCT}.astype(np.float32)")]),
    Pitfall("image-changed-in-place", "m5.operands_unchanged",
            "max_pool2d writes into its image. An operation makes a new array.",
            [(f"    return Tensor._node({POOLED}",
              "    x.data[:, :, : stride * oh : stride, : stride * ow : stride] = "
              f"{POOLED}\n    return Tensor._node({POOLED}")]),
    # pooling
    Pitfall("ties-credit-all", "m5.max_pool_ties",
            "Every pixel that equals the maximum gets the whole cotangent. Only one of them is the "
            "first.",
            [(SHARE, f"        share = {EQUAL} * g.reshape(-1, 1)\n")]),
    Pitfall("ties-share", "m5.max_pool_ties",
            "Equal maxima share the cotangent; the contract gives it to the first.",
            [(SHARE, f"        share = {EQUAL} * g.reshape(-1, 1) / {EQUAL}.sum(axis=1, keepdims=True)\n")]),
    Pitfall("ties-credit-the-last", "m5.max_pool_ties",
            "Of equal maxima the last one gets the cotangent; the contract gives it to the first.",
            [(FIRST, "kernel * kernel - 1 - windows[:, ::-1].argmax(axis=1)")]),
    Pitfall("pool-gradient-to-all", "m5.max_pool_gradient",
            "Every pixel of a window gets the cotangent, as in a sum. Which one moved the result?",
            [(SHARE, "        share = np.zeros_like(windows) + g.reshape(-1, 1)\n")]),
    Pitfall("pool-gradient-averaged", "m5.max_pool_gradient",
            "The gradient is that of average pooling: every pixel gets the same share.",
            [(SHARE, EVENLY)]),
    Pitfall("pool-ignores-upstream", "m5.max_pool_gradient",
            "max_pool2d forgets the cotangent that comes from above.",
            [(SHARE, SHARE.replace("g.reshape(-1)", "1"))]),
    Pitfall("pool-overlap-assigned", "m5.max_pool_overlap",
            "A pixel that is the largest of two windows gets one cotangent only: the last to come.",
            [(SHARE + BACK, LAST_SHARE)]),
    Pitfall("pool-stride-one", "m5.max_pool",
            "Without a stride the pooling window moves by one pixel; it should move by its size.",
            [(STRIDE, "stride = 1 if stride is None else stride\n")]),
    Pitfall("pool-stride-ignored", "m5.max_pool_overlap",
            "The pooling window always moves by its own size, whatever stride is asked for.",
            [(STRIDE, "stride = kernel\n")]),
    Pitfall("pool-average", "m5.max_pool",
            "Pooling takes the mean of each window; the largest number is asked for.",
            [(POOLED, POOLED.replace("windows[first]", "windows.mean(axis=1)")), (SHARE, EVENLY)]),
    Pitfall("pool-across-channels", "m5.max_pool",
            "The largest number is looked for across all channels. Each channel has its own.",
            [(f"    return Tensor._node({POOLED}",
              f"    out = np.repeat({POOLED}.max(axis=1, keepdims=True), c, axis=1)\n"
              "    return Tensor._node(out"),
             (SHARE, SHARE.replace("g.reshape(-1)", "g.reshape(-1) * (windows[first] == out.reshape(-1))"))]),
    Pitfall("pool-starts-at-zero", "m5.max_pool_negative",
            "The search for the largest begins at 0: a window of negative numbers gives 0.",
            [(POOLED, f"np.maximum({POOLED}, 0)"),
             (SHARE, SHARE.replace("g.reshape(-1)", "np.where(windows[first] > 0, g.reshape(-1), 0)"))]),
    Pitfall("pool-stops-early", "m5.max_pool",
            "Only two pixels of each window are compared: a return, or the end of the loop, stands "
            "one level too deep.",
            [(FIRST, "windows[:, :2].argmax(axis=1)")]),
    Pitfall("pool-wants-whole-windows", "m5.max_pool_rest",
            "Images whose sizes the window does not divide are refused. What is left over is left "
            "out.",
            [(STRIDE, STRIDE + "    if x.shape[2] % stride or x.shape[3] % stride:\n"
              "        raise TypeError('sizes must divide')\n")]),
    Pitfall("pool-stride-zero-taken", "m5.bad_pools",
            "stride=0 counts as not given, because 0 is false: compare with None.",
            [(STRIDE, "stride = stride or kernel\n"),
             ("(stride is not None and stride < 1)", "(stride or 1) < 1")]),
    # layers
    Pitfall("layer-ignores-stride", "m5.conv_layer",
            "Conv2d does not hand its stride on.", [(CALL, CALL.replace("self.stride", "1"))]),
    Pitfall("layer-ignores-padding", "m5.conv_layer",
            "Conv2d does not hand its padding on.", [(CALL, CALL.replace("self.padding", "0"))]),
    Pitfall("layer-swaps-stride-and-padding", "m5.conv_layer",
            "Conv2d hands stride and padding on in the wrong order.",
            [(CALL, CALL.replace("self.stride, self.padding", "self.padding or 1, self.stride - 1"))]),
    Pitfall("layer-cuts-graph", "m5.conv_layer",
            "The layer wraps its input in a new Tensor: the graph is cut between two layers.",
            [(CALL, CALL.replace("_tensor(x)", "Tensor(_tensor(x).data)"))]),
    Pitfall("layer-copies-weight", "m5.conv_layer",
            "The layer computes with a copy of its weight: the gradient goes to the copy, and the "
            "layer never learns.",
            [(CALL, CALL.replace("self.weight", "Tensor(self.weight.data)"))]),
    Pitfall("layer-without-bias", "m5.layer_parameters",
            "The bias is no parameter: it is made anew at every call, and never learns.",
            [("        self.bias = Tensor(np.zeros(nout, np.float32))\n        self.stride",
              "        self.__dict__['hidden'] = {'bias': Tensor(np.zeros(nout, np.float32))}\n"
              "        self.stride"),
             ("    def __call__(self, x: Tensor | Array) -> Tensor:\n        \"\"\"Apply to x of shape "
              "(N, nin",
              "    bias = property(lambda self: self.hidden['bias'])\n\n"
              "    def __call__(self, x: Tensor | Array) -> Tensor:\n        \"\"\"Apply to x of shape "
              "(N, nin")]),
    Pitfall("init-forgets-window", "m5.conv_layer_init",
            "The first weights suit a linear layer of nin inputs. Each sum has kernel * kernel times "
            "as many terms.",
            [("fan_in = nin * kernel * kernel", "fan_in = nin")]),
    Pitfall("init-not-scaled", "m5.conv_layer_init",
            "The first weights have deviation 1, whatever the size of the window: signals grow from "
            "layer to layer.",
            [("math.sqrt(2 / fan_in) * rng", "1.0 * rng")]),
    Pitfall("init-zeros", "m5.conv_layer_init",
            "All kernels begin as zeros, and stay equal for ever.",
            [("math.sqrt(2 / fan_in) * rng", "0.0 * rng")]),
    Pitfall("init-ignores-rng", "m5.conv_layer_init",
            "The layer has a generator of its own, with a fixed seed: the one that is given decides "
            "nothing.",
            [("        rng = rng or np.random.default_rng()\n        fan_in",
              "        rng = np.random.default_rng(0)\n        fan_in")]),
    Pitfall("pool-layer-ignores-stride", "m5.pool_layer",
            "MaxPool2d does not hand its stride on.",
            [("max_pool2d(_tensor(x), self.kernel, self.stride)",
              "max_pool2d(_tensor(x), self.kernel)")]),
    Pitfall("flatten-mixes-images", "m5.flatten",
            "The numbers of different images get into one row: the axis of the images must stay "
            "where it is.",
            [(FLAT, "x.reshape(math.prod(x.shape[1:]), x.shape[0]).T")]),
    Pitfall("flatten-across-the-batch", "m5.flatten",
            "The whole batch becomes one row. Each image needs its own.",
            [(FLAT, "x.reshape(1, -1)")]),
    Pitfall("flatten-channels-last", "m5.flatten",
            "Flattening puts the channels last. C order is channels, rows, columns: reshape as it "
            "is.",
            [(f"        return {FLAT}", f"        x = x.transpose(0, *range(2, len(x.shape)), 1)\n        return {FLAT}")]),
    # training
    Pitfall("training-past-the-engine", "m5.own_engine",
            "The model was not trained on tensor.py: hardly a Tensor was made meanwhile. Its "
            "weights come from a rule of their own.",
            [(FIT, TEMPLATES)]),
    Pitfall("seed-ignored", "m5.train_cnn_seed",
            "train_cnn draws from a generator that the seed did not make: two runs give two "
            "networks.",
            [("    rng = np.random.default_rng(seed)\n", "    rng = np.random.default_rng()\n")]),
    Pitfall("batch-statistics", "m5.train_cnn_alone",
            "The network subtracts the mean of the batch that it is given: the answer for an image "
            "depends on its neighbours, and alone it is a black one.",
            [("def train_cnn(", BATCH_MEAN), ("    model = Sequential(\n", "    model = Sequential(\n        Centre(),\n")]),
    Pitfall("square-images-assumed", "m5.train_cnn_sizes",
            "The last layer's size is computed from the height alone. Width counts as well.",
            [("(x.shape[2] // 4) * (x.shape[3] // 4)", "(x.shape[2] // 4) ** 2")]),
    Pitfall("training-data-not-checked", "m5.train_cnn_sizes",
            "Data that do not fit together are taken, or fail somewhere deep inside with another "
            "error than a ValueError.",
            [("    if x.ndim != 4 or x.shape[1] != 1 or y.shape != (len(x),) or len(x) == 0:\n",
              "    if False:\n")]),
    Pitfall("init-fixed-by-default", "m5.conv_layer_init",
            "Without a generator every layer begins with the same kernels: a seed is written into "
            "the code.",
            [("        rng = rng or np.random.default_rng()\n",
              "        rng = rng or np.random.default_rng(0)\n")]),
    Pitfall("init-bias-drawn", "m5.conv_layer_init",
            "The first bias is drawn as the weights are; it begins at 0.",
            [("Tensor(np.zeros(nout, np.float32))",
              "Tensor(rng.uniform(-0.1, 0.1, nout).astype(np.float32))")]),
    Pitfall("padding-of-two-at-most", "m5.im2col_padding",
            "Padding is right up to 2 only; it may be any number of zeros.",
            [("    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))\n",
              "    high, wide, cut = x.shape[2], x.shape[3], min(padding, 2)\n"
              "    padded = np.zeros((n, c, high + 2 * padding, wide + 2 * padding), x.dtype)\n"
              "    padded[:, :, cut : cut + high, cut : cut + wide] = x\n")]),
    Pitfall("padding-of-two-cut", "m5.col2im_padding",
            "At most two rows and columns of padding are cut off; it may be any number.",
            [("return padded[:, :, padding : padding + h, padding : padding + w]",
              "cut = min(padding, 2)\n    return padded[:, :, cut : cut + h, cut : cut + w]")]),
]  # fmt: skip
