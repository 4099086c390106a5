"""What makes no sense is refused."""

from autograder.checks.m6_transformer.common import BAD, Rng
from autograder.judge.questions import Ask
from autograder.judge.refusals import bad_expression
from autograder.judge.spec import check
from autograder.numerics.compare import require_list, same

NETWORKS = "model = GPT(5, 6, 1, 2, 4); p = Tensor(np.ones(3)); rng = np.random.default_rng(0)"
GOOD = [
    "list(model(np.array([[0, 4]])).shape)",
    "len(model.generate([1], max_new_tokens=2, temperature=0.5))",
    "[part.shape[1] for part in get_batch(np.arange(9), block_size=4, batch_size=2, rng=rng)]",
    "list(Embedding(3, 2)(np.array([2])).shape)",
    "Adam([p], lr=0.1).lr",
    "len(GPT(vocab_size=5, block_size=6, n_layer=3, n_head=1, n_embd=4).blocks)",
]
BAD_CALLS = [
    ("model(np.zeros((1, 7), np.int64))", "7 ids for a block of 6"),
    ("model(np.array([[0, 5]]))", "an id past the vocabulary"),
    ("model(np.array([[0, -1]]))", "a negative id"),
    ("Embedding(3, 2)(np.array([0.5]))", "ids that are no integers"),
    ("CausalSelfAttention(6, 4)", "4 heads for 6 components"),
    ("CausalSelfAttention(6, 2)(Tensor(np.ones((4, 6))))", "attention to x without a batch"),
    ("GPT(5, 6, 1, 3, 4)", "3 heads for 4 components"),
    ("model.generate([], 2)", "generate from nothing"),
    ("model.generate([1], 2, temperature=0.0)", "temperature 0"),
    ("get_batch(np.arange(4), 4, 2, rng)", "a text that is no longer than a block"),
    ("LayerNorm(4)(Tensor(np.ones((2, 5))))", "5 components for a LayerNorm of 4"),
    ("LayerNorm(0)", "a LayerNorm of no components"),
    ("Embedding(0, 3)", "an embedding without rows"),
    ("model(np.array([0, 4]))", "ids in one row for a model"),
]
BAD_SETTINGS = [
    ("Adam([], lr=0.1)", "Adam without parameters"),
    ("Adam([p], lr=-0.1)", "a negative learning rate"),
    ("Adam([p], lr=0.1, betas=(1.0, 0.9))", "a beta of 1"),
    ("Adam([p], lr=0.1, eps=0.0)", "eps 0"),
    ("clip_grad_norm([p], 0.0)", "max_norm 0"),
    ("CharTokenizer('')", "a tokenizer of no text"),
    ("train_gpt(np.arange(5), 5, 0, block_size=5, max_steps=2)", "training on too short a text"),
]


@check("GPT.__call__ GPT.generate Embedding.__call__ get_batch Adam.__init__")
def check_bad_input(ask: Ask, rng: Rng) -> None:
    size = int(rng.integers(3, 7))
    program = NETWORKS.replace("(5, 6, 1, 2, 4)", f"(5, 6, 1, 2, {2 * size})")
    good = require_list(
        ask("look", program=program, expressions=GOOD, arrays={})["values"], 6, "values"
    )
    same(good, [[1, 2, 5], 3, [4, 4], [1, 2], 0.1, 3], "what good calls give")
    bad = [
        bad_expression(what, (*BAD, "IndexError"), tried, program=program)
        for tried, what in BAD_CALLS + BAD_SETTINGS
    ]
    ask.refuses("attempt", bad)
