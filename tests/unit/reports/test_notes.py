"""What `grade` tells a person to look at: one sentence a matter, and never a page of them."""

from autograder.reports import notes


def test_names_are_shortened_and_safe_to_print() -> None:
    assert notes.names(["a", "b"]) == "a, b"
    assert notes.names("abcdef") == "a, b, c, d, e, ..."
    assert notes.names(["a\x1b[2J\nb"]) == "a\\x1b[2J\\nb"


def test_what_came_under_another_name() -> None:
    modules = ["engine", "nn", "tensor", "training", "conv", "gpt"]
    assert notes.misnamed({"wrong": ["my_engine.py", "b.py"]}, modules) == [
        "wrong has none of engine.py, nn.py, tensor.py, training.py, conv.py, ...; "
        "it has my_engine.py, b.py. Rename it, then run again"
    ]
    assert notes.taken({"rita.py": "engine.py"}) == ["rita.py was taken as engine.py"]
    many = notes.misnamed({str(number): ["x.py"] for number in range(12)}, ["engine"])
    assert (len(many), many[-1]) == (6, "7 more such")


def test_what_holds_nothing() -> None:
    assert notes.empty([]) == []
    assert notes.empty(["a"]) == ["a has no .py and no .ipynb"]
    assert notes.empty(["a", "b"]) == ["a, b have no .py and no .ipynb"]


def test_scores_that_the_tables_do_not_list() -> None:
    rest = "; grades.csv and index.html list this run only, export lists all"
    assert notes.apart("g5", []) == []
    assert notes.apart("g5", ["anna"]) == [
        f"g5 holds one more score that is not of this run: anna{rest}"
    ]
    assert notes.apart("g5", "abcdefg") == [
        f"g5 holds 7 more scores that are not of this run: a, b, c, d, e, ...{rest}"
    ]
    assert notes.replaced([], []) == []
    assert notes.replaced(["m1", "m2"], ["m1"]) == ["these scores were of m1, m2 before, now of m1"]


def test_times_and_groups_that_match_nothing() -> None:
    assert notes.untimed("t.csv", []) == notes.absent("t.csv", []) == notes.groups([]) == []
    assert notes.untimed("t.csv", ["a"]) == [
        "one submission has no time in t.csv and counts as on time: a"
    ]
    assert notes.untimed("t.csv", "abcdef") == [
        "6 submissions have no time in t.csv and count as on time: a, b, c, d, e, ..."
    ]
    assert notes.absent("t.csv", ["ghost"]) == ["t.csv names what is not in this run: ghost"]
    assert notes.groups(["t1"]) == ["group t1 is no submission of this run"]
    assert notes.groups(["t1", "t2"]) == ["groups t1, t2 are no submissions of this run"]
