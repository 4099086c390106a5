"""What makes no sense is refused."""

from autograder.checks.x_manual.common import Rng, part
from autograder.checks.x_manual.layers import linear_passes
from autograder.judge.questions import Ask
from autograder.judge.refusals import bad_expression
from autograder.judge.spec import check
from autograder.numerics.compare import close

WRONG, EARLY = ("ValueError",), ("RuntimeError",)
LAYER = "(lambda layer: [layer.forward(np.ones((4, 2))), layer.backward(np.ones({}))])({})"
LOSS = "fit(MLP([2, 1], rng), np.ones({}), np.ones({}), mean_squared_error, {}, 0.1)"
BAD = [
    ("a Linear without inputs", WRONG, "Linear(0, 3, rng)"),
    ("a Linear without outputs", WRONG, "Linear(3, 0, rng)"),
    ("x with a column too many", WRONG, "Linear(2, 3, rng).forward(np.ones((4, 3)))"),
    ("x with one axis", WRONG, "Linear(2, 3, rng).forward(np.ones(2))"),
    ("g with a row too few", WRONG, LAYER.format("(3, 3)", "Linear(2, 3, rng)")),
    ("g of one column", WRONG, LAYER.format("(4, 1)", "Linear(2, 3, rng)")),
    ("g of another shape", WRONG, LAYER.format("(4, 1)", "Tanh()")),
    ("Linear.backward first", EARLY, "Linear(2, 3, rng).backward(np.ones((4, 3)))"),
    ("Linear.gradients first", EARLY, "Linear(2, 3, rng).gradients()"),
    ("Tanh.backward first", EARLY, "Tanh().backward(np.ones((4, 3)))"),
    ("an MLP of one size", WRONG, "MLP([3], rng)"),
    ("an MLP with a size of 0", WRONG, "MLP([3, 0, 2], rng)"),
    ("x that does not fit an MLP", WRONG, "MLP([2, 4, 1], rng).forward(np.ones((4, 3)))"),
    ("MLP.gradients first", EARLY, "MLP([2, 4, 1], rng).gradients()"),
    ("(4, 1) against (4,)", WRONG, "mean_squared_error(np.ones((4, 1)), np.ones(4))"),
    ("no entry", WRONG, "mean_squared_error(np.ones((0, 1)), np.ones((0, 1)))"),
    ("a class that there is not", WRONG, "cross_entropy(np.ones((2, 3)), np.array([0, 3]))"),
    ("a class of -1", WRONG, "cross_entropy(np.ones((2, 3)), np.array([0, -1]))"),
    ("a class too few", WRONG, "cross_entropy(np.ones((2, 3)), np.array([0]))"),
    ("classes as a column", WRONG, "cross_entropy(np.ones((2, 3)), np.array([[0], [1]]))"),
    ("logits of one axis", WRONG, "cross_entropy(np.ones(3), np.array([0, 1, 2]))"),
    ("no row", WRONG, "cross_entropy(np.ones((0, 3)), np.zeros(0, int))"),
    ("a y too few", WRONG, LOSS.format("(4, 2)", "(3, 1)", "1, 2")),
    ("no rows", WRONG, LOSS.format("(0, 2)", "(0, 1)", "1, 2")),
    ("no epochs", WRONG, LOSS.format("(4, 2)", "(4, 1)", "0, 2")),
    ("batches of nothing", WRONG, LOSS.format("(4, 2)", "(4, 1)", "1, 0")),
]


@check("Linear.forward cross_entropy fit")
def check_bad_input(ask: Ask, rng: Rng) -> None:
    (weight, bias), pairs, answers = linear_passes(ask, rng)
    for (x, _), answer in zip(pairs, answers, strict=True):
        close(part(answer, "out"), x @ weight + bias, "Linear.forward(x)")
    ask.refuses("attempt", [bad_expression(*row) for row in BAD])
