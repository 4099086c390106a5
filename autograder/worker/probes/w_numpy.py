"""Unit w: what is asked of ``warmup.py``."""


def compute(cases):
    """Run a function on each case; return the results, and the arguments afterwards.

    The arrays are fresh, and lie in memory as the case's `view` says.
    """
    import numpy as np
    import warmup

    views = {
        "": np.array,
        "transposed in memory": lambda x: np.array(x.T, order="C").T,
        "every second entry of a larger array": lambda x: np.stack([x, x], axis=-1)[..., 0],
        "a reversed view": lambda x: np.flip(np.array(np.flip(x), order="C")),
        "read-only": lambda x: np.broadcast_to(np.array(x), x.shape),
    }

    def fresh(x, view):
        return views[view](x) if isinstance(x, np.ndarray) else tuple(x) if type(x) is list else x

    def plain(got):
        known = isinstance(got, (np.ndarray, np.generic, int, float, tuple))
        return np.array(got) if known else type(got).__name__

    answers = []
    for case in cases:
        args = [fresh(x, case["view"]) for x in case["args"]]
        result = getattr(warmup, case["function"])(*args)
        answers.append({"result": plain(result), "after": [plain(x) for x in args]})
    return {"answers": answers}


def count(warm_up, cases):
    """Run a function on each case; return results, the steps that Python took, and if all count.

    What is imported or prepared at the first call belongs to no size, so there is one before.
    """
    import numpy as np
    import warmup

    def arguments(case):
        given = [x.copy() if isinstance(x, np.ndarray) else x for x in case["args"]]
        return [tuple(x) if isinstance(x, list) else x for x in given]

    answers = []
    for case in [warm_up, *cases]:
        function = getattr(warmup, case["function"])
        result, steps, is_whole = count_steps(function, arguments(case))
        known = isinstance(result, (np.ndarray, np.generic))
        plain = np.array(result) if known else type(result).__name__
        answers.append({"result": plain, "steps": steps, "whole": is_whole})
    return {"answers": answers[1:]}


def attempt(expression):
    """Evaluate something that should raise."""
    import numpy as np
    import warmup

    return {"value": type(eval(expression, {**vars(warmup), "np": np})).__name__}


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
