"""All texts that have a translation: those of calls, of page templates, of tables, and of help."""

import ast
import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

import jinja2
import typer
from jinja2 import nodes

from autograder.cli.adjust import COLUMNS as ADJUSTED_COLUMNS
from autograder.cli.app import app
from autograder.course import load_course
from autograder.course.course import SHIPPED_COURSE
from autograder.course.tasks import list_tasks
from autograder.diagnosis.casebook import load_casebook
from autograder.diagnosis.catalogue import load_catalogue
from autograder.diagnosis.changes import load_changes
from autograder.intake import rank, recognise
from autograder.judge.spec import list_checks
from autograder.language.note_templates import NOTE_TEMPLATES
from autograder.language.templates import TEMPLATES
from autograder.learning.completion import STEPS
from autograder.learning.demos import DEMOS
from autograder.learning.difference_demo import FIRST
from autograder.learning.explore.live_work import READY
from autograder.learning.hints import STEPS as HINT_STEPS
from autograder.learning.mistakes import LOOKING
from autograder.learning.portfolio import score_facts
from autograder.learning.scalar_demos import ALONE
from autograder.learning.tensor_demo import PROGRAMS
from autograder.learning.training_demos import TRAININGS
from autograder.reports.adjustments import BY_HAND
from autograder.reports.discrimination import WORDS
from autograder.reports.neurons import SENTENCES
from autograder.reports.terminal import HEADINGS
from autograder.reports.watching import KEYS
from autograder.score import Status
from autograder.worker.unusual import UNUSUAL
from tests.conftest import ROOT

PACKAGE = ROOT / "autograder"
CALLS = {"translate": 1, "translate_count": 2}  # how many of their arguments are texts
TRANSLATED_PART = "m1"  # its titles, hints, tasks and mistakes are in every catalogue
LEARNERS_COMMANDS = (
    *("back", "check", "checks", "diff", "explore", "hint", "report", "repro", "reset", "start"),
    *("status", "watch"),
)
INTERFACE = (  # texts that stand in the code as constants
    *("Milestones", "Extras"),
    *("l lists them", "| less shows all"),  # how GridLayout says what does not fit
    LOOKING,
    *HINT_STEPS,
    *get_args(Status),
    *(name for _, name in KEYS),
    *(words for _, words in WORDS),
    *SENTENCES.values(),
    BY_HAND,
    *HEADINGS,
    *ADJUSTED_COLUMNS,
    *("Two moons", "Spiral", "as it is"),  # in pictures of the report
)

Message = tuple[str, ...]  # a text, or its forms for one thing and for many


def list_messages() -> dict[Message, str]:
    """Return every message to translate, and where it comes from, each once."""
    found: dict[Message, str] = {}
    for source, messages in _list_sources():
        for message in messages:
            found.setdefault(message, source)
    return found


def _list_sources() -> Iterator[tuple[str, Iterable[Message]]]:
    for file in sorted(PACKAGE.rglob("*.py")):
        yield _name(file), calls_in_python(file.read_text())
    for file in sorted((PACKAGE / "templates").glob("*.html.j2")):
        yield _name(file), calls_in_template(file.read_text())
    yield "interface", _single(INTERFACE)
    yield "units of time", (forms for _, forms in STEPS)
    yield "facts of a score", _single(_first_words(score_facts))
    yield "help", _single(_help_texts())
    yield "demos", _single(_demo_texts())
    yield "course.toml", _single(_milestone_texts())
    yield "the judge's sentences", _single(TEMPLATES)
    yield "notes for the teacher", _single(_note_texts())
    yield f"checks of {TRANSLATED_PART}", _single(_check_texts())
    yield f"tasks of {TRANSLATED_PART}", _single(task.title for task in list_tasks(_part()))
    yield f"mistakes of {TRANSLATED_PART}", _single(_mistake_texts())
    changes = load_changes()
    yield "changes.toml", _single([*changes.sentences.values(), *changes.rewrites.values()])


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def _single(texts: Iterable[str]) -> Iterator[Message]:
    return ((text,) for text in texts)


def calls_in_python(source: str) -> Iterator[Message]:
    """Yield the texts of the calls in a module; a variable stands for what its function sets."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            known = _assigned_texts(function)
            for call in ast.walk(function):
                name = isinstance(call, ast.Call) and getattr(call.func, "id", "")
                if isinstance(call, ast.Call) and name in CALLS:
                    count = CALLS[str(name)]
                    options = [_texts(argument, known) for argument in call.args[:count]]
                    if all(options):
                        yield from zip(*options, strict=True)


def _assigned_texts(function: ast.FunctionDef) -> dict[str, list[str]]:
    """Return what each variable of a function may be, of those that are set to texts."""
    known: dict[str, list[str]] = {}
    for node in ast.walk(function):
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(node, ast.Assign) and isinstance(target, ast.Name):
            known[target.id] = _texts(node.value, known)
    return known


def _texts(node: ast.expr, known: dict[str, list[str]]) -> list[str]:
    """Return the texts that an expression may be; none where that depends on data."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body, known), *_texts(node.orelse, known)]
    return known.get(node.id, []) if isinstance(node, ast.Name) else []


def calls_in_template(source: str) -> Iterator[Message]:
    """Yield the texts of the calls in a template of Jinja."""
    for call in jinja2.Environment().parse(source).find_all(nodes.Call):
        count = CALLS.get(getattr(call.node, "name", ""), 0)
        texts = [argument.value for argument in call.args if isinstance(argument, nodes.Const)]
        if count and len(texts) >= count:
            yield tuple(texts[:count])


def _first_words(function: Any) -> Iterator[str]:
    """Yield the first words of the pairs that a function returns."""
    for node in ast.walk(ast.parse(inspect.getsource(function))):
        if isinstance(node, ast.Tuple) and isinstance(node.elts[0], ast.Constant):
            yield str(node.elts[0].value)


def _help_texts() -> Iterator[str]:
    group: Any = typer.main.get_command(app)
    for command in (group, *(group.commands[name] for name in LEARNERS_COMMANDS)):
        yield command.help
        yield from (param.help for param in command.params if getattr(param, "help", None))


def _demo_texts() -> Iterator[str]:
    for demo in DEMOS:
        yield from (demo.title, demo.sentence)
        yield from (control.label for control in demo.controls if len(control.label) > 1)
    yield from (FIRST, READY, ALONE, *PROGRAMS, *(run.title for run in TRAININGS.values()))
    yield from (program.sentence for program in PROGRAMS.values())
    yield from ("yours", "right", "your tangent", "right tangent", "step", "height")
    yield from ("epoch", "loss", "output", "what comes in, weighted, and the bias")


def _note_texts() -> Iterator[str]:
    yield from NOTE_TEMPLATES
    yield from (rule.reason for rule in rank.RULES)
    yield from (recognise.FOREIGN, recognise.EMPTY, recognise.BROKEN, recognise.PACKED)
    yield from (recognise.UNREADABLE, recognise.NO_FILE, recognise.LINK)
    yield from (text for row in UNUSUAL.values() for text in (row.what, row.why))


def _milestone_texts() -> Iterator[str]:
    for milestone in load_course(SHIPPED_COURSE).milestones:
        yield from (milestone.title, milestone.built)


def _part() -> Any:
    return load_course(SHIPPED_COURSE).milestone(TRANSLATED_PART)


def _check_texts() -> Iterator[str]:
    for listed in list_checks(TRANSLATED_PART, _part().checks):
        yield from (listed.title, *listed.spec.hints)


def _mistake_texts() -> Iterator[str]:
    yield from (pitfall.text for pitfall in load_catalogue(TRANSLATED_PART).pitfalls)
    yield from load_casebook(TRANSLATED_PART).texts.values()
