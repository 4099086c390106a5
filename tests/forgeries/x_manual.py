"""Forgeries of unit x.manual."""

from tests.forgeries.forgery import Forgery

FORGERIES: list[Forgery] = [
    Forgery(
        "x.manual_borrowed_engine",
        ["Linear.backward", "MLP.backward", "MLP.gradients"],
        ["x.manual.mlp_backward", "x.manual.same_as_engine", "x.manual.fit_steps"],
    ),
    Forgery(
        "x.manual_differences",
        ["Linear.backward", "MLP.backward", "MLP.gradients"],
        ["x.manual.mlp_backward", "x.manual.same_as_engine"],
        works=["x.manual.mlp"],
        because="layers, forward and parameters are as they should be",
    ),
    Forgery(
        "x.manual_least_squares",
        ["fit"],
        ["x.manual.sine", "x.manual.spiral", "x.manual.digits"],
        works=["x.manual.bad_input"],
        because="forward and the losses, which it calls, refuse what fit should",
    ),
]
