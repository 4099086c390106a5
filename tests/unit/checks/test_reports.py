"""Unit r: what is said of documents that are wrong, and of experiments that misbehave."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.checks.r_reports import claims
from autograder.checks.r_reports.claims import is_close
from autograder.checks.r_reports.markdown import read_page
from autograder.checks.r_reports.training import CURVE, stop_after
from autograder.course import Course
from autograder.intake.submission import Entry
from autograder.numerics.failure import WrongAnswer
from autograder.run.configure import make_settings
from autograder.run.entry import grade_entry
from autograder.score import CheckResult
from tests.conftest import ROOT, Judge
from tests.implementations import write_reference

Grade = Callable[..., CheckResult]


@pytest.fixture(scope="module")
def original(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_reference(course.steps_to(course.part("r")), tmp_path_factory.mktemp("reference"))


@pytest.fixture
def grade(judge: Judge, original: Path, tmp_path: Path) -> Grade:
    """Grade one check of the reference with changes: ``grade("r.config", {"math.md": ...})``."""

    def run(id: str, changes: dict[str, Callable[[str], str] | None]) -> CheckResult:
        work = tmp_path / "work"
        shutil.copytree(original, work)
        for name, change in changes.items():
            if change is None:
                (work / name).unlink()
            else:
                (work / name).write_text(change((work / name).read_text()))
        (check,) = judge(work, "r", only=frozenset({id}), hidden=False).score.checks
        return check

    return run


def replaced(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


NO_NUMBER = "test_accuracy = nan\n_ = 0.9"
ROWS = [
    ("r.config", "experiment.toml", "lr = 0.1 ", "lr = 11 ",
     "experiment.toml: optimiser.lr is 11; wanted a number above 0, at most 10"),
    ("r.config", "experiment.toml", "momentum = 0.9 ", "momentun = 0.9 ",
     "there is no key optimiser.momentun; did you mean momentum?"),
    ("r.config", "experiment.toml", "[shift]", "[shif]", "there is no key shif; did you mean shift?"),
    ("r.config", "experiment.toml", "epochs = 15", "epochs = ",
     "experiment.toml is not TOML: Invalid value (at line 21"),
    ("r.config", "experiment.toml", "epochs = 15", "epochs = true",
     "experiment.toml: training.epochs is True; wanted a whole number from 1 to 100"),
    ("r.config", "experiment.toml", "warmup = 30", "warmup = 3000",
     "training.warmup is 3000; the whole training has 675 steps"),
    ("r.config", "experiment.toml", "amount = 1\n", "amount = 1.5\n",
     "shift.amount is 1.5; wanted 1, 2 or 3 pixels"),
    ("r.config", "experiment.toml", "test_accuracy = 0.9", NO_NUMBER,
     "claims.test_accuracy is nan; wanted a number from 0 to 1"),
    ("r.config", "experiment.toml", "parameters = 3610", f"parameters = 0x{'f' * 9000}",
     "claims.parameters is a number of thousands of digits; wanted a whole number"),
    ("r.config", "experiment.toml", "parameters = 3610", f"parameters = {'9' * 9000}",
     "experiment.toml is not TOML: a value in it is too deep or too long"),
    ("r.config", "experiment.toml", "sizes = [64, 48, 10]", f"sizes = {'[' * 9000}",
     "experiment.toml is not TOML: a value in it is too deep or too long"),
    ("r.config", "experiment.toml", 'schedule = "cosine"', 'schedule = "<b>[a](//b)</b>"',
     "training.schedule is '<b>[a](//b)</b>'; wanted \"constant\" or \"cosine\""),
    ("r.consistent", "experiment.toml", "parameters = 3610", "parameters = 3600",
     "claims.parameters is 3600; a network of sizes [64, 48, 10] has 3610"),
    ("r.consistent", "experiment.toml", "test_accuracy = 0.97493", "test_accuracy = 0.97",
     "claims.test_accuracy is 348.36 of 359 test images; wanted a whole number"),
    ("r.consistent", "experiment.toml", "[[28, 0", "[[27, 0",
     "claims.confusion: row 0 sums to 27; the test images hold 28 of class 0"),
    ("r.consistent", "experiment.toml", "[[28, 0", "[[27, 1",
     "claims.confusion has 349 right; test_accuracy says 350 of 359"),
    ("r.consistent", "experiment.toml", "last_loss = 0.042", "last_loss = 0.041",
     "claims.last_loss is 0.041176; the curve ends with 0.042176"),
    ("r.consistent", "experiment.toml", "curve = [1.27", "curve = [1.28",
     "claims.curve_hash is not the hash of claims.curve"),
    ("r.consistent", "experiment.toml", "epochs = 15", "epochs = 14",
     "claims.curve has 15 numbers; training.epochs is 14"),
    ("r.math_forward", "math.md", "h = tanh(x @ w1 + b1)", "h = tanh(x @ w1 + b2)",
     "math.md, line 19: (4, 5) + (6,): these shapes do not fit"),
    ("r.math_forward", "math.md", "/ n\npenalty", "\npenalty", "math.md: loss is "),
    ("r.math_forward", "math.md", "h = tanh(x @ w1 + b1)", "h = <script>alert(1)</script>",
     "math.md, line 19: '<script>alert(1)</script>' is no expression"),
    ("r.math_backward", "math.md", "+ alpha * w2", "", "math.md: dw2[1, 1] is 0.116372, wanted 0.387686"),
    ("r.math_backward", "math.md", "db2 = sum(dz, axis=0)", "db2 = sum(dz)",
     "math.md: db2: got a number, wanted (5,)"),
    ("r.math_backward", "math.md", "dw1 = x.T", "dw = x.T", "math.md, no equation defines dw1"),
    ("r.math_backward", "math.md", "### END SOLUTION\n```\n\n## Why", "## Why",
     "math.md, line 33: the block that begins here is never closed"),
    ("r.training", "training.md", "0.177", "0.25",
     "training.md: weights.deviations: 0.25 for Linear layer 1; seen 0.17"),
    ("r.training", "training.md", "first = 0.00333", "first = 0.1",
     "training.md: rate.first is 0.1; at step 0 the rate is 0.003333"),
    ("r.training", "training.md", "last = 30", "last = 32",
     "training.md: batches.last is 32; 1438 samples in batches of 32 give 30"),
    ("r.training", "training.md", "stops_after = 9", "stops_after = 8",
     "stopping.stops_after is 8; with patience 3 the curve of the handout stops after 9 epochs"),
    ("r.training", "training.md", "patience = 3", "patience = 3x",
     "training.md is not TOML: Expected newline or end of document after a statement (at line 36"),
    ("r.report", "experiment.md", "{{parameters}}", "{{params}}",
     "line 17: there is no value for {{params}}; did you mean parameters?"),
    ("r.report", "experiment.md", "## Method", "## Methods",
     "there is no heading \"## Method\"; is 'methods' meant?"),
    ("r.report", "experiment.md", "{{test_accuracy}}", "97 %",
     "{{test_accuracy}} stands nowhere in it"),
    ("r.card", "model-card.md", "worst_class = 8", "worst_class = 3",
     "slices.worst_class is 3, of which 2 of 39 are wrong; of 8 it is 3 of 41"),
    ("r.card", "model-card.md", "confused = [3, 5]", "confused = [5, 3]",
     "slices.confused is [5, 3]; 3 is taken for 5 most often, 2 times"),
    ("r.card", "model-card.md", "confused_count = 2", "confused_count = 3",
     "slices.confused_count is 3; claims.confusion has 2"),
    ("r.card", "model-card.md", "To show how a small network is trained and measured. Nobody's post "
     "or money should depend on it.", "Fun.", 'below "## Intended use" there is no sentence yet'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("id", "document", "old", "new", "told"), ROWS, ids=[f"{row[0]}-{row[4][:40]}" for row in ROWS]
)
def test_one_sentence_says_what_is_wrong(
    grade: Grade, id: str, document: str, old: str, new: str, told: str
) -> None:
    check = grade(id, {document: replaced(old, new)})
    assert check.status == "failed"
    assert told in check.message
    assert len(check.message) < 600


DOCUMENTS = [
    ("r.config", "experiment.toml"),
    ("r.math_forward", "math.md"),
    ("r.training", "training.md"),
    ("r.report", "experiment.md"),
    ("r.card", "model-card.md"),
]


@pytest.mark.parametrize(("id", "document"), DOCUMENTS)
def test_a_document_that_is_missing_or_untouched_is_missing(
    grade: Grade, id: str, document: str
) -> None:
    check = grade(id, {document: None})
    assert (check.status, check.message) == ("missing", f"unit r: {document} was not handed in")


@pytest.mark.parametrize(("id", "document"), DOCUMENTS)
def test_the_template_is_not_begun(grade: Grade, id: str, document: str) -> None:
    template = (ROOT / "assignments/r_reports" / document).read_text()
    check = grade(id, {document: lambda _: template})
    assert check.status == "missing"
    assert check.message.startswith("unit r: ")


@pytest.mark.parametrize(("id", "document"), DOCUMENTS)
def test_five_megabytes_are_one_sentence(grade: Grade, id: str, document: str) -> None:
    check = grade(id, {document: lambda text: text + "a word and " * 500_000})
    assert check.status == "rejected"
    assert check.message.startswith(f"{document} holds more than 512 KiB")


@pytest.mark.parametrize(("id", "document"), DOCUMENTS)
def test_half_a_megabyte_of_noise_is_read_in_no_time(grade: Grade, id: str, document: str) -> None:
    check = grade(id, {document: lambda _: "[a.b]\n```toml\n" * 30_000})
    assert check.status == "failed"
    assert check.message.startswith(document)


RUN = "    return model, {"
CLOCK = "    import time\n    model.parameters()[0].data[0, 0] = time.time() % 1\n"
NETWORK = "    import socket\n    socket.create_connection(('192.0.2.1', 80), 1)\n"
MISBEHAVING = [
    (CLOCK, "failed", "not reproduced", "depends on something besides its seed"),
    (NETWORK, "failed", "cannot run", "Error"),
    ("    raise RuntimeError('no luck')\n", "failed", "cannot run", "RuntimeError: no luck"),
]


@pytest.mark.parametrize(("code", "status", "verdict", "told"), MISBEHAVING)
def test_a_run_that_misbehaves(
    grade: Grade, code: str, status: str, verdict: str, told: str
) -> None:
    check = grade("r.reproduced", {"experiment.py": replaced(RUN, code + RUN)})
    assert (check.status, check.verdict) == (status, verdict)
    assert told in check.message


NEVER = "    while True: pass\n"


def test_an_experiment_that_never_ends_is_told_so(
    course: Course, original: Path, tmp_path: Path
) -> None:
    work = shutil.copytree(original, tmp_path / "work")
    (work / "experiment.py").write_text(
        replaced(RUN, NEVER + RUN)((work / "experiment.py").read_text())
    )
    how = replace(
        make_settings(course, None, "strict", hidden=False),
        only=frozenset({"r.reproduced"}),
        run_seconds=2.0,
    )
    score = grade_entry(Entry("never", work), [course.part("r")], course.modules, how).score
    (check,) = score.checks
    assert (check.status, check.verdict) == ("timeout", "cannot run")
    assert check.message.partition("\n")[0] == (
        "no answer before the deadline: the experiment may run for 2 s: an endless loop, or too "
        "many epochs?"
    )


def test_the_second_run_has_twice_the_seconds_of_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[float] = []
    times = iter([10.0, 13.0])
    monkeypatch.setattr(claims, "time", SimpleNamespace(perf_counter=lambda: next(times)))
    monkeypatch.setattr(claims, "_require_same", lambda one, other: None)

    def run_once(*args: Any) -> list[Any]:
        given.append(args[-2])
        return []

    monkeypatch.setattr(claims, "_run_once", run_once)
    ask = SimpleNamespace(take_fresh_worker=lambda: None)
    clock: dict[str, Any] = {}
    claims.run_twice(ask, {}, clock, {}, None, {}, 60.0)  # type: ignore[arg-type]
    assert given == [60.0, 11.0]  # 2 * 3 s, and 5 s
    assert clock == {"seconds_to_run": 3.0}


def test_an_honest_run_is_reproduced(grade: Grade) -> None:
    check = grade("r.reproduced", {})
    assert (check.status, check.verdict) == ("passed", "reproduced")
    assert check.measurements["accuracy"] == pytest.approx(350 / 359)


def test_other_settings_than_the_claims_are_not_reproduced(grade: Grade) -> None:
    check = grade("r.reproduced", {"experiment.toml": replaced("seed = 11 ", "seed = 12 ")})
    assert (check.status, check.verdict) == ("failed", "not reproduced")
    assert "claims.curve says 1.27145 for epoch 1, the judge's run has" in check.message


def test_a_shift_that_was_not_measured_is_not_reproduced(grade: Grade) -> None:
    change = replaced("shift_accuracy = 0.4763231197771588", "shift_accuracy = 0.9749303621169917")
    check = grade("r.reproduced", {"experiment.toml": change})
    assert (check.status, check.verdict) == ("failed", "not reproduced")
    told = (
        "claims.shift_accuracy is 350 of 359 images, the judge's two runs both have 171: 179 fewer"
    )
    assert told in check.message


def test_a_confusion_that_differs_a_little_is_close(grade: Grade) -> None:
    change = replaced("[[28, 0, 0", "[[27, 1, 0")
    accuracy = replaced("test_accuracy = 0.9749303621169917", "test_accuracy = 0.9721448467966574")
    check = grade("r.reproduced", {"experiment.toml": lambda text: accuracy(change(text))})
    assert (check.status, check.verdict) == ("passed", "close")


def test_close_is_two_binomial_deviations() -> None:
    assert is_close(0.9, 90, 100)
    assert is_close(0.9, 84, 100)
    assert not is_close(0.9, 83, 100)
    assert is_close(1.0, 99, 100)
    assert not is_close(1.0, 98, 100)


def test_stopping() -> None:
    assert [stop_after(CURVE, patience) for patience in (1, 2, 3, 4)] == [5, 8, 9, 13]
    assert stop_after([3.0, 2.0, 1.0], 1) == 3


def test_markdown_is_headings_and_fences() -> None:
    text = (
        "# One\n\nsome\n~~~\n# no\n~~~\n## Two ##\n<!-- not\nseen -->\n```Math\na = 1\n```\nprose"
    )
    page = read_page(text, "a.md")
    assert page.sections == {"one": "some", "two": "prose"}
    assert [(block.kind, block.text) for block in page.blocks] == [("", "# no"), ("math", "a = 1")]
    assert page.blocks[1].lines[0].number == 11
    with pytest.raises(WrongAnswer, match=r"a\.md, line 3: the block that begins here"):
        read_page("a\nb\n````math\n```\n", "a.md")
