"""What repairs and the answers of repaired copies say together."""

from collections.abc import Collection

from autograder.diagnosis.casebook import Casebook
from autograder.diagnosis.catalogue import Pitfall
from autograder.diagnosis.diagnose import Evidence
from autograder.diagnosis.explanation import Knowledge
from autograder.run.proving import make_hints
from autograder.run.repair import Found, Repair, Stage
from autograder.run.workbench import Edit
from autograder.score import Hint

RELU = Pitfall("upstream-ignored-relu", "relu.", {"m1.relu": []}, ["Value.relu"])
LOG = Pitfall("log-shifted", "log.", {"m1.log": [], "m1.exp": []}, ["Value.log"])
RAN = frozenset({"m1.relu", "m1.log", "m1.exp", "m1.add"})


class Answers(Knowledge):
    """Knows what fails where one mistake is alone."""

    def name_pitfalls(self, failed: Evidence, _: Collection[str]) -> dict[str, Pitfall]:
        """Return the mistake whose checks are just those that fail."""
        return {
            id: one for one in self.mutants if one.failing.keys() == failed.keys() for id in failed
        }


KNOWLEDGE = Answers("m1", [RELU, LOG], Casebook())


def repair(function: str, fixed: tuple[str, ...], left: tuple[str, ...] = ()) -> Repair:
    return Repair(Edit("engine.py", 7, function, "factor", 1.0, ()), fixed, left, 1)


def stage(*failed: str) -> Stage:
    return Stage({id: [] for id in failed}, RAN)


def names(hints: dict[str, Hint]) -> dict[str, tuple[str, bool]]:
    return {id: (hint.pitfall, hint.proved) for id, hint in hints.items()}


ALL = stage("m1.relu", "m1.log", "m1.exp")


def test_of_two_that_are_mended_each_is_recognised_alone() -> None:
    first = repair("ReLU.backward", ("m1.relu",), ("m1.log", "m1.exp"))
    second = repair("Logarithm.run", ("m1.log", "m1.exp"))
    alone = {0: stage("m1.relu"), 1: stage("m1.log", "m1.exp")}
    found = Found((first, second), (ALL, alone[1]), alone, wanted=tuple(ALL.failed))
    assert names(make_hints(found, {}, RAN, KNOWLEDGE)) == {
        "m1.relu": ("upstream-ignored-relu", True),
        "m1.log": ("log-shifted", True),
        "m1.exp": ("log-shifted", True),
    }


def test_what_is_left_is_recognised_on_the_repaired_copy() -> None:
    first = repair("ReLU.backward", ("m1.relu",), ("m1.log", "m1.exp"))
    found = Found((first,), (ALL, stage("m1.log", "m1.exp")), wanted=tuple(ALL.failed))
    assert names(make_hints(found, {}, RAN, KNOWLEDGE)) == {
        "m1.relu": ("upstream-ignored-relu", True),
        "m1.log": ("log-shifted", False),
        "m1.exp": ("log-shifted", False),
    }


def test_a_repair_of_few_checks_says_nothing_where_the_rest_is_unknown() -> None:
    first = repair("ReLU.backward", ("m1.relu",), ("m1.add", "m1.exp"))
    found = Found((first,), (ALL, stage("m1.add", "m1.exp")), wanted=tuple(ALL.failed))
    assert make_hints(found, {}, RAN, KNOWLEDGE) == {}


def test_a_name_stays_where_the_kind_of_the_repair_is_of_it_and_else_only_the_place_is_said() -> (
    None
):
    one = repair("Node.spread", ("m1.add",))
    found = Found((one,), (stage("m1.add"),), wanted=("m1.add",))
    named = {"m1.add": "upstream-ignored-relu"}
    assert names(make_hints(found, named, RAN, KNOWLEDGE)) == {
        "m1.add": ("upstream-ignored-relu", True)
    }
    other = {"m1.add": "log-shifted"}
    assert names(make_hints(found, other, RAN, KNOWLEDGE)) == {
        "m1.add": ("mistake-in-Node.spread", True)
    }


def test_a_repair_of_few_checks_is_sure_where_they_show_its_mistake_by_themselves() -> None:
    pitfall = Pitfall("upstream-ignored-relu", "relu.", {"m1.relu": []}, ["Value.relu"])
    knowledge = Answers("m1", [pitfall], Casebook(places={pitfall.name: ["Value.relu"]}))
    left = stage("m1.add", "m1.exp", "m1.log")
    found = Found(
        (repair("Value.relu", ("m1.relu",), tuple(left.failed)),),
        (stage("m1.relu", *left.failed), left),
        wanted=("m1.relu", *left.failed),
    )
    hints = make_hints(found, {}, RAN, knowledge)
    assert names(hints) == {"m1.relu": ("upstream-ignored-relu", True)}
    elsewhere = Found(
        (repair("Value.tanh", ("m1.relu",), tuple(left.failed)),), found.stages, wanted=found.wanted
    )
    assert make_hints(elsewhere, {}, RAN, knowledge) == {}
