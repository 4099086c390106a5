"""What makes no sense is refused."""

from autograder.checks.m3_tensor_autograd.common import Measure, Rng, agrees
from autograder.judge.questions import Ask
from autograder.judge.refusals import BadInput
from autograder.judge.spec import check
from autograder.numerics.tensors import draw_case

BAD = {
    "Tensor('text')": ("TypeError",),
    "Tensor(np.ones((2, 3))) @ Tensor(np.ones((2, 3)))": ("ValueError",),
    "Tensor(np.ones((2, 3))) @ 2.0": ("ValueError", "TypeError"),
    "Tensor(np.ones((2, 3))) + Tensor(np.ones((3, 2)))": ("ValueError",),
    "Tensor(np.ones((2, 3))).reshape(4, 2)": ("ValueError",),
    "Tensor(np.ones((0, 3))).mean()": ("ValueError",),
}


@check("Tensor.__matmul__ Tensor.__add__ Tensor.mean")
def check_bad_input(ask: Ask, rng: Rng, measure: Measure) -> None:
    good = "out = (x @ y + z).reshape(-1).mean()"
    agrees(ask, measure, [draw_case(rng, good, "x:n,k y:k,m z:m")])
    bad = [BadInput(tried, kinds, {"expression": tried}) for tried, kinds in BAD.items()]
    ask.refuses("attempt", bad)
