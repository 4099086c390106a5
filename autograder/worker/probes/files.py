"""A model's file: what is saved in one process is loaded in another."""

MOST_BYTES = 1 << 18  # of a file that is sent; of a larger one a byte more


def write_model(save, model, name):
    """Save a model in an empty folder; return the file of this name, and what lies there."""
    import os
    import tempfile

    folder = tempfile.mkdtemp()
    path = os.path.join(folder, name)
    save(model, path)
    content = None
    if os.path.isfile(path):
        with open(path, "rb") as file:
            content = file.read(MOST_BYTES + 1)
    return {"content": content, "files": sorted(os.listdir(folder))[:8]}


def read_model(load, model, name, content):
    """Load a file of this content into a model."""
    import os
    import tempfile

    path = os.path.join(tempfile.mkdtemp(), name)
    with open(path, "wb") as file:
        file.write(content)
    load(model, path)


def run(model, x):
    """Return what a model makes of x."""
    import numpy as np
    from tensor import Tensor

    return np.array(model(Tensor(x.copy())).data)
