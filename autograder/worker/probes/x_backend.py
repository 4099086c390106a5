"""Unit x.backend: what is asked of ``backend.py``.

Arrays are NumPy's, or those of array-api-strict, on its usual device or on another.
"""

STRICT = "array_api_strict"


def compute(module, calls):
    """Evaluate each call on arrays of a module; return results, and afterwards what was given."""
    import backend

    xp, device = open_module(module)
    answers = []
    for call in calls:
        given = place(call["given"], xp, device)
        with closed_arrays():
            result = eval(call["code"], make_scope(backend, xp, device, given))
        answers.append({"result": tell(result), "after": tell(given)})
    return {"answers": answers}


def train(module, params, x, labels, lr, steps):
    """Take steps on all rows; return the loss before each, the parameters and the classes."""
    import backend

    xp, device = open_module(module)
    params, x, labels = (place(each, xp, device) for each in (params, x, labels))
    losses = []
    with closed_arrays():
        for _ in range(steps):
            loss, gradients = backend.loss_and_gradients(params, x, labels)
            losses.append(loss)
            params = backend.sgd_step(params, gradients, lr)
        classes = backend.predict(params, x)
    return {"losses": tell(losses), "params": tell(params), "classes": tell(classes)}


def attempt(module, expression, given):
    """Evaluate something that should raise."""
    return {"value": type(evaluate(module, expression, given)).__name__}


def name(module, expression):
    """Return the name of the array module that an expression gives."""
    found = evaluate(module, expression, {})
    return {"value": getattr(found, "__name__", type(found).__name__)}


def evaluate(module, expression, given):
    """Evaluate an expression that may mix NumPy's arrays with those of array-api-strict."""
    import backend

    xp, device = open_module(module)
    scope = make_scope(backend, xp, device, place(given, xp, device))
    return eval(expression, {**scope, "strict": open_module("strict")[0]})


def open_module(name):
    """Return an array module as its arrays name it, and the device to be on; None for any."""
    import array_api_strict
    import numpy as np

    one = np.zeros(1) if name == "numpy" else array_api_strict.zeros(1)
    device = array_api_strict.Device("device1") if name == "device" else None
    return one.__array_namespace__(), device


def make_scope(backend, xp, device, given):
    """Return the names that a call may use."""
    import numpy as np

    return {**vars(backend), "np": np, "xp": xp, "device": device, **given}


def place(given, xp, device):
    """Return arrays, and those in a dict, as new ones of a module; anything else as it is."""
    import numpy as np

    if isinstance(given, dict):
        return {key: place(value, xp, device) for key, value in given.items()}
    is_array = isinstance(given, np.ndarray)
    return xp.asarray(np.array(given), device=device) if is_array else given


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

    Its own code goes on as ever; any other may ask for the truth value of one entry.
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
        return sys._getframe(2).f_globals.get("__name__", "").partition(".")[0] == STRICT

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
