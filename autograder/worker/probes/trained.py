"""What is asked of the model that a function of a learner's returned last."""

from contextlib import contextmanager

MOST_BYTES = 6 << 20  # of weights in a reply
kept: dict[str, object] = {}  # the last model, its passes, and the settings of layers


@contextmanager
def count_passes():
    """Yield a list whose one number is how often a Tensor's ``backward`` was called meanwhile."""
    import tensor

    own, passes = tensor.Tensor.backward, [0]

    def counted(self, *args, **kwargs):
        passes[0] += 1
        return own(self, *args, **kwargs)

    tensor.Tensor.backward = counted
    try:
        yield passes
    finally:
        tensor.Tensor.backward = own


@contextmanager
def no_gradients():
    """Let every gradient of ``Tensor.backward`` be 0 meanwhile."""
    import numpy as np
    import tensor

    own = tensor.Tensor.backward
    tensor.Tensor.backward = lambda self, *_, **__: own(self, np.zeros_like(self.data))
    try:
        yield
    finally:
        tensor.Tensor.backward = own


def keep(module, name):
    """Keep the model that this function of a module returns, whenever it is called."""
    train = getattr(module, name, None)
    if train is None:
        return  # the question after this one says so
    train = getattr(train, "unwatched", train)

    def watched(*args, **kwargs):
        with count_passes() as passes:
            kept["model"] = train(*args, **kwargs)
        kept["passes"] = passes[0]
        return kept["model"]

    watched.unwatched = train
    setattr(module, name, watched)


def inspect(x, modules):
    """Return the layers of the last model, and labels of x once its parameters are shuffled."""
    import numpy as np
    from tensor import Tensor
    from training import predict

    model = kept["model"]
    model.eval()
    found = layers(model, Tensor(x[:1].copy()), modules)
    shuffle_parameters(model, len(x))
    shuffled = np.array(predict(model, x.copy()))
    return {"layers": found, "shuffled": shuffled, "passes": kept["passes"]}


def note_settings(module):
    """Keep every layer with a window that is made from now on, with its settings."""
    names, kept["noted"] = ("nin", "nout", "kernel", "stride", "padding"), []

    def note(kind, first):
        make = getattr(kind.__init__, "unwatched", kind.__init__)

        def noting(self, *args, **kwargs):
            make(self, *args, **kwargs)
            kept["noted"].append((self, {**dict(zip(names[first:], args)), **kwargs}))

        noting.unwatched = make
        kind.__init__ = noting

    for name, first in (("Conv2d", 0), ("MaxPool2d", 2)):
        if isinstance(getattr(module, name, None), type):
            note(getattr(module, name), first)


def layers(model, x, modules):
    """Return the layers of the contract that x goes through, in turn, as plain data.

    What a model does beside them is not told: the judge compares what the layers make of x with
    what the model made of it. A layer whose settings are not known ends the list.
    """
    try:
        found = [plain_layer(kind, layer) for kind, layer in passed(model, x, modules)]
    except Exception:
        return []
    arrays = [part for layer in found for part in layer.values() if hasattr(part, "nbytes")]
    return found if sum(array.nbytes for array in arrays) <= MOST_BYTES else []


def passed(model, x, modules):
    """Run x through a model; return kind and object of each layer that was called."""
    names = ("Linear", "ReLU", "Tanh", "Dropout", "Conv2d", "MaxPool2d", "Flatten")
    every = [(getattr(module, name, None), name) for module in modules for name in names]
    kinds, calls = {kind: name for kind, name in every if isinstance(kind, type)}, []
    own = [(kind, kind.__dict__.get("__call__")) for kind in kinds]

    def watch(kind, name):
        call = kind.__call__

        def watched(self, *args, **kwargs):
            calls.append((name, self))
            return call(self, *args, **kwargs)

        kind.__call__ = watched

    for kind, name in kinds.items():
        watch(kind, name)
    try:
        model(x)
    finally:
        for kind, call in own:
            if call is None:
                del kind.__call__
            else:
                kind.__call__ = call
    return calls


def plain_layer(kind, layer):
    """Return one layer as plain data."""
    import numpy as np

    plain = {"kind": kind}
    if kind in ("Linear", "Conv2d"):
        plain |= {name: np.array(getattr(layer, name).data) for name in ("weight", "bias")}
    if kind in ("Conv2d", "MaxPool2d"):
        settings = next(settings for made, settings in kept["noted"] if made is layer)
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


MOST_BESIDE = 4096  # numbers of an array that belongs to a model and is none of its parameters


def collect(start, stop):
    """Return what the last model holds in numbers: their shapes, and those from start to stop.

    Its parameters have no name. Statistics that it keeps beside them are called by their place.
    """
    import numpy as np

    model = kept["model"]
    arrays = [("", np.asarray(p.data)) for p in model.parameters()]
    arrays += [(name, owner[key]) for name, (owner, key) in find_statistics(model).items()]
    flat = [np.zeros(0, np.float32), *(np.ravel(array).astype(np.float32) for _, array in arrays)]
    return {
        "shapes": [[name, list(array.shape)] for name, array in arrays],
        "flat": np.concatenate(flat)[start:stop],
    }


def carry(model, shapes, numbers, tests):
    """Give a model the numbers of another; return the shapes it has, and its labels of tests."""
    import numpy as np
    from training import predict

    own = list(model.parameters())
    had = [list(np.shape(p.data)) for p in own]
    if had != [shape for name, shape in shapes if not name]:
        return {"shapes": had, "labels": np.zeros(0)}
    places = find_statistics(model)
    sizes = np.cumsum([int(np.prod(shape)) for _, shape in shapes])
    own.reverse()
    for (name, shape), flat in zip(shapes, np.split(numbers, sizes[:-1])):
        array = flat.reshape(shape)
        if not name:
            p = own.pop()
            p.data = array.astype(p.data.dtype)
        elif name in places and list(places[name][0][places[name][1]].shape) == shape:
            owner, key = places[name]
            owner[key] = array.astype(owner[key].dtype)
    model.eval()
    return {"shapes": had, "labels": np.array(predict(model, tests.copy()))}


def find_statistics(model):
    """Return what holds each small array that a model keeps beside its parameters, and the key."""
    import types

    import numpy as np

    found, seen, left = {}, {id(p) for p in model.parameters()}, [("model", model)]
    while left:
        name, part = left.pop()
        if id(part) in seen or isinstance(part, (type, types.FunctionType, types.ModuleType)):
            continue
        seen.add(id(part))
        owner = list(part) if isinstance(part, tuple) else part
        owner = owner if isinstance(owner, (dict, list)) else getattr(part, "__dict__", {})
        for key, value in enumerate(owner) if isinstance(owner, list) else list(owner.items()):
            if not isinstance(value, np.ndarray):
                left.append((f"{name}.{key}", value))
            elif value.dtype.kind == "f" and value.size <= MOST_BESIDE:
                found[f"{name}.{key}"] = (owner, key)
    return found
