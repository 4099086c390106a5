"""Convolution by strides and einsum."""

ROWS = [
    ("patch-channels-last", "ncyxij->nyxcij", "ncyxij->nyxijc"),
    ("patch-turned-over", "ncyxij->nyxcij", "ncyxij->nyxcji"),
    ("windows-down-first", "ncyxij->nyxcij", "ncyxij->nxycij"),
    (
        "patches-in-columns",
        'np.einsum("ncyxij->nyxcij", view).reshape(-1, x.shape[1] * kernel**2)',
        'np.einsum("ncyxij->cijnyx", view).reshape(x.shape[1] * kernel**2, -1)',
    ),
    ("batch-innermost", "ncyxij->nyxcij", "ncyxij->yxncij"),
    ("stride-ignored", "(sn, sc, sh * s, sw * s, sh, sw)", "(sn, sc, sh, sw, sh, sw)"),
    ("stride-along-rows-only", "(sn, sc, sh * s, sw * s, sh, sw)", "(sn, sc, sh, sw * s, sh, sw)"),
    (
        "hard-coded-strides",
        "    sn, sc, sh, sw = image.strides\n",
        "    size = image.itemsize\n    sn, sc, sh, sw = c * h * w * size, h * w * size, w * size, size\n",
        "    view = windows(surround(x, padding), kernel, stride)\n",
        "    view = windows(surround(x, padding) if padding else x, kernel, stride)\n",
    ),
    ("output-size-precedence", "return 1 + (size - k) // s", "return (1 + size - k) // s"),
    ("last-window-missing", "return 1 + (size - k) // s", "return (size - k) // s"),
    (
        "padding-on-one-side",
        "((0, 0), (0, 0), (p, p), (p, p))",
        "((0, 0), (0, 0), (0, 2 * p), (0, 2 * p))",
    ),
    (
        "padding-gradient-kept",
        "return full[:, :, padding : padding + h, padding : padding + w]",
        "return full[:, :, :h, :w]",
    ),
    (
        "padding-cut-at-zero",
        "return image[:, :, padding : padding + h, padding : padding + w]",
        "return image[:, :, padding:-padding, padding:-padding]",
    ),
    ("overlaps-assigned", "left : left + kernel] += patches", "left : left + kernel] = patches"),
    (
        "stride-not-handed-back",
        "wide = spread(g, stride, k,",
        "wide = spread(g, 1, k,",
    ),
    (
        "kernel-flipped",
        "view, weight.data, optimize",
        "view, weight.data[:, :, ::-1, ::-1], optimize",
    ),
    (
        "input-gradient-flipped",
        "turned = weight.data[:, :, ::-1, ::-1]",
        "turned = weight.data",
    ),
    ("bias-unused", "    out = out + bias.data.reshape(1, -1, 1, 1)\n", ""),
    (
        "graph-cut",
        "Tensor._node(out, (x, to_image), (weight, to_weight), (bias, to_bias))",
        "Tensor._node(out, (weight, to_weight), (bias, to_bias))",
    ),
    (
        "weight-gradient-averaged",
        'return np.einsum("noyx,ncyxij->ocij", g, view, optimize=True)',
        'return np.einsum("noyx,ncyxij->ocij", g, view, optimize=True) / len(g)',
    ),
    (
        "weight-gradient-of-one-image",
        '"noyx,ncyxij->ocij", g, view,',
        '"noyx,ncyxij->ocij", g[:1], view[:1],',
    ),
    (
        "bias-gradient-averaged",
        'np.einsum("noyx->o", g)',
        'np.einsum("noyx->o", g) / (g.size / g.shape[1])',
    ),
    ("bias-gradient-of-one-image", 'np.einsum("noyx->o", g)', 'np.einsum("oyx->o", g[0])'),
    (
        "bias-broadcast",
        "if weight.shape[1] != x.shape[1] or bias.shape != weight.shape[:1]:",
        "if weight.shape[1] != x.shape[1]:",
        'np.einsum("noyx->o", g)',
        'np.resize(np.einsum("noyx->o", g), bias.shape)',
    ),
    (
        "ties-credit-the-last",
        "winner = np.argmax(flat, axis=-1)",
        "winner = kernel**2 - 1 - np.argmax(flat[..., ::-1], axis=-1)",
    ),
    (
        "ties-credit-all",
        "        np.add.at(grad, (ni[..., None, None], ci[..., None, None], y, z), g)\n",
        "        for p in range(kernel**2):\n"
        "            won = g * (flat[..., p] == out)\n"
        "            y, z = np.arange(oh)[:, None] * stride + p // kernel, np.arange(ow) * stride + p % kernel\n"
        "            np.add.at(grad, (ni[..., None, None], ci[..., None, None], y, z), won)\n",
    ),
    (
        "pool-gradient-to-all",
        "        np.add.at(grad, (ni[..., None, None], ci[..., None, None], y, z), g)\n",
        "        for i in range(oh):\n            for j in range(ow):\n"
        "                grad[:, :, i * stride : i * stride + kernel, j * stride : j * stride + kernel] += (\n"
        "                    g[:, :, i, j, None, None]\n                )\n",
    ),
    ("pool-ignores-upstream", "ci[..., None, None], y, z), g)", "ci[..., None, None], y, z), 1)"),
    (
        "pool-overlap-assigned",
        "np.add.at(grad, (ni[..., None, None], ci[..., None, None], y, z), g)",
        "grad[ni[..., None, None], ci[..., None, None], y, z] = g",
    ),
    (
        "pool-average",
        "out = np.take_along_axis(flat, winner[..., None], axis=-1)[..., 0]",
        "out = flat.mean(axis=-1)",
    ),
    (
        "pool-stride-one",
        "    stride = kernel if stride is None else stride\n    v",
        "    stride = 1 if stride is None else stride\n    v",
    ),
    (
        "pool-stride-ignored",
        "    stride = kernel if stride is None else stride\n    v",
        "    stride = kernel\n    v",
    ),
    (
        "pool-stride-zero-taken",
        "    stride = kernel if stride is None else stride\n    v",
        "    stride = stride or kernel\n    v",
    ),
    (
        "pool-across-channels",
        "winner = np.argmax(flat, axis=-1)",
        "winner = np.argmax(flat.max(axis=1, keepdims=True).repeat(c, axis=1), axis=-1)",
    ),
    (
        "pool-stops-early",
        "winner = np.argmax(flat, axis=-1)",
        "winner = np.argmax(flat[..., :kernel], axis=-1)",
    ),
    (
        "pool-wants-whole-windows",
        "    n, c, h, w = x.shape\n    view",
        "    n, c, h, w = x.shape\n"
        "    if h % stride or w % stride:\n"
        '        raise ValueError("windows must tile the image")\n'
        "    view",
    ),
    ("layer-ignores-stride", "**self.settings)", 'padding=self.settings["padding"])'),
    ("layer-ignores-padding", "**self.settings)", 'stride=self.settings["stride"])'),
    (
        "layer-swaps-stride-and-padding",
        '{"stride": stride, "padding": padding}',
        '{"stride": padding, "padding": stride}',
    ),
    (
        "layer-cuts-graph",
        "        x = x if isinstance(x, Tensor) else Tensor(x)\n        return conv2d",
        "        x = Tensor(x.data) if isinstance(x, Tensor) else Tensor(x)\n        return conv2d",
    ),
    ("layer-copies-weight", "conv2d(x, self.weight,", "conv2d(x, Tensor(self.weight.data),"),
    ("init-forgets-window", "variance = 2.0 / (nin * kernel**2)", "variance = 2.0 / nin"),
    ("init-not-scaled", "rng.normal(0.0, variance**0.5, ", "rng.normal(0.0, 1.0, "),
    ("init-zeros", "Tensor(np.float32(w))", "Tensor(np.zeros_like(w, dtype=np.float32))"),
    (
        "init-ignores-rng",
        "        rng = rng or np.random.default_rng()\n        variance",
        "        rng = np.random.default_rng(7)\n        variance",
    ),
    (
        "pool-layer-ignores-stride",
        "max_pool2d(x, self.kernel, self.stride)",
        "max_pool2d(x, self.kernel)",
    ),
    ("flatten-across-the-batch", "x.reshape(x.shape[0], -1)", "x.reshape(-1)"),
    ("flatten-mixes-images", "x.reshape(x.shape[0], -1)", "x.reshape(-1, x.shape[0]).T"),
    (
        "flatten-channels-last",
        "return x.reshape(x.shape[0], -1)",
        "axes = (0, *range(2, len(x.shape)), 1)\n        return x.transpose(*axes).reshape(x.shape[0], -1)",
    ),
    ("square-images-assumed", "(width // 4)", "(height // 4)"),
    ("seed-ignored", "rng = np.random.default_rng(seed)", "rng = np.random.default_rng()"),
    (
        "padding-repeats-the-edge",
        "(p, p), (p, p)))",
        '(p, p), (p, p)), mode="edge")',
    ),
    ("padding-ignored", "surround(x, padding)", "surround(x, 0)"),
    (
        "weight-gradient-flipped",
        'return np.einsum("noyx,ncyxij->ocij", g, view, optimize=True)',
        'return np.einsum("noyx,ncyxij->ocij", g, view, optimize=True)[:, :, ::-1, ::-1]',
    ),
    (
        "conv-ignores-upstream",
        '"noyx,ncyxij->ocij", g, view',
        '"noyx,ncyxij->ocij", np.ones_like(g), view',
    ),
    (
        "col2im-channels-last",
        "patches = cols.reshape(n, oh, ow, c, kernel, kernel)",
        "patches = cols.reshape(n, oh, ow, kernel, kernel, c).transpose(0, 1, 2, 5, 3, 4)",
    ),
    (
        "col2im-map-turned-over",
        "patches = cols.reshape(n, oh, ow, c, kernel, kernel)",
        "patches = cols.reshape(n, ow, oh, c, kernel, kernel).transpose(0, 2, 1, 3, 4, 5)",
    ),
    (
        "stride-ignored-backwards",
        "top, left = y * stride, x * stride",
        "top, left = y, x",
    ),
    (
        "overlaps-averaged",
        "    return image[:, :, padding : padding + h, padding : padding + w]",
        "    times = np.zeros_like(image)\n"
        "    for y in range(oh):\n        for x in range(ow):\n"
        "            top, left = y * stride, x * stride\n"
        "            times[:, :, top : top + kernel, left : left + kernel] += 1\n"
        "    image = image / np.maximum(times, 1)\n"
        "    return image[:, :, padding : padding + h, padding : padding + w]",
    ),
    (
        "images-and-maps-mixed",
        'np.einsum("ncyxij,ocij->noyx", view, weight.data, optimize=True)',
        'np.einsum("ncyxij,ocij->onyx", view, weight.data, optimize=True)\n'
        "    out = out.reshape(x.shape[0], weight.shape[0], *out.shape[2:])",
    ),
    ("map-height-and-width-swapped", '"ncyxij,ocij->noyx"', '"ncyxij,ocij->noxy"'),
]
