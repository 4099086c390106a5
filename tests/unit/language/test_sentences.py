"""What the judge said, in the reader's language."""

import ast
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import typer

from autograder.cli.app import app
from autograder.judge.admission import _other_names_note as describe_other_names
from autograder.judge.functions import Returned
from autograder.judge.plugin import SLOW_IMPORT
from autograder.judge.refusals import Acceptance, bad_expression, describe_acceptances
from autograder.judge.returns import _describe as describe_return
from autograder.language.sentences import match_template, translate_sentence
from autograder.language.templates import AS_WRITTEN, TEMPLATES
from autograder.numerics import compare
from autograder.run import slowness
from autograder.run.proving import _describe_proof as describe_proof
from autograder.sandbox.failures import CheckFailure
from autograder.sandbox.handle import WorkerHandle
from autograder.worker.protocol import Ended, Problem
from tests.languages.messages import PACKAGE

ARRAY = np.zeros((2, 3))
LOG = bad_expression("log of 0", ("ValueError",), "Value(0.0).log()")
TEXT = bad_expression("Value + text", ("TypeError",), "Value(1.5) + 'x'")
WRONG_KIND = Problem(type="KeyError", message="no", bases=["KeyError"], frames=[])


def said(compared: Callable[..., Any], *arguments: Any, **options: Any) -> str:
    """Return the message of a comparison that fails."""
    with pytest.raises(CheckFailure) as failure:
        compared(*arguments, **options)
    return failure.value.message


def proof(fixed: int, failed: int, held: int) -> str:
    repair: Any = SimpleNamespace(fixed=["m1.add"] * fixed, held=held)
    return describe_proof(repair, "Value.tanh", failed)


def death(status: int) -> str:
    """Return what is said of a process that ended with this status, as the kernel gives it."""
    handle: Any = SimpleNamespace(_reap=lambda: Ended(status, 0.0, 0.0), cpu_seconds=9)
    return WorkerHandle._death_cause(handle).message


def typed(*words: str) -> str:
    """Return what the library says of a command line that it cannot read."""
    try:
        typer.main.get_command(app)([*words], standalone_mode=False)
    except Exception as problem:
        return str(problem.format_message())  # type: ignore[attr-defined]
    raise AssertionError(words)


SAID = {
    said(compare.close, 1.0, 3.0, "a.grad", where=" at a = 2"): (
        "a.grad ist 1, erwartet: 3 bei a = 2"
    ),
    said(compare.close, [1.0, 2.0], [1.0, 5.0], "the gradient of step {}"): (
        "der Gradient von Schritt 1 ist 2, erwartet: 5"
    ),
    said(compare.close, float(np.float32(1.00001)), 1.00001, "out", rtol=1e-12): (
        "out ist 1.00001001, erwartet: 1.00001 "
        "(der relative Unterschied ist 1e-08: in float32 gerechnet)"
    ),
    said(compare.close, [1.0], [1.0, 2.0], "the gradient of step {}"): (
        "der Gradient jedes Schritts: bekommen: Form (1,), erwartet: (2,)"
    ),
    said(compare.close, None, 3.0, "s = a + b; out = s: a.grad"): (
        "s = a + b; out = s: a.grad: bekommen: None, erwartet: eine Zahl"
    ),
    said(compare.as_floats, [[1.0], [1.0, 2.0]], (2,), "the points asked for"): (
        "die abgefragten Punkte: bekommen: Listen ungleicher Länge, erwartet: Form (2,)"
    ),
    said(compare.as_floats, ARRAY, (), "x"): "x: bekommen: Form (2, 3), erwartet: eine Zahl",
    said(compare.as_floats, ["a", "b"], (2,), "x"): (
        "x: bekommen: ['a', 'b'], erwartet: Zahlen der Form (2,)"
    ),
    said(compare.as_floats, ARRAY > 0, (2,), "x"): (
        "x: bekommen: ein Array von Wahrheitswerten der Form (2, 3), erwartet: Zahlen der Form (2,)"
    ),
    said(compare.as_floats, [1.0, float("nan")], (2,), "x"): (
        "x[1] ist nan, erwartet: eine endliche Zahl"
    ),
    said(compare.require_list, [1], 2, "the verdicts of gradcheck"): (
        "die Urteile von gradcheck: bekommen: 1 Stück, erwartet: 2"
    ),
    said(compare.require_flags, ARRAY.astype(int), "x"): (
        "x: bekommen: ein Array ganzer Zahlen der Form (2, 3), "
        "erwartet: eine Liste von True und False"
    ),
    said(compare.require_flags, ARRAY, "x"): (
        "x: bekommen: ein Array von Zahlen der Form (2, 3), erwartet: eine Liste von True und False"
    ),
    said(compare.same, True, False, "gradcheck of xs[0] * xs[1] with tol = 0.01"): (
        "gradcheck von xs[0] * xs[1] mit tol = 0.01 ist True, erwartet: False"
    ),
    describe_acceptances([Acceptance(LOG, "NoneType")]): (
        "Logarithmus von 0, Value(0.0).log(): erwartet ein ValueError, aber zurück kam None"
    ),
    describe_acceptances([Acceptance(TEXT, WRONG_KIND)]): (
        "Value + Text, Value(1.5) + 'x': erwartet ein TypeError, aber es kam KeyError: no"
    ),
    describe_acceptances([Acceptance(LOG, "NoneType"), Acceptance(LOG, WRONG_KIND)]): (
        "2 unsinnige Eingaben werden nicht so abgelehnt, wie sie sollten, "
        "erwartet jedes Mal ein ValueError:\n"
        "- Logarithmus von 0, Value(0.0).log(): ergab None\n"
        "- Logarithmus von 0, Value(0.0).log(): ergab KeyError: no"
    ),
    describe_acceptances([Acceptance(LOG, "NoneType"), Acceptance(TEXT, WRONG_KIND)]): (
        "2 unsinnige Eingaben werden nicht so abgelehnt, wie sie sollten:\n"
        "- Logarithmus von 0, Value(0.0).log(): erwartet ein ValueError, aber zurück kam None\n"
        "- Value + Text, Value(1.5) + 'x': erwartet ein TypeError, aber es kam KeyError: no"
    ),
    describe_return(Returned("Value.exp", "", "a Value"), "None"): (
        "Value.exp gab None zurück, erwartet: ein Value: fehlt ein return?"
    ),
    describe_return(Returned("Value.exp", "", "a Value"), "a float"): (
        "Value.exp gab ein float zurück, erwartet: ein Value"
    ),
    describe_return(Returned("Value.exp", "", "a number", "the data of its result"), "a list"): (
        "Value.exp: data des Ergebnisses ist eine Liste, erwartet: eine Zahl"
    ),
    proof(1, 1, 0): "Eine kleine Änderung in Value.tanh behebt den nicht bestandenen Test.",
    proof(1, 1, 9): (
        "Eine kleine Änderung in Value.tanh behebt den nicht bestandenen Test, "
        "und 9 andere bleiben bestanden."
    ),
    proof(1, 1, 1): (
        "Eine kleine Änderung in Value.tanh behebt den nicht bestandenen Test, "
        "und 1 anderer bleibt bestanden."
    ),
    proof(2, 2, 9): (
        "Eine kleine Änderung in Value.tanh behebt beide nicht bestandenen Tests, "
        "und 9 andere bleiben bestanden."
    ),
    proof(4, 4, 0): "Eine kleine Änderung in Value.tanh behebt alle 4 nicht bestandenen Tests.",
    proof(4, 4, 9): (
        "Eine kleine Änderung in Value.tanh behebt alle 4 nicht bestandenen Tests, "
        "und 9 andere bleiben bestanden."
    ),
    proof(3, 4, 0): "Eine kleine Änderung in Value.tanh behebt 3 der 4 nicht bestandenen Tests.",
    proof(3, 4, 9): (
        "Eine kleine Änderung in Value.tanh behebt 3 der 4 nicht bestandenen Tests, "
        "und 9 andere bleiben bestanden."
    ),
    slowness.ENDLESS: (
        "keine Antwort in der Zeit, auch nicht bei kleineren Eingaben: eine Endlosschleife?"
    ),
    slowness.SLOW: (
        "keine Antwort in der Zeit, aber bei kleineren Eingaben kommt eine: nicht endlos, nur zu "
        "langsam. Such nach Python-Schleifen über einzelne Zahlen, wo eine Operation auf ganzen "
        "Arrays genügt, und nach Arbeit, die mehrfach getan wird"
    ),
    slowness.UNKNOWN: "keine Antwort in der Zeit: eine Endlosschleife, oder zu langsam",
    death(256): "der Prozess endete (Exit-Code 1), bevor er geantwortet hat",
    death(11): "der Prozess wurde durch SIGSEGV beendet, bevor er geantwortet hat",
    f"engine.py was not handed in{describe_other_names(['engin.py'])}": (
        "engine.py ist nicht abgegeben (abgegeben: engin.py)"
    ),
    SLOW_IMPORT.format("engine", 3.0): (
        "keine Antwort in der Zeit: engine zu importieren dauert länger als 3 s. Code auf "
        "Modulebene, der lange läuft, etwa ein Training, gehört unter if __name__ == '__main__':"
    ),
    "not implemented yet: milestone 1: Value.tanh\nprinted: a is 1, wanted 2": (
        "noch nicht geschrieben: Meilenstein 1: Value.tanh\nausgegeben: a is 1, wanted 2"
    ),
    "NameError: name 'x' is not defined\n  engine.py:3 in f: x": (
        "NameError: name 'x' is not defined\n  engine.py:3 in f: x"
    ),
    typed("grad"): "Den Befehl 'grad' gibt es nicht. Meinst du 'grade'?",
    typed("abc"): "Den Befehl 'abc' gibt es nicht.",
    typed("grade", "--foo"): "Die Option --foo gibt es nicht (möglich: --force, --out).",
    typed("grade", "--qq"): "Die Option --qq gibt es nicht.",
    typed("grade"): "Es fehlt 'PATH'.",
    typed("release"): "Es fehlt die Option '--out'.",
    typed("hint", "m1.add", "x", "y"): "Zu viele Wörter: x y.",
    typed("release", "--out"): "Die Option '--out' braucht einen Wert.",
    typed("hint", "--level", "x"): "Ungültiger Wert für '--level': erwartet: eine ganze Zahl.",
    typed("review", "--points", "x"): "Ungültiger Wert für '--points': erwartet: eine Zahl.",
    "One small change in f fixes the failing check that was tried.": "Eine kleine Änderung in f behebt den nicht bestandenen Test, der probiert wurde.",
    "One small change in f fixes both failing checks that were tried.": "Eine kleine Änderung in f behebt beide nicht bestandenen Tests, die probiert wurden.",
    "One small change in f fixes all 9 failing checks that were tried.": "Eine kleine Änderung in f behebt alle 9 nicht bestandenen Tests, die probiert wurden.",
    "One small change in f fixes 3 of the 9 failing checks that were tried.": "Eine kleine Änderung in f behebt 3 der 9 nicht bestandenen Tests, die probiert wurden.",
    "": "",
}


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("message", SAID)
def test_what_the_judge_says_is_translated(message: str) -> None:
    assert translate_sentence(message) == SAID[message]


@pytest.mark.parametrize("message", SAID)
def test_in_english_it_stays(message: str) -> None:
    assert translate_sentence(message) == message


def code_texts() -> str:
    """Return all texts in the code of the package, but for those of the templates."""
    files = (file for file in PACKAGE.rglob("*.py") if "language" not in file.parts)
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text())))
    texts = (node.value for node in nodes if isinstance(node, ast.Constant))
    tables = (file.read_text() for file in PACKAGE.glob("checks/m1*/functions.toml"))
    return "\n".join([*(text for text in texts if isinstance(text, str)), *tables])


def test_every_template_is_what_the_code_says() -> None:
    lines = [line for message in SAID for line in message.split("\n")]
    parts = [part for line in lines for part in sentence_parts(line)]
    fitting = {first_template(line) for line in [*lines, *parts]}
    known = code_texts()
    others = [template for template in TEMPLATES if template not in fitting]
    reworded = [
        template
        for template in others
        if not all(piece.strip(" ,:") in known for piece in pieces(template))
    ]
    assert reworded == [], "the code says it otherwise now"


def first_template(line: str) -> str:
    return next((each for each in TEMPLATES if match_template(each, line) is not None), "")


def sentence_parts(line: str) -> list[str]:
    template = first_template(line)
    values = (match_template(template, line) if template else None) or {}
    parts = [value for name, value in values.items() if name not in AS_WRITTEN]
    return [*parts, *(inner for part in parts for inner in sentence_parts(part))]


def pieces(template: str) -> list[str]:
    """Return the words around the names of a template, without articles, which the code adds."""
    words = "".join(char if char != "{" else "\0{" for char in template).split("\0")
    texts = [word.partition("}")[2] if word.startswith("{") else word for word in words]
    plain = [text.removeprefix("a ").removeprefix("an ") for text in texts]
    return [text for text in plain if len(text) > 3]


@pytest.mark.parametrize(
    ("template", "line", "values"),
    [
        ("{name} is {got}", "x is y is z", {"name": "x", "got": "y is z"}),
        ("a {x} b", "a 1 b", {"x": "1"}),
        ("a {x} b", "a  b", None),
        ("a {x} b", "a 1 c", None),
        ("a {x} b", "a b", None),
        ("plain", "plain", {}),
        ("plain", "plainer", None),
        ("{x}, {y}, {z}", "1, 2", None),
        ("{x}, {y}", ", 2", None),
    ],
)
def test_a_template_fits_or_does_not(
    template: str, line: str, values: dict[str, str] | None
) -> None:
    assert match_template(template, line) == values


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("piece", [" is ", ", wanted ", "a is 1, wanted ", ": got ", "- : it "])
def test_a_line_that_repeats_a_sentence_for_ever_is_only_text(piece: str) -> None:
    assert len(translate_sentence(piece * 2000)) > 2000
