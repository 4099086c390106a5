"""What is asked of a trained model, whichever function trained it."""

MOST_BYTES = 6 << 20  # of weights in a reply


def note_settings(conv):
    """Return a list that every layer with a window enters once it is made, with its settings."""
    names, noted = ("nin", "nout", "kernel", "stride", "padding"), []

    def note(kind, first):
        make = kind.__init__

        def noting(self, *args, **kwargs):
            make(self, *args, **kwargs)
            noted.append((self, {**dict(zip(names[first:], args)), **kwargs}))

        kind.__init__ = noting

    for name, first in (("Conv2d", 0), ("MaxPool2d", 2)):
        if isinstance(getattr(conv, name, None), type):
            note(getattr(conv, name), first)
    return noted


def layers(model, x, modules, noted=()):
    """Return the layers of the contract that x goes through, in turn, as plain data.

    What a model does beside them is not told: the judge compares what the layers make of x with
    what the model made of it. A layer whose settings are not known ends the list.
    """
    try:
        found = [plain_layer(kind, layer, noted) for kind, layer in passed(model, x, modules)]
    except Exception:
        return []
    arrays = [part for layer in found for part in layer.values() if hasattr(part, "nbytes")]
    return found if sum(array.nbytes for array in arrays) <= MOST_BYTES else []


def passed(model, x, modules):
    """Run x through a model; return kind and object of each layer that was called."""
    names = ("Linear", "ReLU", "Tanh", "Dropout", "Conv2d", "MaxPool2d", "Flatten")
    every = [getattr(module, name, None) for module in modules for name in names]
    kinds, calls = {id(kind): kind for kind in every if isinstance(kind, type)}.values(), []
    own = [(kind, kind.__dict__.get("__call__")) for kind in kinds]

    def watch(kind):
        call = kind.__call__

        def watched(self, *args, **kwargs):
            calls.append((kind.__name__, self))
            return call(self, *args, **kwargs)

        kind.__call__ = watched

    for kind in kinds:
        watch(kind)
    try:
        model(x)
    finally:
        for kind, call in own:
            if call is None:
                del kind.__call__
            else:
                kind.__call__ = call
    return calls


def plain_layer(kind, layer, noted):
    """Return one layer as plain data."""
    import numpy as np

    plain = {"kind": kind}
    if kind in ("Linear", "Conv2d"):
        plain |= {name: np.array(getattr(layer, name).data) for name in ("weight", "bias")}
    if kind in ("Conv2d", "MaxPool2d"):
        settings = next(settings for made, settings in noted if made is layer)
        plain["stride"] = int(settings.get("stride") or 1)
    if kind == "Conv2d":
        plain["padding"] = int(settings.get("padding") or 0)
    if kind == "MaxPool2d":
        plain["kernel"] = int(settings["kernel"])
        plain["stride"] = int(settings.get("stride") or plain["kernel"])
    return plain


def shuffle_parameters(model, seed):
    """Put the numbers within each parameter of a model into another order."""
    import numpy as np

    rng = np.random.default_rng(seed)
    for parameter in model.parameters():
        numbers = np.asarray(parameter.data)
        parameter.data = rng.permutation(numbers.ravel()).reshape(numbers.shape)


def logits(train, tests, backward):
    """Return what a model that `train` returns makes of tests.

    Without `backward` every gradient is 0 while it trains: what is learnt all the same was not
    learnt by tensor.py.
    """
    import numpy as np
    import tensor

    own = tensor.Tensor.backward

    def come_to_nothing(self, *_):
        own(self, np.zeros_like(self.data))

    tensor.Tensor.backward = own if backward else come_to_nothing
    try:
        model = train()
    finally:
        tensor.Tensor.backward = own
    model.eval()
    return np.array(model(tensor.Tensor(tests.copy())).data)
