"""What `grade` tells a person to look at: one sentence a matter, and never a page of them."""

from autograder.reports import look


def test_names_are_shortened_and_safe_to_print() -> None:
    assert look.names(["a", "b"]) == "a, b"
    assert look.names("abcdef") == "a, b, c, d, e, ..."
    assert look.names(["a\x1b[2J\nb"]) == "a\\x1b[2J\\nb"


def test_what_came_under_another_name() -> None:
    modules = ["engine", "nn", "tensor", "training", "conv", "gpt"]
    assert look.misnamed({"wrong": ["my_engine.py", "b.py"]}, modules) == [
        "wrong has none of engine.py, nn.py, tensor.py, training.py, conv.py, ...; "
        "it has my_engine.py, b.py. Rename it, then run again"
    ]
    assert look.taken({"rita.py": "engine.py"}) == ["rita.py was taken as engine.py"]
    many = look.misnamed({str(number): ["x.py"] for number in range(12)}, ["engine"])
    assert (len(many), many[-1]) == (6, "7 more such")


def test_what_holds_nothing() -> None:
    assert look.empty([]) == []
    assert look.empty(["a"]) == ["a has no .py and no .ipynb"]
    assert look.empty(["a", "b"]) == ["a, b have no .py and no .ipynb"]
