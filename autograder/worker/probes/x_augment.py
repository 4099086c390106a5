"""Unit x.augment: what is asked of ``augment.py``."""


def alter(images, expressions):
    """Return what each expression makes of images x, and x afterwards."""
    import augment
    import numpy as np

    x, default_rng = images.copy(), np.random.default_rng
    scope = {**vars(augment), "x": x, "default_rng": default_rng}
    return {"altered": [np.array(eval(each, scope)) for each in expressions], "after": x}


def augmented(x, y, seeds):
    """Return images and labels of one batch for each seed, and the dtypes of the images."""
    import numpy as np
    from augment import augment

    pairs = [augment(x.copy(), y.copy(), np.random.default_rng(seed)) for seed in seeds]
    return {
        "images": np.stack([np.array(images) for images, _ in pairs]),
        "labels": np.stack([np.array(labels) for _, labels in pairs]),
        "kinds": [np.asarray(images).dtype.name for images, _ in pairs],
    }


def untouched(x, y, seed):
    """Return what every function was given, after it; dtypes; and whether results are new."""
    import augment
    import numpy as np

    rng, labels, after = np.random.default_rng(seed), y.copy(), {}
    calls = {
        "shift": lambda given: augment.shift(given, 0, 0),
        "rotate": lambda given: augment.rotate(given, 0.0),
        "add_noise": lambda given: augment.add_noise(given, 0.0, rng),
        "augment": lambda given: augment.augment(given, labels, rng)[0],
    }
    kinds, are_new = [], []
    for name, call in calls.items():
        given = x.copy()
        result = np.asarray(call(given))
        kinds.append(result.dtype.name)
        are_new.append(not np.shares_memory(result, given))
        after[name] = given
    return {**after, "labels": labels, "kinds": kinds, "are_new": are_new}


def train(x, y, tests, seed, how, alone):
    """Train; return logits of the tests, twice and one by one, and all that was given, after it.

    A plain training has an augment that changes nothing, an idle one has gradients of 0.
    """
    import augment
    import numpy as np
    import tensor

    given, labels, tested = x.copy(), y.copy(), tests.copy()
    altering, backward = augment.augment, tensor.Tensor.backward
    if how == "plain":
        augment.augment = lambda x, y, rng: (x, y)
    if how == "idle":
        tensor.Tensor.backward = lambda self, *_: backward(self, np.zeros_like(self.data))
    try:
        model = augment.train_augmented(given, labels, seed)
    finally:
        augment.augment, tensor.Tensor.backward = altering, backward
    logits, again = (np.array(model(tensor.Tensor(tested)).data) for _ in range(2))
    single = [np.array(model(tensor.Tensor(tested[k : k + 1])).data)[0] for k in range(alone)]
    after = {"x_after": given, "y_after": labels, "tests_after": tested}
    return {"logits": logits, "again": again, "alone": np.stack(single), **after}


def attempt(expression):
    """Evaluate something that should raise."""
    import augment
    import numpy as np

    scope = {**vars(augment), "np": np, "rng": np.random.default_rng(0)}
    return {"value": type(eval(expression, scope)).__name__}
