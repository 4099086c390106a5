"""One mutant that explains all that failed gives its name to all of it."""

import pytest

from autograder.diagnosis.catalogue import Pitfall
from autograder.diagnosis.explanation import combine_names
from autograder.diagnosis.fingerprint import Fingerprint
from autograder.diagnosis.recognition import Finding

ANSWER = [Fingerprint("x", [1.0])]
SHUFFLED = Pitfall("shuffled", "", {"order": ANSWER}, [], ["predict", "accuracy"])
PERCENT = Pitfall("percent", "", {"accuracy": ANSWER})
RAN = ("order", "predict", "accuracy", "fit")
NEAR = Finding(("near",), {"order": "near"}, 0.9, 0.5, True)


@pytest.mark.parametrize(
    ("exact", "failed", "wanted"),
    [
        ({"order": "shuffled"}, ["order"], {"order": "shuffled"}),
        (  # what it answers elsewhere is chance, and may be what another mistake answers
            {"order": "shuffled", "accuracy": "percent"},
            ["order", "predict", "accuracy"],
            {"order": "shuffled", "predict": "shuffled", "accuracy": "shuffled"},
        ),
        ({"order": "shuffled"}, ["order", "fit"], {"order": "near"}),  # it does not fail `fit`
        ({"accuracy": "percent"}, ["accuracy"], {"accuracy": "percent"}),
        ({"accuracy": "percent"}, ["accuracy", "predict"], {"order": "near"}),
    ],
)
def test_what_varies_counts_neither_for_nor_against(
    exact: dict[str, str], failed: list[str], wanted: dict[str, str]
) -> None:
    evidence = dict.fromkeys(failed, ANSWER)
    assert combine_names(exact, NEAR, evidence, RAN, [SHUFFLED, PERCENT]) == wanted


def test_a_mutant_that_would_fail_more_explains_nothing() -> None:
    more = Pitfall("more", "", {"order": ANSWER, "fit": ANSWER})
    assert combine_names({"order": "more"}, None, {"order": ANSWER}, RAN, [more]) == {}
