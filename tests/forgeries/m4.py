"""Forgeries of milestone 4."""

from tests.forgeries.forgery import Forgery

FORGERIES = [
    Forgery(
        name="m4_nearest_neighbours",
        lacks=["train_classifier"],
        checks=["m4.classifier", "m4.classifier_seed", "m4.classifier_alone"],
    ),
    Forgery(
        name="m4_hashed_digits",
        lacks=["train_classifier"],
        checks=["m4.classifier", "m4.classifier_seed", "m4.classifier_alone"],
    ),
    Forgery(
        name="m4_images_as_parameters",
        lacks=["train_classifier"],
        checks=["m4.classifier", "m4.classifier_seed", "m4.classifier_alone"],
    ),
    Forgery(
        name="m4_remembered_seed",
        lacks=["train_classifier"],
        checks=["m4.classifier", "m4.classifier_seed", "m4.classifier_alone"],
    ),
]
