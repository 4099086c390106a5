"""What a learner reads of their own tests."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from autograder.judge.own_tests import GRADCHECK
from autograder.reports.feedback import render_feedback
from autograder.reports.own_tests import describe_own_tests
from autograder.reports.terminal import print_checks
from autograder.score import OwnTests, Score
from tests.conftest import ROOT, Judge

REFERENCE = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
ALL = OwnTests("m1", "gradcheck", 34, 34, 0, 21)


@pytest.fixture
def score(judge: Judge, write: Callable[..., Path]) -> Score:
    return judge(write(engine=REFERENCE), "m1", only=frozenset(GRADCHECK)).score


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        (ALL, "your gradcheck catches 34 of 34 wrong engines"),
        (
            OwnTests("m1", "gradcheck", 32, 34, 0, 21, ["one", "two"]),
            "your gradcheck catches 32 of 34 wrong engines; missed: one, two",
        ),
        (
            OwnTests("m1", "gradcheck", 29, 34, 2, 21, ["a", "b", "c", "d", "e"]),
            "your gradcheck catches 29 of 34 wrong engines; missed: a, b, c and 2 more; "
            "it rejects 2 of 21 right ones, too",
        ),
        (
            OwnTests("m1", "gradcheck", 0, 34, 0, 21, [], "TypeError: no"),
            "your gradcheck gave no verdicts on 34 wrong engines: TypeError: no",
        ),
    ],
)
def test_sentences(score: Score, own: OwnTests, sentence: str) -> None:
    told = msgspec.structs.replace(score, own_tests=[own])
    assert list(describe_own_tests(told, "m1")) == [sentence]
    assert list(describe_own_tests(told, "m2")) == []


def test_it_stands_below_the_checks_and_on_the_page(
    score: Score, capsys: pytest.CaptureFixture[str]
) -> None:
    told = msgspec.structs.replace(
        score, own_tests=[msgspec.structs.replace(ALL, problem="<b>bold</b>")]
    )
    print_checks(told)
    printed = capsys.readouterr().out
    sentence = "your gradcheck gave no verdicts on 34 wrong engines: <b>bold</b>"
    assert printed.index("gradcheck_tolerance") < printed.index(sentence)
    page = render_feedback(told)
    assert "Your gradcheck gave no verdicts on 34 wrong engines: &lt;b&gt;bold" in page
    assert "gave no verdicts" not in render_feedback(score)
