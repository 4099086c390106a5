"""The mistakes of unit x.norm."""

from tests.mutants.pitfall import Pitfall

VAR = "var = (centred * centred).mean(axis=self._axes, keepdims=True)\n"
MEAN = "mean = x.mean(axis=self._axes, keepdims=True)\n"
OUT = "return centred / (var + self.eps).sqrt()"
UNBIASED = "var.data.reshape(-1) * (count / (count - 1))"
TRAINING = "        if self.training:\n"
CENTRED = "        centred = x - mean\n"
LAST = "self.running_var = (1 - share) * self.running_var + share * unbiased\n"
FIRST = "self.running_mean = (1 - share) * self.running_mean + share * mean.data.reshape(-1)\n"
SEEN = "        mean, var = self._spread(self.running_mean), self._spread(self.running_var)\n"

PITFALLS = [
    Pitfall("unbiased-in-training", "x.norm.rows",
            "The normalisation divides by N - 1. That is the running variance; the batch itself is "
            "scaled with N.",
            [(OUT, "return centred / (var * (count / (count - 1)) + self.eps).sqrt()")]),
    Pitfall("biased-running-variance", "x.norm.running",
            "The running variance takes in the variance divided by N. As in PyTorch it is the "
            "unbiased one.",
            [(UNBIASED, "var.data.reshape(-1)")]),
    Pitfall("running-shares-swapped", "x.norm.running",
            "The shares are swapped: momentum is the share of the new batch, not of the old value.",
            [("share = self.momentum\n", "share = 1 - self.momentum\n")]),
    Pitfall("running-statistics-replaced", "x.norm.running",
            "The running statistics are those of the last batch. They should keep most of what "
            "came before.",
            [("share = self.momentum\n", "share = 1.0\n")]),
    Pitfall("running-statistics-never-kept", "x.norm.running",
            "The running statistics stay as they began. Every batch in training has a share in "
            "them.",
            [("share = self.momentum\n", "share = 0.0\n")]),
    Pitfall("batch-statistics-in-evaluation", "x.norm.evaluation",
            "Evaluation takes the statistics of the batch that it gets: what a row gives then "
            "depends on its neighbours.",
            [(SEEN, "        mean = x.data.mean(axis=self._axes, keepdims=True)\n"
                    "        var = x.data.var(axis=self._axes, keepdims=True)\n")]),
    Pitfall("evaluation-noted", "x.norm.evaluation_still",
            "A batch in evaluation changes the running statistics. Only training notes them.",
            [(TRAINING, "        if not self.training and x.shape[0] > 1:\n"
                        "            self._normalise(x)\n" + TRAINING)]),
    Pitfall("statistics-taken-for-constants", "x.norm.gradient_x",
            "Mean and variance are taken for constants, so x gets one of three shares. They were "
            "made of x, and backward should go through them.",
            [(CENTRED, "        mean = Tensor(mean.data)\n" + CENTRED),
             (VAR, VAR + "        var = Tensor(var.data)\n")]),
    Pitfall("variance-taken-for-constant", "x.norm.gradient_x",
            "The gradient goes through the mean, not through the variance.",
            [(VAR, VAR + "        var = Tensor(var.data)\n")]),
    Pitfall("eps-beside-the-root", "x.norm.rows",
            "eps is added to the root. It belongs to the variance, under it.",
            [(OUT, "return centred / (var.sqrt() + self.eps)")]),
    Pitfall("variance-by-difference", "x.norm.rows",
            "The variance is a difference of two large numbers: in float32 no figure of it is "
            "right. Square what is centred.",
            [(VAR, "var = (x * x).mean(axis=self._axes, keepdims=True) - mean * mean\n"
                   "        var = var.relu()\n")]),
    Pitfall("images-each-by-itself", "x.norm.images",
            "Each image is centred by itself. The statistics of a channel are of all images of the "
            "batch together.",
            [(MEAN, "axes = self._axes[1:] or self._axes\n"
                    "        mean = x.mean(axis=axes, keepdims=True)\n"),
             (VAR, "var = (centred * centred).mean(axis=axes, keepdims=True)\n"
                   "        whole = x.data.mean(axis=self._axes), x.data.var(axis=self._axes)\n"),
             ("mean.data.reshape(-1)", "whole[0]"), ("var.data.reshape(-1)", "whole[1]")]),
    Pitfall("running-statistics-as-parameters", "x.norm.fresh",
            "The running statistics are Tensors, so parameters() finds them and an optimiser moves "
            "them. Keep plain arrays.",
            [("        self.running_mean = np.zeros(n)\n",
              "        self.running_mean = np.zeros(n)\n"
              "        self.kept = Tensor(np.zeros(n)), Tensor(np.ones(n))\n")]),
    Pitfall("bias-before-gain", "x.norm.rows",
            "The bias is added first, and multiplied by the gain with the rest.",
            [("x * self.gain.reshape(*shape) + self.bias.reshape(*shape)",
              "(x + self.bias.reshape(*shape)) * self.gain.reshape(*shape)")]),
    Pitfall("one-row-accepted", "x.norm.one_sample",
            "One row is taken in training. It has no variance: all it can give is the bias.",
            [("if count < 2:", "if count < 1:"), ("(count - 1))", "max(1, count - 1))")]),
]  # fmt: skip
