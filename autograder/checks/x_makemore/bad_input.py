"""What makes no sense is refused."""

from autograder.checks.x_makemore.common import Rng, count_bigrams, draw_words
from autograder.judge.questions import Ask
from autograder.judge.refusals import bad_expression
from autograder.judge.spec import check
from autograder.numerics.compare import close, require_list

WRONG = ("ValueError",)
BAD = [
    ("a capital letter", "bigram_counts(['Anna'])"),
    ("a blank", "bigram_counts(['an na'])"),
    ("a dot", "bigram_counts(['an.na'])"),
    ("an accent", "bigram_counts(['ren\\u00e9'])"),
    ("an empty word", "bigram_counts(['anna', ''])"),
    ("nll of no words", "nll(flat, [])"),
    ("nll of a bad word", "nll(flat, ['a-b'])"),
    ("rows that do not sum to 1", "sample(2 * flat, 1, np.random.default_rng(0))"),
    (
        "a negative probability",
        "sample(flat + np.eye(27) - np.roll(np.eye(27), 1, 1), 1, np.random.default_rng(0))",
    ),
    ("26 rows", "sample(flat[:26], 1, np.random.default_rng(0))"),
    ("a negative count", "sample(flat, -1, np.random.default_rng(0))"),
    ("training on no words", "train_neural_bigram([], 1, 1.0)"),
    ("a negative number of steps", "train_neural_bigram(['ab'], -1, 1.0)"),
    ("training on a bad word", "train_neural_bigram(['AB'], 1, 1.0)"),
    ("a block of nothing", "build_dataset(['ab'], 0)"),
    ("data of a bad word", "build_dataset(['a1'], 3)"),
    ("an MLP of no words", "train_mlp([], 0)"),
    ("an MLP of a bad word", "train_mlp(['Anna'], 0)"),
]


@check("bigram_counts nll sample")
def check_bad_input(ask: Ask, rng: Rng) -> None:
    words = draw_words(rng, 5)
    (got,) = require_list(ask("counts", lists=[words])["counts"], 1, "the tables of counts")
    close(got, count_bigrams(words), "bigram_counts[{}]", rtol=0.0)
    ask.refuses("attempt", [bad_expression(what, WRONG, code) for what, code in BAD])
