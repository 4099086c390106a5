"""The house rules that a machine can hold: arrows, one source, points, hints."""

import ast
import re
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from autograder.cli.app import app
from autograder.course import load_course
from autograder.exchange.assignments import write_assignments
from autograder.judge.spec import ListedCheck, list_checks
from autograder.learning.ideas import SECTION
from autograder.sandbox.failures import Raised
from autograder.sandbox.forking import ForkLauncher
from autograder.sandbox.handle import Launcher
from autograder.sandbox.spawning import SpawnLauncher
from tests.conftest import ROOT

ORDER = [
    "__main__",
    "notebook",
    "cli",
    "learning",
    "exchange",
    "run",
    "checks",
    "judge",
    "diagnosis",
    "numerics",
    "reports",
    "intake",
    "sandbox",
    "worker",
    "language",
    "course",
    "data",
    "score",
    "stop",
    "files",
    "lazy",
    "templates",
    "words",
]  # a module imports from its own place and from those after it
PACKAGE = ROOT / "autograder"
MODULES = sorted(PACKAGE.rglob("*.py"))
MILESTONES = load_course().milestones
PARTS = load_course().parts
CHECKS = [listed for m in PARTS for listed in list_checks(m.id, m.checks)]
LEAST = {"m1": 25, "m2": 20, "m3": 45, "m4": 40, "m5": 35, "m6": 40}


def imported(file: Path) -> set[str]:
    """Return which folders and root modules of the package `file` imports, wherever in it."""
    tree = ast.parse(file.read_text())
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names = [f"{node.module}.{alias.name}" for node in froms for alias in node.names]
    names += [a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names]
    parts = [name.split(".") for name in names if name.startswith("autograder.")]
    return {part[1] for part in parts} - {"__version__"}


def place_of(file: Path) -> str:
    """Return the folder, or the root module, that `file` is."""
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("place", ORDER)
def test_arrows_run_down_the_list(place: str) -> None:
    above = {*ORDER[: ORDER.index(place)]}
    files = [file for file in MODULES if place_of(file) == place]
    assert files
    turned = {file.name: imported(file) & above for file in files if imported(file) & above}
    assert turned == {}


def test_every_module_has_a_place_in_the_list() -> None:
    assert {place_of(file) for file in MODULES} - {"__init__"} == {*ORDER}
    assert {name for file in MODULES for name in imported(file)} <= {*ORDER}


def test_the_worker_imports_nothing_else_of_the_kit() -> None:
    files = [file for file in MODULES if place_of(file) == "worker"]
    assert {name for file in files for name in imported(file)} == {"worker"}


@pytest.mark.parametrize(
    "start", [ForkLauncher, lambda probes, _: SpawnLauncher(probes)], ids=["fork", "spawn"]
)
def test_the_hostile_process_names_nothing_of_the_kit(
    start: Callable[[list[str], str], Launcher], tmp_path: Path
) -> None:
    (tmp_path / "engine.py").write_text("import sys\nprint(*sys.modules)\n")
    launcher = start([milestone.probes for milestone in PARTS], "process")
    with closing(launcher), launcher.start_worker(tmp_path, 10, 2048) as worker, suppress(Raised):
        worker.call_probe("m1.attempt", {"expression": "Value(1.0)"}, 30.0)
    loaded = worker.printed_text.split()
    assert {"numpy", "time", "gc", "tempfile"} <= {*loaded}
    assert [name for name in loaded if name.partition(".")[0] == "autograder"] == []


def test_commands_are_all_that_lies_in_cli() -> None:
    commands = {command.name or command.callback.__name__ for command in app.registered_commands}  # type: ignore[union-attr]
    groups = {group.name for group in app.registered_groups}
    modules = {file.stem for file in (PACKAGE / "cli").glob("*.py")} - {"__init__", "app"}
    assert modules == commands | groups


def test_assignments_are_in_step_with_solutions(tmp_path: Path) -> None:
    files = write_assignments(ROOT / "solutions", tmp_path)
    documents = [name for unit in load_course().units for name in unit.documents]
    pictures = [*(ROOT / "solutions").glob("*/pictures/*.svg")]
    parts = [*(ROOT / "solutions").glob("*_*")]
    translated = [*(ROOT / "solutions").glob("*/README.??.md")]
    assert len(files) == 3 * len(parts) + len(documents) + len(pictures) + len(translated)
    stale = [
        file.name
        for file in files
        if (ROOT / "assignments" / file.relative_to(tmp_path)).read_bytes() != file.read_bytes()
    ]
    assert stale == [], "run 'make assignments'"


def test_the_untouched_submission_of_the_sample_class_is_the_stub() -> None:
    for milestone in MILESTONES[:2]:
        file = f"{milestone.module}.py"
        stub = ROOT / "assignments" / milestone.folder / file
        assert (ROOT / "tests/classroom/mina-untouched" / file).read_text() == stub.read_text()


@pytest.mark.parametrize("milestone", MILESTONES, ids=lambda milestone: milestone.id)
def test_every_milestone_has_100_points_and_enough_checks(milestone: object) -> None:
    own = [listed for listed in CHECKS if listed.milestone == milestone.id]  # type: ignore[attr-defined]
    assert sum(listed.spec.points for listed in own) == 100
    assert len(own) >= LEAST[milestone.id]  # type: ignore[attr-defined]
    assert len({listed.title for listed in own}) == len(own)
    assert len({listed.id for listed in own}) == len(own)


def test_every_file_with_checks_is_one_of_its_milestone() -> None:
    files = [
        file for file in (PACKAGE / "checks").rglob("*.py") if "\ndef check_" in file.read_text()
    ]
    named = [Path(str(module.__file__)) for milestone in PARTS for module in milestone.checks]
    assert sorted(files) == sorted(named), "name it in PARTS of its package"


@pytest.mark.parametrize("milestone", PARTS, ids=lambda milestone: milestone.id)
def test_checks_are_packages_of_one_form(milestone: object) -> None:
    package = PACKAGE / "checks" / milestone.folder  # type: ignore[attr-defined]
    files = sorted(package.glob("*.py"))
    assert {"__init__.py", *(f"{name}.py" for name in parts(package))} <= {
        file.name for file in files
    }
    assert {file.name for file in package.glob("*.toml")} == {"checks.toml", "functions.toml"}
    assert {file.name: length for file in files if (length := len(lines(file))) > 250} == {}


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines()


def parts(package: Path) -> list[str]:
    """Return the modules that the ``PARTS`` of a package names, by its text."""
    (assigned,) = [
        node
        for node in ast.parse((package / "__init__.py").read_text()).body
        if isinstance(node, ast.Assign)
    ]
    return list(ast.literal_eval(assigned.value))


def test_titles_are_written_in_the_table_of_checks_alone() -> None:
    titles = {listed.title for listed in CHECKS}
    told = [
        f"{file.name}: {line}"
        for file in sorted((PACKAGE / "checks").glob("*/*.py"))
        for line in lines(file)
        if line.strip(' ".') in titles
    ]
    assert told == []


def test_the_formatter_lays_out_the_package() -> None:
    kept = [
        f"{file.name}:{number}"
        for file in sorted(PACKAGE.rglob("*.py"))
        for number, line in enumerate(lines(file), start=1)
        if "# fmt: " in line
    ]
    assert len(kept) < 20, kept


@pytest.mark.parametrize("listed", CHECKS, ids=lambda listed: listed.id)
def test_every_check_is_complete(listed: ListedCheck) -> None:
    assert listed.title
    assert listed.spec.twin, "a check without a twin can be passed by a table of answers"
    assert listed.points_for("public") + listed.points_for("hidden") == listed.spec.points
    assert len(listed.spec.hints) == 3
    assert listed.spec.hints[0].endswith("?")
    assert all(len(hint) > 10 for hint in listed.spec.hints)


def told_lines(hints: list[str]) -> list[str]:
    """Return the lines of solutions that stand in `hints`, however they are spaced."""
    told = "\n".join("".join(hint.split()) for hint in hints)
    lines = [line for milestone in PARTS for line in solution_lines(milestone)]
    return [line for line in lines if "".join(line.split()) in told]


def solution_lines(milestone: object) -> set[str]:
    """Return the lines that learners write, but for those that any program has."""
    file = ROOT / "solutions" / milestone.folder / f"{milestone.module}.py"  # type: ignore[attr-defined]
    bodies = [part.partition("### END")[0] for part in file.read_text().split("BEGIN SOLUTION")[1:]]
    lines = {line.partition("  #")[0].strip() for body in bodies for line in body.splitlines()}
    return {line for line in lines if len("".join(line.split())) >= 10}


def test_no_hint_is_a_line_of_a_solution() -> None:
    hints = [hint for listed in CHECKS for hint in listed.spec.hints]
    assert told_lines(hints) == []
    planted = min(solution_lines(MILESTONES[0]), key=lambda line: (len(line), line))
    assert set(told_lines([*hints, f"Write {planted.replace(' ', '')}."])) == {planted}


@pytest.mark.parametrize("milestone", PARTS, ids=lambda milestone: milestone.id)
def test_handouts_list_every_check_with_its_points(milestone: object) -> None:
    told = re.findall(r"`([mwcrx]\d?\.[\w.]+)` (\d+)", rows(ROOT / "assignments", milestone))
    own = [listed for listed in CHECKS if listed.milestone == milestone.id]  # type: ignore[attr-defined]
    assert sorted(told) == sorted((listed.id, f"{listed.spec.points:g}") for listed in own)


@pytest.mark.parametrize("milestone", PARTS, ids=lambda milestone: milestone.id)
def test_points_are_written_in_the_table_of_checks_alone(milestone: object) -> None:
    named = re.findall(r"`([mwcrx]\d?\.[\w.]+)`( \d+)?", rows(ROOT / "solutions", milestone))
    own = [listed.id for listed in CHECKS if listed.milestone == milestone.id]  # type: ignore[attr-defined]
    assert sorted(named) == sorted((id, "") for id in own)


def rows(folder: Path, milestone: object) -> str:
    """Return the rows of all tables of a handout."""
    text = (folder / milestone.folder / "README.md").read_text()  # type: ignore[attr-defined]
    return "\n".join(line for line in text.splitlines() if line.startswith("|"))


def sections(milestone: object) -> dict[str, str]:
    """Return the sections of a handout, by heading, in order."""
    text = (ROOT / "solutions" / milestone.folder / "README.md").read_text()  # type: ignore[attr-defined]
    parts = [part.partition("\n") for part in text.split("\n## ")[1:]]
    return {heading: body for heading, _, body in parts}


@pytest.mark.parametrize("milestone", PARTS, ids=lambda milestone: milestone.id)
def test_handouts_end_by_comparing_ideas_in_prose(milestone: object) -> None:
    heading, body = list(sections(milestone).items())[-1]
    assert heading == SECTION
    assert 15 <= len(body.strip().splitlines()) <= 40
    assert "Ask of your own code: " in body
    assert "```" not in body
    assert told_lines([body]) == []
    planted = max(solution_lines(milestone), key=lambda line: (len(line), line))
    assert set(told_lines([f"{body} `{planted}`"])) >= {planted}


def test_no_registry_is_named() -> None:
    pins = (ROOT / "constraints.txt").read_text()
    assert "://" not in pins
    assert "index" not in pins
