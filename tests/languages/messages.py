"""All texts that have a translation: those of calls, of page templates, of tables, and of help."""

import ast
import errno
import inspect
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

import jinja2
import msgspec
import typer
from jinja2 import nodes

from autograder.cli.adjust import COLUMNS as ADJUSTED_COLUMNS
from autograder.cli.app import app
from autograder.cli.data import COLUMNS as DATA_COLUMNS
from autograder.cli.history import KINDS as EVENTS
from autograder.cli.history import WORDS as GROUNDS
from autograder.cli.review import COLUMNS as REVIEW_COLUMNS
from autograder.course import load_course
from autograder.course.check_keys import MEANINGS
from autograder.course.course import SHIPPED_COURSE, TABLES, Course, Milestone
from autograder.course.extensions import SAID, Extension
from autograder.course.kinds import KINDS
from autograder.course.tasks import list_tasks
from autograder.data.registry import load_registry
from autograder.diagnosis.casebook import load_casebook
from autograder.diagnosis.catalogue import load_catalogue
from autograder.diagnosis.changes import load_changes
from autograder.exchange.layouts import NO_NAME
from autograder.intake import people, rank, recognise
from autograder.intake.rules import WANTED_ARCHIVES
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
from autograder.run import few_passes
from autograder.run.history import ABSENT, AGAIN, UNKNOWN
from autograder.score import Status
from autograder.worker import landlock, lockin, seccomp
from autograder.worker.unusual import UNUSUAL
from tests.conftest import ROOT

PACKAGE = ROOT / "autograder"
REFUSALS = ("Stop", "IncompleteKit", "CourseError", "Unusable", "DataMissing", "NoReview", "NoKey")
REFUSALS += ("NoScheduler", "ReleaseFailed", "Unfit", "UnfitCluster")
CALLS = {  # which of their arguments are texts
    **dict.fromkeys(("translate", "Phrase", "no_such", *REFUSALS), slice(1)),
    "translate_count": slice(2),
    **dict.fromkeys(("stop_on_write_error", "stop_unless_writable"), slice(1, 2)),
    **dict.fromkeys(("require_word", "_look_up"), slice(2, 3)),
}
TRANSLATED_PART = "m1"  # its titles, hints, tasks and mistakes are in every catalogue
REASONS = (  # why the system refuses, as it says itself
    *(errno.EACCES, errno.EEXIST, errno.EISDIR, errno.ENAMETOOLONG, errno.ENOENT, errno.ENOSPC),
    *(errno.ENOTDIR, errno.EPERM, errno.EROFS),
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
    *REVIEW_COLUMNS,
    *DATA_COLUMNS,
    *EVENTS,
    *GROUNDS.values(),
    *(AGAIN, UNKNOWN, ABSENT),
    "name another with --out",
    *KINDS.values(),
    *MEANINGS.values(),
    *SAID.values(),
    *(lockin.WRONG_MACHINE, lockin.NO_PROC, seccomp.UNAVAILABLE, *landlock.ABSENT.values()),
    *map(os.strerror, REASONS),
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
    yield "keys of a course file", _single(_course_texts())
    yield "data sets", _single(_dataset_texts())
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
    module = ast.parse(source)
    constants = _assigned_texts(module.body)
    for function in ast.walk(module):
        if isinstance(function, ast.FunctionDef):
            known = constants | _assigned_texts(ast.walk(function))
            for call in ast.walk(function):
                name = isinstance(call, ast.Call) and _name_callee(call)
                if isinstance(call, ast.Call) and name in CALLS:
                    options = [_texts(argument, known) for argument in call.args[CALLS[name]]]
                    if options and all(options):
                        yield from zip(*options, strict=True)


def _name_callee(call: ast.Call) -> str:
    return str(getattr(call.func, "id", "") or getattr(call.func, "attr", ""))


def _assigned_texts(nodes: Iterable[ast.AST]) -> dict[str, list[str]]:
    """Return what each variable may be, of those that `nodes` set to texts."""
    known: dict[str, list[str]] = {}
    for name, value in _list_assignments(nodes):
        known[name] = [*known.get(name, []), *_texts(value, known)]
    return known


def _list_assignments(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    for node in nodes:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(node, ast.Assign) and isinstance(target, ast.Name):
            yield target.id, node.value
        elif isinstance(node, ast.Assign) and isinstance(target, ast.Tuple):
            values = node.value.elts if isinstance(node.value, ast.Tuple) else []
            for name, value in zip(target.elts, values, strict=False):
                yield getattr(name, "id", ""), value


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
        arguments = call.args[CALLS.get(getattr(call.node, "name", ""), slice(0))]
        texts = [argument.value for argument in arguments if isinstance(argument, nodes.Const)]
        if texts and len(texts) == len(arguments):
            yield tuple(texts)


def _first_words(function: Any) -> Iterator[str]:
    """Yield the first words of the pairs that a function returns."""
    for node in ast.walk(ast.parse(inspect.getsource(function))):
        if isinstance(node, ast.Tuple) and isinstance(node.elts[0], ast.Constant):
            yield str(node.elts[0].value)


def _help_texts() -> Iterator[str]:
    group: Any = typer.main.get_command(app)
    for command in _list_commands(group):
        yield command.help
        yield from (param.help for param in command.params if getattr(param, "help", None))


def _list_commands(group: Any) -> Iterator[Any]:
    yield group
    for command in getattr(group, "commands", {}).values():
        yield from _list_commands(command)


def _course_texts() -> Iterator[str]:
    for type_ in (Course, Milestone, Extension, *TABLES.values()):
        for field in msgspec.structs.fields(type_):
            for meta in getattr(field.type, "__metadata__", ()):
                yield from filter(None, [meta.description])


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
    yield from (recognise.UNREADABLE, recognise.NO_FILE, recognise.LINK, people.APART)
    yield from (NO_NAME, WANTED_ARCHIVES)
    yield from (text for row in UNUSUAL.values() for text in (row.what, row.why))
    yield from (few_passes.WHAT, few_passes.WHY)


def _milestone_texts() -> Iterator[str]:
    for milestone in load_course(SHIPPED_COURSE).milestones:
        yield from (milestone.title, milestone.built)


def _dataset_texts() -> Iterator[str]:
    for dataset in load_registry().datasets:
        yield from (dataset.title, dataset.source, dataset.licence)


def _part() -> Any:
    return load_course(SHIPPED_COURSE).milestone(TRANSLATED_PART)


def _check_texts() -> Iterator[str]:
    for listed in list_checks(TRANSLATED_PART, _part().checks):
        yield from (listed.title, *listed.spec.hints)


def _mistake_texts() -> Iterator[str]:
    yield from (pitfall.text for pitfall in load_catalogue(TRANSLATED_PART).pitfalls)
    yield from load_casebook(TRANSLATED_PART).texts.values()
