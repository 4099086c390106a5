"""Failed checks point at what a mutant changes: measured on the stored answers of all mutants."""

from functools import cache

import pytest

from autograder.course import load_course
from tests.mutants.changes import find_changed
from tests.mutants.pointing import Pointed, measure_pointing, shares

COURSE = load_course()


@cache
def measured(id: str) -> list[Pointed]:
    return measure_pointing(COURSE.milestone(id))


@pytest.mark.parametrize("id", [milestone.id for milestone in COURSE.milestones])
def test_a_recognised_mistake_names_the_function_that_it_is_in(id: str) -> None:
    share = shares(measured(id))
    assert share["by_name"] >= 98, share
    assert share["by_others"] >= 60, share


def test_unrecognised_mistakes_are_mostly_found_where_they_are() -> None:
    everything = [one for milestone in COURSE.milestones for one in measured(milestone.id)]
    own = [one for one in everything if one.shows_in]
    assert len(own) > 400
    assert shares(everything)["by_others"] >= 78
    assert shares(own)["by_others"] >= 85


BEFORE = '''
"""A module."""
LIMIT = 3

class Value:
    def __add__(self, other):
        """Return the sum."""
        return _lift(other).data + self.data

    def __mul__(self, other):
        return self.data * other.data

    __rmul__ = __mul__

def _lift(other):
    return other

def bounded(x):
    return min(x, LIMIT)
'''


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("self.data * other.data", "other.data", ["Value.__mul__"]),
        ("__rmul__ = __mul__", "__rmul__ = __add__", ["Value.__rmul__"]),
        ("    return other\n", "    return Value(other)\n", ["_lift", "Value.__add__"]),
        ("LIMIT = 3", "LIMIT = 4", ["LIMIT", "bounded"]),
        ("Return the sum.", "Return a sum.", []),
        ("def bounded(x)", "def bounded(x, y=1)", ["bounded"]),
        ("    __rmul__ = __mul__\n", "", ["Value.__rmul__"]),
    ],
)
def test_the_functions_that_a_change_touches(old: str, new: str, changed: list[str]) -> None:
    assert find_changed(BEFORE, BEFORE.replace(old, new)) == changed
