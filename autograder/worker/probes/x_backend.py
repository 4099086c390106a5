"""Unit x.backend: what is asked of ``backend.py``.

Arrays are NumPy's, or those of array-api-strict, on its usual device or on another.
"""

STRICT = "array_api_strict"


def compute(module, calls):
    """Evaluate each call on arrays of a module; return results, and afterwards what was given."""
    import backend
    import numpy as np

    xp, device = open_module(module)
    scope = {**vars(backend), "np": np, "xp": xp, "device": device}
    answers = []
    for call in calls:
        given = {key: place(value, xp, device) for key, value in call["given"].items()}
        with closed_arrays():
            result = eval(call["code"], scope | given)
        answers.append({"result": tell(result), "after": tell(given)})
    return {"answers": answers}


def show(module, code, given):
    """Evaluate one call, as a script can; arrays of array-api-strict are on another device."""
    import array_api_strict
    import backend
    import numpy as np

    xp = np if module == "numpy" else array_api_strict
    device = None if module == "numpy" else array_api_strict.Device("device1")

    def place(value):
        return xp.asarray(value, copy=True, device=device)

    def plain(value):
        if isinstance(value, dict):
            return {key: plain(part) for key, part in value.items()}
        if isinstance(value, (list, tuple)):
            return list(map(plain, value))
        return {"numbers": np.array(getattr(value, "_array", value))}

    arrays = {}
    for key, value in given.items():
        is_dict = isinstance(value, dict)
        arrays[key] = {k: place(v) for k, v in value.items()} if is_dict else place(value)
    scope = {**vars(backend), "np": np, "xp": xp, "device": device, **arrays}
    return {"result": plain(eval(code, scope))}


def train_closed(question):
    """Train where no entry of an array leaves its module."""
    with closed_arrays():
        return train(**question)


def train(module, params, x, labels, lr, steps):
    """Take steps on all rows; return the loss before each, and the parameters after the last."""
    import array_api_strict
    import backend
    import numpy as np

    xp = np if module == "numpy" else array_api_strict
    params = {key: xp.asarray(array, copy=True) for key, array in params.items()}
    losses = []
    for _ in range(steps):
        rows = xp.asarray(x, copy=True), xp.asarray(labels, copy=True)
        loss, gradients = backend.loss_and_gradients(params, *rows)
        losses.append(np.array(getattr(loss, "_array", loss)))
        params = backend.sgd_step(params, gradients, lr)
    after = {key: np.array(getattr(array, "_array", array)) for key, array in params.items()}
    return {"losses": losses, "params": after}


def attempt(module, expression, params):
    """Evaluate something that should raise."""
    import array_api_strict as strict
    import backend
    import numpy as np

    xp = np if module == "numpy" else strict
    params = {key: xp.asarray(array) for key, array in params.items()}
    scope = {**vars(backend), "np": np, "xp": xp, "strict": strict, "params": params}
    return {"value": type(eval(expression, scope)).__name__}


def name(expression):
    """Return the name of the array module that an expression gives."""
    import array_api_strict as strict
    import backend
    import numpy as np

    found = eval(expression, {**vars(backend), "np": np, "strict": strict})
    return {"value": getattr(found, "__name__", type(found).__name__)}


def open_module(name):
    """Return an array module as its arrays name it, and the device to be on; None for any."""
    import array_api_strict
    import numpy as np

    one = np.zeros(1) if name == "numpy" else array_api_strict.zeros(1)
    device = array_api_strict.Device("device1") if name == "device" else None
    return one.__array_namespace__(), device


def place(value, xp, device):
    """Return an array, or those in a dict, as new ones of a module."""
    if isinstance(value, dict):
        return {key: place(part, xp, device) for key, part in value.items()}
    return xp.asarray(value, copy=True, device=device)


def tell(value):
    """Return plain arrays, each with the module and the device that it was on."""
    import numpy as np

    if isinstance(value, dict):
        return {str(key): tell(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [tell(part) for part in value]
    if isinstance(value, (np.ndarray, np.generic)):
        return {"of": "numpy", "on": "", "numbers": np.array(value)}
    if type(value).__module__.partition(".")[0] == STRICT and hasattr(value, "_array"):
        return {"of": STRICT, "on": value.device._device, "numbers": np.array(value._array)}
    return {"of": type(value).__name__, "on": "", "numbers": None}


def closed_arrays():
    """Return a context in which no entry of an array of array-api-strict leaves its module.

    Its own code goes on, and so do probes; any other may ask for the truth value of one entry.
    """
    import contextlib
    import sys

    import array_api_strict

    kind = type(array_api_strict.zeros(1))
    ways = {
        "__array__": "NumPy",
        "__buffer__": "Python",
        "__dlpack__": "DLPack",
        "__float__": "float",
        "__int__": "int",
        "__complex__": "complex",
        "__index__": "Python",
        "__iter__": "a loop",
    }

    def is_inside():
        name = sys._getframe(2).f_globals.get("__name__", "")
        return name == __name__ or name.partition(".")[0] == STRICT

    def refuse(way):
        raise TypeError(f"{way} reads an array of array-api-strict: nothing may leave its module")

    def close(method, way):
        def closed(self, *args, **kwargs):
            return method(self, *args, **kwargs) if is_inside() else refuse(way)

        return closed

    def close_slot(slot):
        def get(self):
            return slot.__get__(self, kind) if is_inside() else refuse("the private _array")

        return property(get, slot.__set__)

    @contextlib.contextmanager
    def closed():
        own = dict(vars(kind))
        for name, way in ways.items():
            if name in own:
                setattr(kind, name, close(own[name], way))
        kind._array = close_slot(own["_array"])
        try:
            yield
        finally:
            for name in (*ways, "_array"):
                if name in own:
                    setattr(kind, name, own[name])

    return closed()
