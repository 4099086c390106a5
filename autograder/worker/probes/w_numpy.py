"""Unit w: what is asked of ``warmup.py``."""


def compute(cases):
    """Run a function on each case; return the results, and the arguments afterwards."""
    answers = []
    for case in cases:
        args = arguments(case)
        answers.append({"result": plain(find(case)(*args)), "after": [plain(x) for x in args]})
    return {"answers": answers}


def count(warm_up, cases):
    """Run a function on each case; return results, the steps that Python took, and if all count.

    What is imported or prepared at the first call belongs to no size, so there is one before.
    """
    find(warm_up)(*arguments(warm_up))
    answers = []
    for case in cases:
        result, steps, is_whole = count_steps(find(case), arguments(case))
        answers.append({"result": plain(result), "steps": steps, "whole": is_whole})
    return {"answers": answers}


def attempt(expression):
    """Evaluate something that should raise."""
    import numpy as np
    import warmup

    return {"value": type(eval(expression, {**vars(warmup), "np": np})).__name__}


def find(case):
    """Return the learner's function that a case calls."""
    import importlib

    name = case["function"]
    module = importlib.import_module("warmup")
    if not hasattr(module, name):
        raise ImportError(f"cannot import name '{name}' from 'warmup' ({module.__file__})")
    return getattr(module, name)


def arguments(case):
    """Return the arguments of a case: fresh arrays that lie in memory as its `view` says."""
    import numpy as np

    lay_out = {
        "": np.array,
        "transposed in memory": lambda x: np.array(x.T, order="C").T,
        "every second entry of a larger array": every_second,
        "a reversed view": lambda x: np.array(np.flip(x))[(slice(None, None, -1),) * x.ndim],
        "read-only": np.array,
    }[case["view"]]

    def fresh(x):
        if not isinstance(x, np.ndarray):
            return tuple(x) if isinstance(x, list) else x
        array = lay_out(x)
        array.flags.writeable = case["view"] != "read-only"
        return array

    return [fresh(x) for x in case["args"]]


def every_second(x):
    """Return a view with gaps between its entries."""
    import numpy as np

    for axis in range(x.ndim):
        x = np.repeat(x, 2, axis=axis)
    return x[(slice(None, None, 2),) * x.ndim]


def plain(got):
    """Return an array or a number as an array, and of anything else its kind."""
    import numpy as np

    if isinstance(got, tuple):
        return list(got)
    known = isinstance(got, (np.ndarray, np.generic, int, float))
    return np.array(got) if known else type(got).__name__


def count_steps(function, args):
    """Call a function; return its result, the steps, and whether they were counted to the end.

    A step is a line of Python that begins, a jump back or a call: of the learner's code and of all
    that it calls, NumPy's own Python included, so that a loop counts wherever it is written.
    """
    import sys

    return (count_by_monitoring if hasattr(sys, "monitoring") else count_by_trace)(function, args)


def count_by_trace(function, args):
    """Count with ``sys.settrace``."""
    import sys

    tally = [0]

    def note(_frame, event, _arg):
        tally[0] += event in ("call", "line")
        return note

    sys.settrace(note)
    try:
        result = function(*args)
    finally:
        is_whole = sys.gettrace() is note
        sys.settrace(None)
    return result, tally[0], is_whole


def count_by_monitoring(function, args):
    """Count with ``sys.monitoring``, which is there from Python 3.12 on.

    A line that repeats itself begins once, and jumps back: a comprehension is such a line.
    """
    import sys

    tally, monitoring = [0], sys.monitoring
    kinds = [getattr(monitoring.events, name) for name in ("LINE", "JUMP", "PY_START", "PY_RESUME")]
    tool = next(id for id in range(6) if monitoring.get_tool(id) is None)

    def note(*_):
        tally[0] += 1

    monitoring.use_tool_id(tool, "steps")
    for kind in kinds:
        monitoring.register_callback(tool, kind, note)
    monitoring.set_events(tool, sum(kinds))
    try:
        result = function(*args)
    finally:
        is_whole = monitoring.get_events(tool) == sum(kinds)
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)
    return result, tally[0], is_whole
