"""Forgeries of milestone 4."""

from tests.forgeries.forgery import NOT_RUN, Forgery, put_behind_gate

IMAGES = ["m4.classifier", "m4.classifier_seed", "m4.classifier_alone"]
TRAINING = ["m4.overfit_batch", "m4.regimes", "m4.epoch"]
FITTED = [
    *("m4.fit_golden", "m4.fit_batches", "m4.fit_epochs", "m4.fit_schedule", "m4.fit_modes"),
    *("m4.validation_untrained", "m4.validation_accuracy", "m4.predict", "m4.accuracy"),
]

FORGERIES: list[Forgery] = [
    Forgery(
        "m4_constant_accuracy",
        ["accuracy"],
        ["m4.accuracy"],
        works=["m4.validation_untrained"],
        because="fit trains; which accuracy it notes is not asked there",
    ),
    Forgery(
        "m4_labels_of_the_question",
        ["predict"],
        ["m4.predict"],
        works=["m4.validation_untrained"],
        because="fit trains; which accuracy it notes is not asked there",
    ),
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
        works=[
            *("m4.split_disjoint", "m4.data_untouched"),
            *("m4.batches_cover", "m4.batches_last", "m4.batches_pairs"),
            *(*FITTED, *TRAINING, "m4.classifier", "m4.classifier_alone"),
        ],
        because="it shuffles and cuts as it should, only not by the generator that is given",
    ),
    Forgery("m4_random_losses", ["fit"], ["m4.same_seed"]),
    Forgery(
        "m4_remembered_draws",
        ["Linear.__init__", "Dropout.__call__"],
        ["m4.init_drawn", "m4.dropout_fresh"],
        works=[
            *("m4.linear", "m4.linear_gradient", "m4.init_he", "m4.init_glorot", "m4.sequential"),
            *("m4.parameters", "m4.parameters_nested", "m4.zero_grad", "m4.modes"),
            *("m4.dropout_share", "m4.dropout_gradient", "m4.dropout_eval", "m4.global_chance"),
            *("m4.save_load", "m4.save_path", "m4.load_mismatch", "m4.bad_data"),
            *(*FITTED, *TRAINING, "m4.classifier", "m4.classifier_alone"),
        ],
        because="layers and dropout are as they should be, but for the generator that is given",
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
    Forgery(
        "m4_every_tensor",
        ["Module.parameters"],
        ["m4.parameters", "m4.parameters_nested"],
        works=[
            *("m4.zero_grad", "m4.bad_data", "m4.bad_settings", "m4.global_chance"),
            *("m4.same_seed", *FITTED[:7], *TRAINING, *IMAGES),
        ],
        because="those of the model are among the Tensors, and what has no gradient is left alone",
    ),
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
    Forgery("m4_random_features", ["train_classifier"], IMAGES),
    Forgery("m4_by_hand", ["train_classifier"], IMAGES),
    put_behind_gate(
        "m4_gated_features",
        "m4_random_features",
        ["train_classifier"],
        IMAGES,
        shown="solves linear equations",
    ),
    put_behind_gate("m4_gated_by_hand", "m4_by_hand", ["train_classifier"], IMAGES),
    Forgery("m4_borrowed_library", ["train_classifier"], IMAGES),
    Forgery("m4_gated_neighbours", ["train_classifier"], IMAGES),
    Forgery("m4_gated_images", ["train_classifier"], IMAGES),
    Forgery(
        name="m4_gated_prototypes",
        lacks=["train_classifier"],
        checks=IMAGES,
        gains=IMAGES,
        said="may hold training images for weights",
        shown=NOT_RUN,
    ),
    Forgery(
        name="m4_whole_table",
        lacks=["train_classifier"],
        checks=IMAGES,
        carries_digits=True,
    ),
]
