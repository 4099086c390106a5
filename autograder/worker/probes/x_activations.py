"""Unit x.activations: what is asked of ``activations.py``."""


def curves(expression, inputs, cotangents):
    """Return an expression of x with its gradient, and what NumPy warns of, for each input."""
    import warnings

    import activations
    import numpy as np
    from tensor import Tensor

    answers = []
    for x, cotangent in zip(inputs, cotangents):
        leaf = Tensor(x.copy())
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            out = eval(expression, {**vars(activations), "x": leaf})
            out.backward(cotangent.copy())
        grad = None if leaf.grad is None else np.array(leaf.grad)
        told = [str(one.message) for one in caught if issubclass(one.category, RuntimeWarning)]
        answers.append({"out": np.array(out.data), "grad": grad, "warnings": told})
    return {"curves": answers}


def attempt(expression):
    """Evaluate something that should raise."""
    import activations
    from tensor import Tensor

    return {"value": type(eval(expression, {**vars(activations), "Tensor": Tensor})).__name__}
