"""Which checks decide a mutant's name, and which of its answers are kept."""

from types import SimpleNamespace

import pytest

from autograder.diagnosis.catalogue import Catalogue
from autograder.diagnosis.catalogue import Pitfall as Known
from autograder.diagnosis.fingerprint import Fingerprint
from tests.mutants import mutants
from tests.mutants.pitfall import Pitfall

ONE, TWO = [Fingerprint("x", [1.0])], [Fingerprint("x", [2.0])]
KNOWN = [
    Known("alone", "", {"m1.add": ONE, "m1.mul": ONE}),
    Known("like-another", "", {"m1.add": TWO, "m1.mul": TWO}),
    Known("another", "", {"m1.add": TWO, "m1.exp": TWO}),
]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("alone", {"m1.add"}),
        ("like-another", {"m1.add", "m1.mul", "m1.exp"}),
        ("another", {"m1.add", "m1.mul", "m1.exp"}),
    ],
)
def test_rivals_bring_their_checks(
    monkeypatch: pytest.MonkeyPatch, name: str, wanted: set[str]
) -> None:
    monkeypatch.setattr(mutants.diagnosis, "load_catalogue", lambda id: Catalogue("", KNOWN))
    assert mutants.deciding("m1", Pitfall(name, "m1.add", "", [])) == wanted


def test_what_chance_decides_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    first = {"m1.add": ONE, "m1.mul": ONE}
    more = [{"m1.add": ONE}, {"m1.add": ONE, "m1.exp": ONE}, {"m1.add": ONE}]
    rounds = iter([first, {"m1.add": ONE, "m1.mul": TWO}, *more])
    monkeypatch.setattr(mutants, "judged", lambda *a: (SimpleNamespace(), next(rounds)))
    monkeypatch.setattr(mutants, "_failing", lambda found: found)
    known, _ = mutants.answers("m1", Pitfall("by-lot", "m1.add", "text", []))
    assert known.failing == {"m1.add": ONE}
    assert known.varying == ["m1.exp", "m1.mul"]


def test_what_answers_the_same_twice_runs_twice_only(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = iter([{"m1.add": ONE}, {"m1.add": ONE}])
    monkeypatch.setattr(mutants, "judged", lambda *a: (SimpleNamespace(), next(rounds)))
    monkeypatch.setattr(mutants, "_failing", lambda found: found)
    known, _ = mutants.answers("m1", Pitfall("steady", "m1.add", "text", []))
    assert (known.failing, known.varying) == ({"m1.add": ONE}, [])
