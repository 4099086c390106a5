"""The source of a question: whatever a script calls is there, and nothing of the kit is."""

import ast
import builtins
import types
from collections.abc import Iterator

import pytest

from autograder.course import load_course
from autograder.learning.probe_source import NeedsKit, render_probe
from autograder.worker.serve import load_probes

COURSE = load_course()
ASKS_THE_KIT = {"m4", "m5"}, {"inspect", "collect", "carry", "watch"}  # of a model that was trained


def list_probes() -> Iterator[str]:
    for part in COURSE.parts:
        module = load_probes([part.probes])[part.id]
        for name, value in vars(module).items():
            is_own = isinstance(value, types.FunctionType) and value.__module__ == module.__name__
            if is_own and not name.startswith("_"):
                yield f"{part.id}.{name}"


@pytest.mark.parametrize("probe", [*list_probes()])
def test_a_script_has_all_that_a_question_needs(probe: str) -> None:
    part, _, name = probe.rpartition(".")
    if probe == "r.again" or (part in ASKS_THE_KIT[0] and name in ASKS_THE_KIT[1]):
        with pytest.raises(NeedsKit):
            render_probe(probe, COURSE)
        return
    tree = ast.parse(render_probe(probe, COURSE))
    names = [part for part in ast.walk(tree) if isinstance(part, ast.Name)]
    known = {part.id for part in names if isinstance(part.ctx, ast.Store)} | {"np", *dir(builtins)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            known.add(node.name)
        elif isinstance(node, ast.ExceptHandler):
            known.add(str(node.name))
        elif isinstance(node, ast.arg):
            known.add(node.arg)
        elif isinstance(node, ast.alias):
            known.add((node.asname or node.name).partition(".")[0])
    assert {part.id for part in names} <= known


def test_helpers_come_with_their_numbers_and_under_names_of_their_own() -> None:
    source = render_probe("m4.write_model", COURSE)
    assert "def files_write_model(save, model, name):" in source
    assert "return {**files_write_model(save, model, name), 'out': files_run(model, x)}" in source
    assert "files_MOST_BYTES = 1 << 18" in source


def test_what_the_kit_counts_is_left_out() -> None:
    source = render_probe("m6.train_again", COURSE)
    assert "        model = train_gpt(given, vocab_size, seed, **options)\n" in source
    assert "trained" not in source
    assert "passes" not in source
    assert "nullcontext" not in source
