"""Forgeries of milestone 1."""

from tests.forgeries.forgery import Forgery

SLOPES = ["m1.add", "m1.mul", "m1.sub", "m1.tanh", "m1.diamond", "m1.expression_golden"]

FORGERIES = [
    Forgery(
        name="m1_known_sum",
        lacks=["Value.backward"],
        checks=["m1.inner_gradients", "m1.accumulates", "m1.operands_unchanged"],
    ),
    Forgery(name="m1_complex_steps", lacks=["Value.backward"], checks=SLOPES),
    Forgery(name="m1_differences", slow=True, lacks=["Value.backward"], checks=SLOPES),
    Forgery(
        name="m1_moves_for_nothing",
        lacks=["numerical_gradient"],
        checks=["m1.one_coordinate_at_a_time"],
    ),
    Forgery(
        name="m1_public_answers", lacks=["Value.backward"], checks=["m1.hand_worked", "m1.mul"]
    ),
    Forgery(
        name="m1_secrets_of_the_parent", lacks=["Value.backward"], checks=["m1.sub", "m1.tanh"]
    ),
    Forgery(
        name="m1_verdicts_by_count",
        lacks=["gradcheck"],
        checks=["m1.gradcheck_accepts", "m1.gradcheck_rejects", "m1.gradcheck_tolerance"],
    ),
    Forgery(
        name="m1_replaced_exec",
        lacks=["Value.backward"],
        checks=["m1.add", "m1.mul"],
    ),
    Forgery(
        name="m1_slopes_from_frames",
        lacks=["Value.backward"],
        checks=["m1.sub", "m1.tanh"],
        gains=["m1.sub", "m1.tanh"],
        said="Python has no walls inside of a process",
        shown="looks into the frames of its callers",
    ),
    Forgery(
        name="m2_whole_replies",
        lacks=["Neuron", "Layer", "MLP"],
        checks=["m2.forward", "m2.output_activation"],
        gains=["m2.forward", "m2.output_activation"],
        said="may send a whole reply of its own",
        shown="looks into the frames of its callers",
    ),
]
