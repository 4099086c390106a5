"""Unit x.backend: what is asked of ``backend.py``, with NumPy's arrays and with strict ones.

Strict arrays lie on a device that NumPy cannot read, as those of a graphics card do: whatever would
convert them raises.
"""

import array_api_strict as strict

DEVICE = strict.Device("device1")


def given(module, value):
    """Return a NumPy array, or a dict of them, as arrays of a module."""
    if isinstance(value, dict):
        return {name: given(module, part) for name, part in value.items()}
    if not hasattr(value, "dtype"):
        return value
    return value.copy() if module == "numpy" else strict.asarray(value.copy(), device=DEVICE)


def told(module, value):
    """Return arrays of a module as NumPy's, of anything else the name of its type."""
    import numpy as np

    if isinstance(value, dict):
        return {str(name): told(module, part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [told(module, part) for part in value]
    if isinstance(value, float):
        return float(value) if module == "strict" or not isinstance(value, np.generic) else value
    if module == "numpy":
        return np.array(value) if isinstance(value, (np.ndarray, np.generic)) else kind_of(value)
    if not isinstance(value, strict._array_object.Array):
        return kind_of(value)
    return np.array(value._array) if value.device == DEVICE else "an array on another device"


def kind_of(value):
    """Return the name of a value's type."""
    return f"{type(value).__module__}.{type(value).__name__}"


def refuse(*_args, **_options):
    """Stand in for a way out of strict arrays."""
    raise TypeError("an array of another module is taken to NumPy: compute with its own module")


def call(module, function, args):
    """Call a function with arrays of a module; return what it gives, and the arguments after."""
    import backend

    strict._array_object.Array.__dlpack__ = refuse
    values = [given(module, value) for value in args]
    result = getattr(backend, function)(*values)
    after = [
        told(module, value) if isinstance(value, dict) or hasattr(value, "dtype") else value
        for value in values
    ]
    return {"result": told(module, result), "after": after}


def namespaces():
    """Return whether each group of arrays has the module that it should."""
    import backend
    import numpy as np

    three = np.ones(3)
    one, other = strict.asarray([1.0]), strict.ones((2, 3), device=DEVICE)
    return {
        "right": [
            backend.array_namespace(three) is three.__array_namespace__(),
            backend.array_namespace(three, np.zeros((2, 2), np.float32))
            is three.__array_namespace__(),
            backend.array_namespace(one) is one.__array_namespace__(),
            backend.array_namespace(one, other) is other.__array_namespace__(),
        ]
    }


def attempt(expression):
    """Evaluate something that should raise."""
    import backend
    import numpy as np

    ones = np.ones
    params = {"w1": ones((2, 3)), "b1": ones(3), "w2": ones((3, 4)), "b2": ones(4)}
    scope = {**vars(backend), "np": np, "xp": strict, "ones": ones, "params": params}
    return {"value": type(eval(expression, scope)).__name__}
