"""Forgeries of milestone 3."""

from tests.forgeries.forgery import Forgery

TRAINED = ["m3.training_golden", "m3.sine", "m3.overfit_batch", "m3.images"]
BY_HAND = ["m3.hand_gradients", "m3.three_ways"]

FORGERIES = [
    Forgery(
        name="m3_complex_steps",
        slow=True,
        lacks=["Tensor.backward"],
        checks=["m3.add", "m3.mul", "m3.sub", "m3.matmul", "m3.softmax", "m3.overfit_batch"],
    ),
    Forgery(name="m3_least_squares", lacks=["Tensor.backward"], checks=TRAINED),
    Forgery(name="m3_gradients_by_engine", lacks=["hand_gradients"], checks=BY_HAND),
    Forgery(
        name="m3_gradients_by_differences", slow=True, lacks=["hand_gradients"], checks=BY_HAND
    ),
    Forgery(
        name="m3_agreeing_numbers",
        lacks=["Tensor.backward"],
        checks=["m3.add", "m3.softmax", "m3.operands_unchanged"],
    ),
    Forgery(name="m3_traced_memory", lacks=["Tensor.backward"], checks=["m3.memory_freed"]),
]
