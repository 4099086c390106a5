"""Milestone 1: what is asked of ``engine.py``."""

import numpy as np


def evaluate(program, inputs, points):
    """Run `program` at each point; return ``out`` and every input's gradient."""
    from engine import Value

    outs, grads = [], []
    for point in points.tolist():
        names = {name: Value(x) for name, x in zip(inputs, point)}
        leaves = list(names.values())
        exec("\n".join(program), {"Value": Value}, names)
        names["out"].backward()
        outs.append(float(names["out"].data))
        grads.append([float(leaf.grad) for leaf in leaves])
    return {"out": outs, "grad": grads}


def look(program, expressions):
    """Run `program`, then return what each expression says."""
    from engine import Value

    names = {"Value": Value}
    exec("\n".join(program), names)
    return {"values": [eval(expression, names) for expression in expressions]}


def attempt(expression):
    """Evaluate something that should raise; return a Value's number, or the name of a type."""
    from engine import Value

    got = eval(expression, {"Value": Value})
    number = getattr(got, "data", None)
    return {"value": number if isinstance(number, (int, float)) else type(got).__name__}


def chain(steps, order, last):
    """Add some of the Values one after the other, multiply; return the end and all gradients."""
    from engine import Value

    leaves = [Value(x) for x in steps.tolist()]
    out = Value(0.0)
    for i in order.tolist():
        out = out + leaves[i]
    out = out * Value(last)
    out.backward()
    return {"out": float(out.data), "grad": np.array([float(leaf.grad) for leaf in leaves])}


def pairwise(operation, leaves):
    """Combine Values two by two until one is left; return it and all gradients."""
    from engine import Value

    combine = eval(f"lambda a, b: {operation}", {})
    values = [Value(x) for x in leaves.tolist()]
    left = list(values)
    while len(left) > 1:
        pairs = zip(left[::2], left[1::2])
        left = [combine(a, b) for a, b in pairs] + left[len(left) // 2 * 2 :]
    left[0].backward()
    return {"out": float(left[0].data), "grad": [float(value.grad) for value in values]}


def slopes(function, points, **options):
    """Return ``numerical_gradient`` of a function of the list ``xs`` at each point."""
    from engine import numerical_gradient

    f = eval(f"lambda xs: {function}", {"math": __import__("math")})
    found = [numerical_gradient(f, point, **options) for point in points.tolist()]
    return {"slopes": [[float(slope) for slope in gradient] for gradient in found]}


def slopes_calls(point):
    """Return what ``numerical_gradient`` asks and says, and the point afterwards."""
    from engine import numerical_gradient

    xs, asked = list(point.tolist()), []

    def f(values):
        asked.append([float(value) for value in values])
        return sum(value * value for value in values)

    slopes = [float(slope) for slope in numerical_gradient(f, xs)]
    return {"asked": asked, "slopes": slopes, "xs": [float(x) for x in xs]}


def verdicts(functions, points, **options):
    """Return ``gradcheck`` of each function of the list ``xs``, at its point."""
    from engine import Value, gradcheck

    scope = {"Value": Value}
    made = [eval(f"lambda xs: {function}", scope) for function in functions]
    return {"verdicts": [gradcheck(f, list(point), **options) for f, point in zip(made, points)]}
