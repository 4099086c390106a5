"""What a student installs, in a fresh environment made from the release: little, and enough.

To keep it short, a few checks of the two milestones that train for minutes are run there:
EVERY_CHECK=1 has all.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from autograder.cli import export
from autograder.cli import release as command
from autograder.course import Course, Part, course
from autograder.exchange import checkout, release
from autograder.run.kit import kit_sha256
from tests.conftest import ROOT
from tests.mutants.mutants import EVERY_CHECK

MOST = 200e6  # bytes on disk
TEACHERS = ("IPython", "nbconvert", "nbformat", "nbgrader", "jupytext", "sklearn", "scipy")
MINUTES = {"m5": ("m5.conv2d_golden", "m5.step"), "m6": ("m6.gpt_gradient", "m6.generate_draws")}
PYTHONS = ((2, 7), (3, 6), (3, 10))


def run(*words: object, cwd: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run a program to its end, without what an environment variable could add to it."""
    names = (course.COURSE_VARIABLE, course.SECRET_VARIABLE, "PYTHONPATH")
    env = {key: value for key, value in os.environ.items() if key not in names} | more
    line = [str(word) for word in words]
    return subprocess.run(line, cwd=cwd, env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit of all six milestones, unpacked from its zip."""
    place = tmp_path_factory.mktemp("released")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(course.COURSE_VARIABLE, raising=False)
        command.run(place / "out")
    with zipfile.ZipFile(place / "out" / f"{release.NAME}.zip") as archive:
        archive.extractall(place)
    return place / release.NAME


@pytest.fixture(scope="module")
def site(kit: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the kit, unpacked: it runs by this Python, away from the checkout."""
    folder = tmp_path_factory.mktemp("site")
    (wheel,) = (kit / "kit").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def install(kit: Path) -> Path:
    """Do what the kit's README says, and return the environment's Python."""
    told = (kit / "README.md").read_text()
    (lines,) = re.findall(r"```\n(python3 .*)\n\. (.*)activate\n```", told)
    first, scripts = lines
    done = run(sys.executable, *first.split()[1:], cwd=kit)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "installed"), done.stderr
    return kit / scripts / "python"


def type_line(*words: object, cwd: Path) -> "subprocess.CompletedProcess[str]":
    """Run a student's command: what Python compiles is kept, as on any machine of theirs."""
    return run(*words, cwd=cwd, PYTHONDONTWRITEBYTECODE="")


def solve(parts: Sequence[Part], work: Path) -> None:
    for part in parts:
        shutil.copy(ROOT / "solutions" / part.folder / f"{part.module}.py", work)


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if not path.is_symlink())


def test_a_fresh_environment_is_small_and_does_all_of_a_students_work(
    kit: Path, course: Course
) -> None:
    python, work = install(kit), kit / "work"
    assert size(kit / ".venv") <= MOST
    code = f"from importlib.util import find_spec; print([n for n in {TEACHERS} if find_spec(n)])"
    assert run(python, "-c", code, cwd=work).stdout == "[]\n"
    code = "from autograder.run.kit import kit_sha256; print(kit_sha256())"
    assert run(python, "-c", code, cwd=work).stdout.strip() == kit_sha256()
    kit_command = (python, "-m", "autograder")
    untouched = type_line(*kit_command, "check", "m1.tanh", cwd=work)
    assert untouched.returncode == 1
    assert "not implemented yet: milestone 1: Value" in untouched.stdout

    later = [] if EVERY_CHECK else [course.part(id) for id in MINUTES]
    solve([one for one in course.milestones if one not in later], work)
    shutil.copy(ROOT / "tests/classroom/quinn-notebook/engine.ipynb", kit / "notebooks")
    notebook = type_line(*kit_command, "check", "m1", cwd=kit / "notebooks")
    assert (notebook.returncode, "75 of 75 public points" in notebook.stdout) == (0, True)
    reported = type_line(*kit_command, "report", cwd=work)  # runs the public checks of all six
    wanted = f"{75 * (6 - len(later))} of 450 public points"
    assert wanted in reported.stdout, reported.stdout + reported.stderr
    page = (work / "report.html").read_text()
    assert (
        re.sub(r'<section class="demo".*?</section>', "", page, flags=re.DOTALL).count("<svg") == 5
    )
    assert "data:image/png" in page
    solve(later, work)
    for part in later:
        checked = type_line(*kit_command, "check", *MINUTES[part.id], cwd=work)
        assert checked.returncode == 0, checked.stdout + checked.stderr
    assert_it_names_the_extra(python, work)


def assert_it_names_the_extra(python: Path, folder: Path) -> None:
    """From a checkout, this environment says what a teacher's command lacks."""
    lacking = (
        "needs the extra 'teach', and jupytext and nbgrader are not installed: in the checkout"
    )
    scripts = {
        "export nbgrader": ("autograder", "export", "nbgrader", "grades", "--out", "course"),
        "python -m autograder.exchange.assignments": ("autograder.exchange.assignments",),
    }
    for work, words in scripts.items():
        done = run(python, "-m", *words, cwd=folder, PYTHONPATH=str(ROOT))
        assert done.returncode == 2
        wanted = f"{work} {lacking}, run {checkout.INSTALL}\n"
        assert done.stderr.removeprefix("autograder: ") == wanted
    csv = ("-m", "autograder", "export", "csv", "grades", "--out", "grades.csv")
    assert "needs" not in run(python, *csv, cwd=folder, PYTHONPATH=str(ROOT)).stderr


@pytest.mark.parametrize(
    "words",
    [
        ("autograder", "release", "--out", "x"),
        ("autograder", "export", "nbgrader", "grades", "--out", "x"),
        ("autograder", "export", "gradescope", "grades", "--out", "x"),
        ("autograder.exchange.assignments",),
        ("autograder.exchange.digits",),
    ],
    ids=" ".join,
)
def test_an_installed_kit_says_that_a_checkout_is_needed(
    site: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    done = run(sys.executable, "-m", *words, cwd=tmp_path, PYTHONPATH=str(site))
    told = "runs in a checkout of the kit's repository: an installed kit, and a student's, holds"
    assert told in done.stderr
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (2, 1, "")
    assert not (tmp_path / "x").exists()


def test_the_wheel_of_the_checkout_holds_the_goldens_but_not_what_made_them(tmp_path: Path) -> None:
    done = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as archive:
        names = [Path(name) for name in archive.namelist()]
    assert len([name for name in names if name.match("golden*/m?.npz")]) == 6
    assert [name for name in names if "make_" in name.name] == []
    assert {"images-idx3-ubyte.gz", "labels-idx1-ubyte.gz", "LICENSE.md", "digits.md"} <= {
        name.name for name in names if "datasets" in name.parts
    }


def test_the_extra_is_what_the_kit_says_and_a_student_installs_none_of_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    teach = [line.partition(">=")[0] for line in project["optional-dependencies"]["teach"]]
    assert tuple(teach) == checkout.TEACH
    students = {line.partition(">=")[0] for line in project["dependencies"]}
    assert students & set(teach) == set()
    assert {name for names in export.NEEDED.values() for name in names} <= set(teach)


OLD = {
    "import runpy; runpy.run_module('autograder', run_name='__main__')": "autograder: Python 3.11",
    "import runpy; runpy.run_path('autograder/exchange/install.py', run_name='__main__')": "Python 3.11",
}


@pytest.mark.parametrize("version", PYTHONS, ids=str)
@pytest.mark.parametrize("line", OLD)
def test_an_old_python_is_told_first_which_one_is_needed(
    line: str, version: tuple[int, int]
) -> None:
    code = f"import sys; sys.version_info = {(*version, 0)}; sys.argv = ['x', 'check']\n{line}"
    done = run(sys.executable, "-c", code, cwd=ROOT)
    told = f"{OLD[line]} or newer is needed, and this is Python {version[0]}.{version[1]}: "
    assert done.stderr.startswith(told)
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (2, 1, "")


@pytest.mark.parametrize("file", ["autograder/__init__.py", "autograder/exchange/install.py"])
def test_what_an_old_python_reads_is_written_for_it(file: str) -> None:
    source = (ROOT / file).read_text()
    ast.parse(source, feature_version=(3, 4))
    assert source.isascii()
    newer = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr)
    assert [node for node in ast.walk(ast.parse(source)) if isinstance(node, newer)] == []
