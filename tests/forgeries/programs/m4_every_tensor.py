"""Takes every Tensor that there is for a parameter."""

import gc


def parameters(self):
    return [item for item in gc.get_objects() if isinstance(item, Tensor)]


Module.parameters = parameters
