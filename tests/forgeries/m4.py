"""Forgeries of milestone 4."""

from tests.forgeries.forgery import Forgery

IMAGES = ["m4.classifier", "m4.classifier_seed", "m4.classifier_alone"]
TRAINING = ["m4.overfit_batch", "m4.regimes", "m4.epoch"]

FORGERIES: list[Forgery] = [
    Forgery("m4_constant_accuracy", ["accuracy"], ["m4.accuracy"]),
    Forgery("m4_labels_of_the_question", ["predict"], ["m4.predict"]),
    Forgery(
        "m4_remembered_save",
        ["save", "load"],
        ["m4.save_load", "m4.save_path", "m4.load_mismatch"],
    ),
    Forgery("m4_stated_accuracies", ["fit", "accuracy"], ["m4.regimes"]),
    Forgery("m4_targets_as_logits", ["fit"], TRAINING),
    Forgery("m4_least_squares", ["fit", "SGD.step"], TRAINING),
    Forgery("m4_shown_only", ["fit"], ["m4.fit_epochs", "m4.fit_modes"]),
    Forgery(
        "m4_remembered_orders",
        ["train_test_split", "batches"],
        ["m4.split_random", "m4.batches_order", "m4.same_seed"],
    ),
    Forgery("m4_random_losses", ["fit"], ["m4.same_seed"]),
    Forgery(
        "m4_remembered_draws",
        ["Linear.__init__", "Dropout.__call__"],
        ["m4.init_drawn", "m4.dropout_fresh"],
    ),
    Forgery(
        "m4_constant_results",
        ["train_test_split", "batches", "fit", "Dropout.__call__"],
        ["m4.global_chance"],
    ),
    Forgery(
        "m4_constant_good_data",
        ["train_test_split", "batches", "fit", "predict", "accuracy"],
        ["m4.bad_data"],
    ),
    Forgery("m4_every_tensor", ["Module.parameters"], ["m4.parameters", "m4.parameters_nested"]),
    Forgery(
        name="m4_nearest_neighbours",
        lacks=["train_classifier"],
        checks=IMAGES,
    ),
    Forgery(
        name="m4_hashed_digits",
        lacks=["train_classifier"],
        checks=IMAGES,
    ),
    Forgery(
        name="m4_images_as_parameters",
        lacks=["train_classifier"],
        checks=IMAGES,
    ),
    Forgery(
        name="m4_remembered_seed",
        lacks=["train_classifier"],
        checks=IMAGES,
    ),
]
