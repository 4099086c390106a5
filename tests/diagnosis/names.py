"""Mistakes that are no mutants of the reference: their hints; and names that behave alike."""

FAMILIES = {  # member -> family: what differs between them is the place, or the way of writing it
    "children-not-recorded": "closure-never-attached",
    "one-operand-assigned": "mul-overwrites",
    "one-operand-assigned-add": "add-overwrites",
    "every-path-of-a-set-visited": "every-path-visited",
    "visited-check-around-children-only": "every-path-visited",
    "children-outside-visited-check": "every-path-visited",
    "appended-before-children": "breadth-first-order",
}
INHERENT = {("m1", "closures_recursive"): "m1.deep_chain"}  # what a base itself does not pass

TEXTS = {
    "appended-before-children": (
        "A node joins the order before its operands do. It may pass its gradient on only when all "
        "that was computed from it has been visited: append it after them."
    ),
    "asserts-for-errors": (
        "An assert stands where a TypeError is asked for: callers catch what the docstring says."
    ),
    "children-backward-called": (
        "backward calls the children's backward, which sets each one's gradient to 1: only the "
        "result's own is 1. Sort the nodes once and let each pass on what it has."
    ),
    "children-outside-visited-check": (
        "The loop over a node's operands runs even where the node was visited before."
    ),
    "closure-attached-to-self-exp": (
        "No gradient passes through exp: the operand and the rule for the way back have to be "
        "stored with the result."
    ),
    "closure-attached-to-self-pow": (
        "No gradient passes through the power: the operand and the rule for the way back have to "
        "be stored with the result."
    ),
    "closure-never-attached-tanh": (
        "tanh defines how its gradient flows but never stores it with the result."
    ),
    "div-sign": "The divisor's gradient has the wrong sign: a larger divisor, a smaller quotient.",
    "lists-not-searched": "parameters() does not look into lists, where layers and weights are.",
    "mul-rule-of-add": "Multiplication passes its gradient on unchanged, as addition does.",
    "neg-sign": "-a falls when a grows: its slope is -1.",
    "numbers-not-wrapped-in-add": (
        "a + 2 fails, other operations take numbers: addition has to make a Value of it, too."
    ),
    "one-operand-assigned": (
        "One operand's gradient is added to, the other's is overwritten. Both have to be added to."
    ),
    "one-operand-assigned-add": (
        "Addition adds to one operand's gradient and overwrites the other's."
    ),
    "pow-precedence": "n * x ** n - 1 is not n * x ** (n - 1): the exponent goes down by one.",
    "relu-passes-all": (
        "Where relu's output is 0 it does not move with its input: no gradient passes."
    ),
    "return-forgotten-exp": "exp computes its result and does not return it.",
    "return-forgotten-matmul": "The matrix product is computed and not returned.",
    "return-forgotten-mul": "The product is computed and not returned.",
    "return-forgotten-tanh": "tanh computes its result and does not return it.",
    "root-gradient-not-set": (
        "No gradient arrives anywhere. What is the derivative of the result by itself?"
    ),
    "squared-error-returns-early": "The return stands inside the loop: one sample is counted.",
    "sub-negates-both": "Subtraction gives both operands a minus; the first one's slope is 1.",
    "sub-rule-of-add": "In a - b the slope of b is -1: the minus is missing in its gradient.",
    "upstream-ignored-exp": "exp forgets the gradient that comes from above.",
    "upstream-ignored-log": "log forgets the gradient that comes from above.",
    "upstream-ignored-pow": "The power forgets the gradient that comes from above.",
    "upstream-ignored-sigmoid": "sigmoid forgets the gradient that comes from above.",
    "visited-check-around-children-only": (
        "A node joins the order as often as it is reached: the line stands outside the check "
        "whether it was visited."
    ),
}


def family_of(name: str) -> str:
    """Return the name of all that behaves like `name`."""
    return FAMILIES.get(name, name)
