"""Convolution by a loop over the places of the kernel."""

ROWS = [
    (
        "patch-channels-last",
        "cols.transpose(0, 4, 5, 1, 2, 3).reshape",
        "cols.transpose(0, 4, 5, 2, 3, 1).reshape",
    ),
    (
        "patch-turned-over",
        "cols.transpose(0, 4, 5, 1, 2, 3).reshape",
        "cols.transpose(0, 4, 5, 1, 3, 2).reshape",
    ),
    (
        "windows-down-first",
        "cols.transpose(0, 4, 5, 1, 2, 3).reshape",
        "cols.transpose(0, 5, 4, 1, 2, 3).reshape",
    ),
    (
        "patches-in-columns",
        "return cols.transpose(0, 4, 5, 1, 2, 3).reshape(n * oh * ow, -1)",
        "return cols.transpose(1, 2, 3, 0, 4, 5).reshape(-1, n * oh * ow)",
    ),
    (
        "batch-innermost",
        "cols.transpose(0, 4, 5, 1, 2, 3).reshape",
        "cols.transpose(4, 5, 0, 1, 2, 3).reshape",
    ),
    (
        "stride-ignored",
        "cols[:, :, i, j, :, :] = image[:, :, i:i_max:stride, j:j_max:stride]",
        "cols[:, :, i, j, :, :] = image[:, :, i : i + oh, j : j + ow]",
    ),
    (
        "stride-along-rows-only",
        "cols[:, :, i, j, :, :] = image[:, :, i:i_max:stride, j:j_max:stride]",
        "cols[:, :, i, j, :, :] = image[:, :, i : i + oh, j:j_max:stride]",
    ),
    (
        "output-size-precedence",
        "(length + 2 * padding - kernel) // stride + 1",
        "(length + 2 * padding - kernel + 1) // stride",
    ),
    ("last-window-missing", "- kernel) // stride + 1", "- kernel) // stride"),
    ("padding-counted-once", "(length + 2 * padding - kernel)", "(length + padding - kernel)"),
    (
        "padding-cut-at-zero",
        "    if padding == 0:\n        return x\n    return x[:, :, padding",
        "    return x[:, :, padding",
    ),
    (
        "padding-on-one-side",
        "padded[:, :, padding : padding + h, padding : padding + w] = x",
        "padded[:, :, :h, :w] = x",
    ),
    (
        "padding-gradient-kept",
        "return x[:, :, padding:-padding, padding:-padding]",
        "return x[:, :, : -2 * padding, : -2 * padding]",
    ),
    (
        "overlaps-assigned",
        "image[:, :, i:i_max:stride, j:j_max:stride] += cols",
        "image[:, :, i:i_max:stride, j:j_max:stride] = cols",
    ),
    (
        "kernel-flipped",
        "out += weight.data[:, :, i, j] @ pixels",
        "out += weight.data[:, :, kernel - 1 - i, kernel - 1 - j] @ pixels",
    ),
    ("bias-unused", "    out += bias.data[:, None]\n", ""),
    (
        "map-height-and-width-swapped",
        "out = out.reshape(n, n_out, oh, ow)",
        "out = out.reshape(n, n_out, ow, oh)",
    ),
    (
        "map-kept-flat-order",
        "out = out.reshape(n, n_out, oh, ow)",
        "out = out.transpose(0, 2, 1).reshape(n, n_out, oh, ow)",
    ),
    (
        "graph-cut",
        "Tensor._node(out, (x, grad_x), (weight, grad_w), (bias, grad_b))",
        "Tensor._node(out, (weight, grad_w), (bias, grad_b))",
    ),
    (
        "weight-gradient-averaged",
        "(g @ pixels.transpose(0, 2, 1)).sum(axis=0)",
        "(g @ pixels.transpose(0, 2, 1)).mean(axis=0)",
    ),
    (
        "weight-gradient-of-one-image",
        "(g @ pixels.transpose(0, 2, 1)).sum(axis=0)",
        "(g @ pixels.transpose(0, 2, 1))[0]",
    ),
    ("bias-gradient-averaged", "g.sum(axis=(0, 2, 3))", "g.mean(axis=(0, 2, 3))"),
    ("bias-gradient-of-one-image", "g.sum(axis=(0, 2, 3))", "g[0].sum(axis=(1, 2))"),
    (
        "bias-broadcast",
        '    if bias.shape != (n_out,):\n        raise ValueError("there is one bias a kernel")\n',
        "",
    ),
    (
        "buffers-are-float64",
        "np.zeros((n, n_out, oh * ow), dtype=np.result_type(x.data, weight.data))",
        "np.zeros((n, n_out, oh * ow))",
    ),
    (
        "ties-credit-all",
        "won = winner == i * kernel + j",
        "won = x.data[:, :, rows, columns] == best",
    ),
    ("ties-credit-the-last", "better = candidate > best", "better = candidate >= best"),
    ("pool-gradient-to-all", "won = winner == i * kernel + j", "won = winner >= 0"),
    ("pool-ignores-upstream", "+= g * won", "+= won"),
    (
        "pool-overlap-assigned",
        "dx[:, :, rows, columns] += g * won",
        "dx[:, :, rows, columns] = np.where(won, g, dx[:, :, rows, columns])",
    ),
    (
        "pool-stride-one",
        "        stride = kernel\n    oh, ow",
        "        stride = 1\n    oh, ow",
    ),
    (
        "pool-stride-ignored",
        "    if stride is None:\n        stride = kernel\n    oh, ow",
        "    stride = kernel\n    oh, ow",
    ),
    (
        "pool-stride-zero-taken",
        "    if stride is None:\n        stride = kernel\n    oh, ow",
        "    if not stride:\n        stride = kernel\n    oh, ow",
    ),
    (
        "pool-starts-at-zero",
        "np.full((n, c, oh, ow), -np.inf, dtype=x.data.dtype)",
        "np.zeros((n, c, oh, ow), dtype=x.data.dtype)",
    ),
    (
        "pool-stops-early",
        "        winner[better] = i * kernel + j\n",
        "        winner[better] = i * kernel + j\n        if j == 1:\n            break\n",
    ),
    (
        "pool-wants-whole-windows",
        "    n, c, h, w = x.shape\n    best",
        "    n, c, h, w = x.shape\n"
        "    if (h - kernel) % stride or (w - kernel) % stride:\n"
        '        raise ValueError("the windows do not divide the image")\n'
        "    best",
    ),
    (
        "layer-ignores-stride",
        "self.bias, self.stride, self.padding)",
        "self.bias, 1, self.padding)",
    ),
    ("layer-ignores-padding", "self.bias, self.stride, self.padding)", "self.bias, self.stride)"),
    (
        "layer-swaps-stride-and-padding",
        "self.bias, self.stride, self.padding)",
        "self.bias, self.padding, self.stride)",
    ),
    ("layer-cuts-graph", "return conv2d(x, self", "return conv2d(Tensor(x.data), self"),
    ("layer-copies-weight", "conv2d(x, self.weight,", "conv2d(x, Tensor(self.weight.data),"),
    (
        "layer-without-bias",
        "        self.bias = Tensor(np.zeros(nout, dtype=np.float32))\n",
        "",
        "self.bias, self.stride, self.padding)",
        "Tensor(np.zeros(self.weight.shape[0], dtype=np.float32)), self.stride, self.padding)",
    ),
    ("init-forgets-window", "fan_in = nin * kernel * kernel", "fan_in = nin"),
    ("init-not-scaled", " * np.sqrt(2 / fan_in)", ""),
    ("init-zeros", "* np.sqrt(2 / fan_in)", "* 0"),
    (
        "init-ignores-rng",
        "        if rng is None:\n            rng = np.random.default_rng()\n        self.stride",
        "        rng = np.random.default_rng(0)\n        self.stride",
    ),
    (
        "pool-layer-ignores-stride",
        "max_pool2d(x, self.kernel, self.stride)",
        "max_pool2d(x, self.kernel)",
    ),
    (
        "flatten-mixes-images",
        "return x.reshape(x.shape[0], features)",
        "return x.reshape(features, x.shape[0]).T",
    ),
    ("flatten-across-the-batch", "return x.reshape(x.shape[0], features)", "return x.reshape(-1)"),
    (
        "flatten-channels-last",
        "return x.reshape(x.shape[0], features)",
        "if len(x.shape) == 4:\n            x = x.transpose(0, 2, 3, 1)\n"
        "        return x.reshape(x.shape[0], features)",
    ),
    ("square-images-assumed", "x.shape[3] // 2 // 2", "x.shape[2] // 2 // 2"),
    ("seed-ignored", "rng = np.random.default_rng(seed)", "rng = np.random.default_rng()"),
    (
        "training-data-not-checked",
        "    if x.ndim != 4 or x.shape[1] != 1:\n"
        '        raise ValueError("images are (N, 1, H, W)")\n'
        "    if y.shape != (len(x),) or len(x) == 0:\n"
        '        raise ValueError("every image needs a label")\n',
        "",
    ),
    (
        "padding-repeats-the-edge",
        "    n, c, h, w = x.shape\n    padded = np.zeros(",
        '    return np.pad(x, ((0, 0), (0, 0), (padding,) * 2, (padding,) * 2), mode="edge")\n'
        "    n, c, h, w = x.shape\n    padded = np.zeros(",
    ),
    (
        "windows-rounded-up",
        "return (length + 2 * padding - kernel) // stride + 1",
        "return -(-(length + 2 * padding - kernel) // stride) + 1",
    ),
    (
        "col2im-channels-last",
        "cols.reshape(n, oh, ow, c, kernel, kernel).transpose(0, 3, 4, 5, 1, 2)",
        "cols.reshape(n, oh, ow, kernel, kernel, c).transpose(0, 5, 3, 4, 1, 2)",
    ),
    (
        "col2im-batch-innermost",
        "cols.reshape(n, oh, ow, c, kernel, kernel).transpose(0, 3, 4, 5, 1, 2)",
        "cols.reshape(oh, ow, n, c, kernel, kernel).transpose(2, 3, 4, 5, 0, 1)",
    ),
    (
        "stride-ignored-backwards",
        "image[:, :, i:i_max:stride, j:j_max:stride] += cols[:, :, i, j, :, :]",
        "image[:, :, i : i + oh, j : j + ow] += cols[:, :, i, j, :, :]",
    ),
    (
        "stride-not-handed-back",
        "dx[:, :, rows, columns] += share.reshape(n, n_in, oh, ow)",
        "dx[:, :, i : i + oh, j : j + ow] += share.reshape(n, n_in, oh, ow)",
    ),
    (
        "only-first-row-of-window",
        "            image[:, :, i:i_max:stride, j:j_max:stride] += cols[:, :, i, j, :, :]\n    return",
        "            image[:, :, i:i_max:stride, j:j_max:stride] += cols[:, :, i, j, :, :]\n        break\n    return",
    ),
    (
        "input-gradient-flipped",
        "share = weight.data[:, :, i, j].T @ g",
        "share = weight.data[:, :, kernel - 1 - i, kernel - 1 - j].T @ g",
    ),
    (
        "weight-gradient-flipped",
        "dw[:, :, i, j] = (g @",
        "dw[:, :, kernel - 1 - i, kernel - 1 - j] = (g @",
    ),
    (
        "conv-ignores-upstream",
        "dw[:, :, i, j] = (g @ pixels",
        "dw[:, :, i, j] = (np.ones_like(g) @ pixels",
    ),
    (
        "cotangent-changed-in-place",
        "        dx = np.zeros(image.shape, dtype=g.dtype)\n",
        "        dx = np.zeros(image.shape, dtype=g.dtype)\n        g /= len(g)\n",
    ),
    (
        "images-and-maps-mixed",
        "out = out.reshape(n, n_out, oh, ow)",
        "out = out.reshape(n_out, n, oh, ow).transpose(1, 0, 2, 3)",
    ),
    (
        "padding-not-cut",
        "    if padding == 0:\n        return x\n    return x[:, :, padding:-padding, padding:-padding]",
        "    return x",
    ),
]
