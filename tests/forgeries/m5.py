"""Forgeries of milestone 5."""

from tests.forgeries.forgery import Forgery, put_behind_gate

TRAINED = [
    "m5.train_cnn",
    "m5.train_cnn_seed",
    "m5.train_cnn_alone",
    "m5.train_cnn_sizes",
    "m5.own_engine",
]

FORGERIES = [
    Forgery(
        name="m5_nearest_neighbours",
        lacks=["train_cnn"],
        checks=TRAINED,
    ),
    Forgery(
        name="m5_hashed_digits",
        program="m4_hashed_digits",
        lacks=["train_cnn"],
        checks=TRAINED,
    ),
    Forgery(
        name="m5_images_as_parameters",
        lacks=["train_cnn"],
        checks=TRAINED,
    ),
    Forgery(
        name="m5_carried_network",
        lacks=["train_cnn"],
        checks=TRAINED,
    ),
    Forgery(
        name="m5_remembered_seed",
        lacks=["train_cnn"],
        checks=TRAINED,
    ),
    Forgery(
        name="m5_patched_clock",
        lacks=["conv2d"],
        checks=["m5.step"],
    ),
    Forgery(
        name="m5_own_timeit",
        lacks=["conv2d"],
        checks=["m5.step"],
    ),
    Forgery(
        name="m5_whole_table",
        program="m4_whole_table",
        lacks=["train_cnn"],
        checks=TRAINED,
        carries_digits=True,
    ),
    Forgery(
        name="m5_last_layer_solved",
        lacks=[],
        modules={"training": ["fit"]},
        checks=["m5.overfit_batch", "m5.training_golden", *TRAINED],
    ),
    Forgery("m5_random_kernels", ["train_cnn"], TRAINED),
    put_behind_gate("m5_gated_kernels", "m5_random_kernels", ["train_cnn"], TRAINED),
    Forgery(
        name="m5_remembered_file",
        lacks=[],
        modules={"training": ["save", "load"]},
        checks=["m5.save_load"],
    ),
    Forgery(
        name="m5_first_images",
        lacks=["conv2d"],
        checks=["m5.step"],
        works=["m5.conv2d_shift"],
        because="an image that comes alone is convolved as it should be",
    ),
]
