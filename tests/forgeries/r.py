"""Forgeries of unit r."""

from tests.forgeries.forgery import Forgery

FORGERIES: list[Forgery] = [
    Forgery("r_least_squares", ["run"], ["r.run", "r.reproduced"]),
    Forgery("r_claimed_curve", ["run"], ["r.run", "r.reproduced", "r.steps"]),
    Forgery("r_remembered_runs", ["run"], ["r.same_seed", "r.used"]),
    Forgery("r_noise_of_settings", ["run"], ["r.same_seed", "r.used"]),
    Forgery("r_claims_of_the_file", ["claims"], ["r.claims"]),
]
