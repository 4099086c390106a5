"""The likeliest word of each, whatever is asked."""


def verdict(three):
    return None


def explain(curves):
    return "overfit"


def decide(rows):
    return "no difference"
