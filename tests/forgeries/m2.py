"""Forgeries of milestone 2."""

from tests.forgeries.forgery import Forgery

FORGERIES = [
    Forgery(name="m2_nearest_neighbour", lacks=["fit"], checks=["m2.moons"]),
    Forgery(name="m2_least_squares", lacks=["fit"], checks=["m2.four_points", "m2.overfit_batch"]),
    Forgery(name="m2_remembered_seed", lacks=["fit"], checks=["m2.same_seed"]),
    Forgery(name="m2_constant_layer", lacks=["Layer.__call__"], checks=["m2.layer_output"]),
    Forgery(
        name="m2_noise",
        lacks=["MLP.__call__"],
        checks=["m2.every_parameter_matters", "m2.forward"],
    ),
    Forgery(
        name="m2_complex_steps",
        slow=True,
        lacks=[],
        modules={"engine": ["Value.backward"]},
        checks=[
            "m2.gradients",
            "m2.network_golden",
            "m2.fit_golden",
            "m2.one_step",
            "m2.schedule",
            "m2.overfit_batch",
        ],
    ),
]
