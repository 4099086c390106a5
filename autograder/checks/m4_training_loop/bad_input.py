"""What makes no sense is refused."""

from collections.abc import Sequence

from autograder.checks.m4_training_loop.common import Rng, ask_values
from autograder.checks.m4_training_loop.networks import DENSE
from autograder.judge.questions import Ask
from autograder.judge.refusals import bad_expression
from autograder.judge.spec import check
from autograder.numerics.compare import same

BAD = ("ValueError", "TypeError")

DATA = "x, y = np.ones((4, 3)), np.array([0, 1, 0, 1])"
BAD_DATA = [
    ("train_test_split(x, y[:3])", "more samples than labels in train_test_split"),
    ("train_test_split(x, y, 0.0)", "test_fraction 0"),
    ("train_test_split(x, y, 1.5)", "test_fraction 1.5"),
    ("train_test_split(x[:1], y[:1])", "a split of one sample"),
    ("list(batches(x, y[:3], 2))", "more samples than labels in batches"),
    ("list(batches(x[:0], y[:0], 2))", "batches of no samples"),
    ("list(batches(x, y, 0))", "batch_size 0"),
    ("fit(model, x, y[:3], 1, 2, sgd)", "fewer labels than samples in fit"),
    ("fit(model, x[:0], y[:0], 1, 2, sgd)", "fit without samples"),
    ("predict(model, x[:0])", "predict of no samples"),
    ("accuracy(model, x, y[:, None])", "labels of shape (N, 1) in accuracy"),
    ("accuracy(model, x, y[:3])", "fewer labels than samples in accuracy"),
]
GOOD_DATA = [
    "[len(part) for part in train_test_split(x, y, test_fraction=0.5, rng=rng)]",
    "len(list(batches(x, y, batch_size=3, rng=rng)))",
    "len(fit(model, x, y, epochs=1, batch_size=3, optimizer=sgd)['loss'])",
    "len(predict(model, x))",
    "accuracy(model, x, predict(model, x))",
]
USING = "SGD, Linear, accuracy, batches, fit, predict, train_test_split"


@check("train_test_split batches fit predict accuracy")
def check_bad_data(ask: Ask, rng: Rng) -> None:
    wide = int(rng.integers(2, 6))
    program = f"{DATA.replace('3))', f'{wide}))')}; model = Linear({wide}, 2)"
    program += "; rng = np.random.default_rng(0); sgd = SGD(model.parameters(), lr=0.1)"
    good = ask_values(ask, USING, program, GOOD_DATA)
    same(
        good, [[2, 2, 2, 2], 2, 2, 4, 1.0], "what a split, batches, fit, predict and accuracy give"
    )
    refuses_all(ask, USING, program, BAD_DATA)


BAD_SETTINGS = [
    ("Linear(0, 3)", "a Linear layer without inputs"),
    ("Linear(3, 2, init='magic')", "an unknown init"),
    ("Linear(3, 2)(Tensor(np.ones((4, 5))))", "5 columns for a Linear layer of 3"),
    ("Dropout(1.0)", "dropping everything"),
    ("Dropout(-0.1)", "dropping less than nothing"),
    ("Sequential(Linear(3, 2), 7)", "a number among modules"),
    ("SGD([], lr=0.1)", "SGD without parameters"),
    ("SGD(p, lr=-0.1)", "a negative learning rate"),
    ("SGD(p, lr=0.1, momentum=1.0)", "momentum 1"),
    ("SGD(p, lr=0.1, weight_decay=-1.0)", "a negative weight decay"),
    ("step_decay(0.1, 0.5, 0)", "step_decay every 0 steps"),
    ("cosine_schedule(0.1, 0)", "a cosine of no steps"),
    ("cosine_schedule(0.1, 5, warmup=6)", "a warm-up longer than all steps"),
]
GOOD_SETTINGS = [
    "Linear(3, 2)(Tensor(np.ones((4, 3)))).shape",
    "Dropout(p=0.5).training",
    "Sequential(Linear(3, 2), Tanh()).training",
    "SGD(p, lr=0.1, momentum=0.9).lr",
    "step_decay(lr=0.1, factor=0.5, every=1)(0)",
    "cosine_schedule(lr=0.1, steps=5, warmup=1)(0)",
]
SETTING = f"{DENSE}, SGD, cosine_schedule, step_decay"


@check("Linear.__init__ Dropout.__init__ SGD.__init__ step_decay cosine_schedule")
def check_bad_settings(ask: Ask, rng: Rng) -> None:
    program = f"p = Linear({int(rng.integers(2, 6))}, 2).parameters()"
    good = ask_values(ask, SETTING, program, GOOD_SETTINGS)
    same([*good[:2], *good[2:]], [[4, 2], True, True, 0.1, 0.1, 0.1], "what good settings give")
    refuses_all(ask, SETTING, program, BAD_SETTINGS)


def refuses_all(ask: Ask, names: str, program: str, tried: Sequence[tuple[str, str]]) -> None:
    """Fail unless every expression is refused after `program`."""
    ask.refuses(
        "attempt",
        [bad_expression(what, BAD, code, names=names, program=program) for code, what in tried],
    )
