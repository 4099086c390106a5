"""Mistakes that diagnosis was never made with: in a style of their own, and other variants of them.

They were written before the relations that they are judged by, and measured once. Nothing is
learned from them, and no rule may be changed to name one: whoever does so writes new ones.
"""

from tests.diagnosis.planting import Planting, read_rows

BASE = "matched"
HELD_OUT = "held out"

ROWS: dict[str, list[tuple[str, ...]]] = {
    "m3": [
        # the gradient is set to zeros before every addition
        ("assign-not-accumulate", "        if self.grad is None:\n            self.grad = np", "        self.grad = np"),
        # operands are ready when they are first met, not when all their uses are done
        (
            "breadth-first-order",
            "        ready = [self]\n        while ready:\n            t = ready.pop()\n",
            "        ready, met = [self], {id(self)}\n        while ready:\n            t = ready.pop(0)\n",
            "                if waiting[id(x)] == 0:\n                    ready.append(x)\n",
            "                if id(x) not in met:\n                    met.add(id(x))\n                    ready.append(x)\n",
        ),
        # forgotten in one operation, the others have it
        (
            "no-unbroadcast",
            "                a.take(g * b.data)\n                b.take(g * a.data)\n",
            "                for x, share in ((a, g * b.data), (b, g * a.data)):\n"
            "                    x.grad = share if x.grad is None else x.grad + share\n",
        ),
        # of one operand only
        ("transpose-of-all-axes", "turned(left) @ g", "left.T @ g"),
        # mean and max have it
        ("reduced-axis-not-put-back", "self.widen(g) * np.ones_like(a.data)", "g * np.ones_like(a.data)"),
        # in an operation that is not composed
        ("softmax-jacobian-diagonal", "y * (g - (g * y).sum(self.info, keepdims=True))", "g * y * (1 - y)"),
        # a half of it
        ("relu-slope-at-zero", "np.where(a.data > 0, g, 0)", "g * np.heaviside(a.data, 0.5)"),
        # another epsilon
        ("log-shifted", 'self.result("log", np.log(self.data))', 'self.result("log", np.log(self.data + 1e-10))'),
        # the loss, too
        (
            "cross-entropy-divides-by-classes",
            "losses.mean()",
            "losses.sum() / z.size",
            "a.take(g * d / len(d))",
            "a.take(g * d / d.size)",
        ),
        # of the first layer only
        (
            "hand-not-averaged",
            "    delta2 = delta2 / n\n    delta1 = np.dot(delta2, w2.T) * (1.0 - hidden**2)\n",
            "    delta1 = np.dot(delta2, w2.T) * (1.0 - hidden**2)\n    delta2 = delta2 / n\n",
        ),
        # on the way back only
        ("mean-divides-by-everything", "y.size / a.data.size", "1 / a.data.size"),
        # the array that arrives first is kept as it is
        (
            "gradients-share-memory",
            ".astype(self.data.dtype)\n        if self.grad is None:\n"
            "            self.grad = np.zeros(self.data.shape, self.data.dtype)\n"
            "        self.grad = self.grad + g\n",
            ".astype(self.data.dtype, copy=False)\n        if self.grad is None:\n"
            "            self.grad = g\n        else:\n            self.grad += g\n",
        ),
    ],
    "m4": [
        # as a factor
        ("weight-decay-without-lr", "g = p.grad + self.wd * p.data", "g = p.grad", "p.data = p.data -", "p.data = (1 - self.wd) * p.data -"),
        # the comparison is turned round, the scale is right
        ("dropout-p-is-kept", "< self.p] = 0", ">= self.p] = 0"),
        # the loop ends where no whole batch is left
        ("last-batch-dropped", "while start < len(indices):", "while start + batch_size <= len(indices):"),
        # the counter stands one level too far out
        ("schedule-by-epoch", "            step += 1\n", "        step += 1\n"),
        # their mean
        (
            "loss-of-epoch",
            "            losses.append(float(loss.data))\n            step += 1\n",
            "            of_epoch.append(float(loss.data))\n            step += 1\n"
            "        losses.append(sum(of_epoch) / len(of_epoch))\n",
            "        model.train()\n        for",
            "        model.train()\n        of_epoch = []\n        for",
        ),
        # the list is made anew for each batch
        (
            "predictions-of-last-batch",
            "    labels = []\n    for start in range(0, len(x), batch_size):\n",
            "    for start in range(0, len(x), batch_size):\n        labels = []\n",
        ),
        # the layers of Sequential among them
        ("parameters-miss-lists", "isinstance(item, list | tuple)", "isinstance(item, tuple)"),
    ],
    "m5": [
        # conv2d has a loop of its own
        ("overlaps-assigned", "image[:, down, along] += cols[row]", "image[:, down, along] = cols[row]"),
        ("padding-cut-at-zero", "frame[:, :, p : p + h, p : p + w]\n\n\ndef places", "frame[:, :, p:-p, p:-p]\n\n\ndef places"),
        # the way there knows it
        (
            "stride-not-handed-back",
            "        share = np.zeros_like(frame)\n        for i, j, down, along in places(height, width, k, stride)",
            "        share = np.zeros_like(frame)\n        for i, j, down, along in places(height, width, k, 1)",
        ),
        # the last windows are not whole
        (
            "windows-rounded-up",
            "(shape[2] + 2 * p - k) // s + 1",
            "-(-(shape[2] + 2 * p - k) // s) + 1",
            "(shape[3] + 2 * p - k) // s + 1",
            "-(-(shape[3] + 2 * p - k) // s) + 1",
        ),
        # an array of the wrong shape is filled
        ("map-height-and-width-swapped", "(len(frame), maps, height, width)", "(len(frame), maps, width, height)"),
        # only where windows overlap
        ("pool-overlap-assigned", "share[image, channel, y, z] += g", "share[image, channel, y, z] = g"),
    ],
}  # fmt: skip


def list_held_out(milestone: str) -> list[Planting]:
    """Return the mistakes of one milestone that nothing was made with."""
    return read_rows(milestone, BASE, ROWS.get(milestone, []))
