"""Forgeries of milestone 6."""

from tests.forgeries.forgery import Forgery, put_behind_gate

TRAINED = ["m6.held_out", "m6.train_seed"]
REFUSES = "train_gpt refuses too short a text"

FORGERIES = [
    Forgery(name="m6_counted", lacks=["train_gpt"], checks=["m6.held_out"]),
    Forgery(name="m6_counted_in_a_parameter", lacks=["train_gpt"], checks=["m6.held_out"]),
    Forgery(name="m6_counted_weights", lacks=["train_gpt"], checks=TRAINED),
    Forgery(
        name="m6_regressed_head",
        lacks=["train_gpt"],
        checks=TRAINED,
        works=["m6.bad_input"],
        because=REFUSES,
    ),
    put_behind_gate("m6_gated_weights", "m6_counted_weights", ["train_gpt"], TRAINED),
    Forgery(
        name="m6_targets_remembered",
        lacks=["Adam.step"],
        checks=["m6.overfit_batch", "m6.copy", "m6.step"],
    ),
    Forgery(name="m6_copies_words", lacks=["Adam.step"], checks=["m6.copy"]),
    Forgery(name="m6_written_copy", lacks=["Adam.step"], checks=["m6.copy"]),
    Forgery(
        name="m6_running_mean",
        lacks=["CausalSelfAttention.__call__"],
        checks=["m6.attention_causal", "m6.causality"],
        works=[
            *("m6.bad_input", "m6.held_out", "m6.train_seed"),
            *("m6.generate_length", "m6.generate_draws", "m6.generate_temperature"),
            "m6.generate_seed",
        ],
        because="a model that means over the past trains, and says what its weights say",
    ),
    Forgery(
        name="m6_labels_shuffled",
        lacks=[],
        modules={"tensor": ["cross_entropy"]},
        checks=["m6.step"],
    ),
    Forgery(
        name="m6_model_by_seed",
        lacks=["train_gpt"],
        checks=["m6.train_seed"],
        works=["m6.bad_input"],
        because=REFUSES,
    ),
    Forgery(name="m6_untrained", lacks=["train_gpt"], checks=["m6.train_seed"]),
    Forgery(
        name="m6_text_without_model",
        lacks=["GPT.generate"],
        checks=["m6.generate_length", "m6.generate_seed"],
        works=["m6.held_out"],
        because="train_gpt trains; of generate there is a sample to look at, no verdict rests on it",
    ),
    Forgery(
        name="m6_nothing_but_numbers",
        lacks=["GPT.__init__", "GPT.__call__"],
        checks=["m6.start_loss", "m6.gpt_seed"],
    ),
    Forgery(name="m6_idle_tensors", lacks=["GPT.__call__"], checks=["m6.built_on_tensor"]),
    Forgery(
        name="m6_counted_pairs",
        lacks=["Bigram.__call__"],
        checks=["m6.bigram_frequencies"],
        works=["m6.bigram"],
        because="it looks ids up in the table; what it counts shows in training alone",
    ),
    Forgery(
        name="m6_text_in_the_ids",
        lacks=["CharTokenizer.encode", "CharTokenizer.decode"],
        checks=["m6.tokenizer_round_trip"],
    ),
    Forgery(
        name="m6_differences",
        slow=True,
        lacks=[],
        modules={"tensor": ["Tensor.backward"]},
        checks=["m6.embedding_gradient", "m6.layer_norm_gradient", "m6.attention_gradient"],
    ),
]
