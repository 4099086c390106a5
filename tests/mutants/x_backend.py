"""The mistakes of unit x.backend."""

from tests.mutants.pitfall import Pitfall

SHIFT = "shifted = logits - xp.max(logits, axis=1, keepdims=True)"
TANH = 'hidden = xp.tanh(x @ params["w1"] + params["b1"])'
CLASSES = "classes = xp.arange(k, dtype=labels.dtype, device=labels.device)"
STEP = "return {name: array - lr * gradients[name] for name, array in params.items()}"
LOSS = "return -xp.sum(wanted * log_p) / n, (xp.exp(log_p) - wanted) / n"
SLOPE = "(1 - hidden * hidden)"
MODULES = "modules = {array.__array_namespace__() for array in arrays}"

PITFALLS = [
    Pitfall("always-numpy", "x.backend.namespace",
            "The module is NumPy, whatever the arrays are from. Ask the arrays.",
            [(MODULES, "modules = {np for array in arrays}")]),
    Pitfall("mixtures-accepted", "x.backend.namespace",
            "The first array decides, and the others are not asked: a mixture has to be refused.",
            [(MODULES, "modules = {array.__array_namespace__() for array in arrays[:1]}")]),
    Pitfall("method-of-numpy", "x.backend.loss",
            "A method is used that NumPy's arrays have, and others have not. The standard has "
            "functions.",
            [(SHIFT, "shifted = logits - logits.max(axis=1, keepdims=True)")]),
    Pitfall("there-and-back", "x.backend.forward",
            "NumPy is called on an array of another module. At best the array is copied to NumPy "
            "and back, and a graphics card waits.",
            [(TANH, 'hidden = xp.asarray(np.tanh(np.asarray(x @ params["w1"] + params["b1"])))')]),
    Pitfall("kinds-mixed", "x.backend.loss",
            "Booleans are used as numbers. Only NumPy turns them into floats by itself.",
            [("wanted = one_hot(labels, k, logits.dtype)",
              "one_hot(labels, k, logits.dtype)\n    wanted = labels[:, None] == xp.arange(k)")]),
    Pitfall("default-dtype", "x.backend.one_hot",
            "The rows have the usual dtype in place of the one asked for: what follows becomes "
            "float64.",
            [("return xp.astype(labels[:, None] == classes, dtype)",
              "return xp.astype(labels[:, None] == classes, xp.float64)")]),
    Pitfall("default-dtype-of-zeros", "x.backend.init",
            "The biases have the usual dtype, not that of the weights.",
            [('"b1": xp.zeros(hidden, **kind)', '"b1": xp.zeros(hidden, device=device)'),
             ('"b2": xp.zeros(nout, **kind)', '"b2": xp.zeros(nout, device=device)')]),
    Pitfall("device-forgotten", "x.backend.device",
            "A new array is made on the usual device, beside labels that lie on another. Pass the "
            "device on.",
            [(CLASSES, "classes = xp.arange(k, dtype=labels.dtype)")]),
    Pitfall("device-of-parameters-forgotten", "x.backend.device",
            "New parameters lie on the usual device, whatever was asked for.",
            [('"device": device}', '"device": None}')]),
    Pitfall("loss-as-python-number", "x.backend.loss",
            "The loss is fetched as a Python number. It stays an array: who wants the number "
            "fetches it.",
            [(LOSS, "return float(-xp.sum(wanted * log_p) / n), (xp.exp(log_p) - wanted) / n")]),
    Pitfall("written-in-place", "x.backend.step",
            "The step writes into the arrays that it was given. Make new ones.",
            [(STEP, "for name, array in params.items():\n"
                    "        array -= lr * gradients[name]\n"
                    "    return dict(params)")]),
    Pitfall("uphill", "x.backend.step",
            "The step goes up the slope. The gradient points to where the loss grows.",
            [(STEP, STEP.replace("array - lr", "array + lr"))]),
    Pitfall("broadcast-gradient", "x.backend.step",
            "A gradient of another shape is accepted, and broadcast. Compare the shapes.",
            [("if shapes != slopes:", "if shapes.keys() != slopes.keys():")]),
    Pitfall("no-shift", "x.backend.loss",
            "exp overflows for large logits. What happens to softmax if each row is shifted?",
            [(SHIFT, "shifted = logits")]),
    Pitfall("mean-forgotten", "x.backend.loss",
            "The gradient is that of the sum over the rows, and the loss is their mean.",
            [(LOSS, "return -xp.sum(wanted * log_p) / n, xp.exp(log_p) - wanted")]),
    Pitfall("any-label", "x.backend.one_hot",
            "A label that is no class gives a row of zeros. It has to be refused.",
            [("if bool(xp.any((labels < 0) | (labels >= k))):", "if False:")]),
    Pitfall("booleans-for-labels", "x.backend.one_hot",
            "Labels that are True and False are taken for classes. Labels are integers, nothing "
            "else.",
            [('not xp.isdtype(labels.dtype, "integral")',
              'xp.isdtype(labels.dtype, "real floating")')]),
    Pitfall("slope-by-input", "x.backend.gradients",
            "The slope of tanh is taken from what goes into it. It is 1 minus the square of what "
            "comes out.",
            [(SLOPE, '(1 - (x @ params["w1"] + params["b1"]) ** 2)')]),
    Pitfall("slope-forgotten", "x.backend.gradients",
            "The gradient goes through tanh as if it were a straight line.",
            [(SLOPE, "1")]),
    Pitfall("bias-averaged", "x.backend.gradients",
            "The biases' gradient is a mean over the rows. The loss was divided by them already.",
            [('"b1": xp.sum(d_hidden, axis=0)', '"b1": xp.mean(d_hidden, axis=0)'),
             ('"b2": xp.sum(d_logits, axis=0)', '"b2": xp.mean(d_logits, axis=0)')]),
    Pitfall("one-root-for-both", "x.backend.init",
            "Both weights have the spread of the first layer. Each layer has inputs of its own.",
            [("/ math.sqrt(rows)", "/ math.sqrt(nin)")]),
    Pitfall("smallest-logit", "x.backend.training",
            "The class is that of the smallest logit.",
            [("xp.argmax(", "xp.argmin(")]),
]  # fmt: skip
