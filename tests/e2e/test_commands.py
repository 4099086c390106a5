"""The command as people type it: what it prints, what it writes, and its exit codes."""

import csv
import json
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from autograder.course import load_course
from tests.conftest import ROOT
from tests.typed_command import autograder

REFERENCE = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
WRONG = REFERENCE.replace(".grad += ", ".grad = ")
Write = Callable[..., Path]


def one_line(result: "subprocess.CompletedProcess[str]", code: int) -> str:
    assert result.returncode == code, result.stderr
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    return result.stderr.strip()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["chek"], "'check'"),
        (["check", "m9"], "there is no milestone 'm9'; there are m1, m2, m3, m4, m5, m6"),
        (["check", "m1.tahn"], "there is no check 'm1.tahn'; did you mean m1.tanh?"),
        (["check", "m1", "--profile", "fast"], "there is no profile 'fast'; there are quick, full"),
        (["check", "--submission", "nowhere"], "there is no folder nowhere"),
        (["chekc", "m1"], "Did you mean 'check', 'checks'?"),
        (["check", "--profil", "quick"], "--profile"),
        (
            ["export", "gradscope", ".", "--out", "x"],
            "there is no format 'gradscope'; did you mean gradescope?",
        ),
        (["data", "path", "minst"], "did you mean mnist?"),
        (["hint", "m1.tahn"], "did you mean m1.tanh?"),
        (
            ["check", "toplogical"],
            "there is no check 'toplogical'; did you mean m1.topological_order?",
        ),
        (["check", "topolog"], "there is no check 'topolog'; did you mean m1.topological_order?"),
        (["repro"], "Missing argument 'ID'; for example: autograder repro m1.tanh"),
        (["reset"], "Missing argument 'ID'; for example: autograder reset m1.tanh"),
        (["reset", "m1.tahn"], "did you mean m1.tanh?"),
        (["reset", "m9"], "there is no milestone 'm9'; there are m1, m2"),
        (["diff", "tanhh"], "there is no check 'tanhh'; did you mean m1.tanh?"),
        (["back", "m1.tanh"], "there is no milestone 'm1.tanh'"),
        (["reset", "m1", "--submission", "nowhere"], "there is no folder nowhere"),
        (["check", "m1.nosuch"], "there is no check 'm1.nosuch'; there are m1.add, "),
        (["hint", "Overfit_batch"], "did you mean m2.overfit_batch or m3.overfit_batch or m4."),
        (["check", "overfit_batch"], "more than one check is called 'overfit_batch'; did you mean"),
        (["repro", "m1.tahn"], "did you mean m1.tanh?"),
        (
            ["watch", "--submission", __file__],
            "test_commands.py is a file; name the folder that it lies in",
        ),
        (
            ["check", "--submission", ROOT / "README.md"],
            "README.md is not a submission: wanted a folder, or a file that ends in .zip, .tar.gz, .tgz,",
        ),
        (["hint", "m1"], "wanted one check such as m1.tanh, got 'm1'"),
        (["hint", "m1.tanh", "--level", "4"], "--level is 1, 2 or 3, not 4"),
        (["grade", "nowhere", "--out", "out"], "there is no nowhere"),
        (["grade", ".", "--out", "out"], "holds no submission"),
        (["grade", "."], "--out"),
        (["grade", ".", "--out", "out", "--isolation", "none"], "there are strict, process"),
        (["grade", ".", "--out", "out", "--milestone", "engine"], "there is no milestone 'engine'"),
        (["repro", "m1.tanh", "--submission", "nowhere"], "there is no folder nowhere"),
    ],
)
def test_usage_errors_are_one_line_and_exit_2(
    tmp_path: Path, arguments: list[str], told: str
) -> None:
    assert told in one_line(autograder(*arguments, cwd=tmp_path), 2)


def test_help_names_every_command() -> None:
    text = autograder("--help").stdout
    student = ("start", "check", "watch", "status", "hint", "repro", "report")
    teacher = ("grade", "course", "release", "review", "export")
    for name in (*student, *teacher, "doctor", "schema"):
        assert name in text


def test_start_up_imports_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "engine.py").write_text(REFERENCE)
    code = (
        "import sys\nfrom autograder.cli import main\n"
        f"try: main(['check', 'm1.tanh', '--submission', {str(tmp_path)!r}])\n"
        "except SystemExit: pass\n"
        "print([n for n in ('sklearn', 'nbgrader', 'matplotlib', 'torch') if n in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines()[-1] == "[]"


COLD = """
import importlib, pkgutil, sys
import autograder.cli
for module in list(pkgutil.iter_modules(autograder.cli.__path__)):
    for name in [name for name in sys.modules if name.partition(".")[0] == "autograder"]:
        del sys.modules[name]
    importlib.import_module("autograder.cli")
    importlib.import_module(f"autograder.cli.{module.name}")
    print(module.name)
"""


def test_every_command_starts_in_a_process_that_has_loaded_nothing_of_the_kit() -> None:
    result = subprocess.run(
        [sys.executable, "-c", COLD], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert {"check", "grade", "watch", "export"} <= {*result.stdout.split()}


def test_a_learner_starts_checks_solves_and_checks(tmp_path: Path) -> None:
    started = autograder("start", "work", cwd=tmp_path)
    work = tmp_path / "work"
    assert started.returncode == 0
    assert started.stdout.count("new ") == 2 * len(load_course().milestones)
    assert (work / "handouts/m1_scalar_autograd.md").exists()

    untouched = autograder("check", cwd=work)
    assert untouched.returncode == 1
    assert "0 of 75 public points" in untouched.stdout
    assert (
        "Next to write: m1.add: not implemented yet: milestone 1: Value.__add__" in untouched.stdout
    )

    (work / "engine.py").write_text(WRONG)
    wrong = autograder("check", "m1", cwd=work)
    assert wrong.returncode == 1
    assert "likely mistake: assign-not-accumulate" in wrong.stdout
    assert "a.grad is 1, wanted 3" in wrong.stdout or "wanted 5" in wrong.stdout

    (work / "engine.py").write_text(REFERENCE)
    right = autograder("check", "m1", "--json", "score.json", cwd=work)
    assert right.returncode == 0
    assert "75 of 75 public points (25 more" in right.stdout
    schema = json.loads(autograder("schema").stdout)
    jsonschema.validate(json.loads((work / "score.json").read_text()), schema)

    again = autograder("start", ".", cwd=work)
    assert again.stdout.count("kept") == 2 * len(load_course().milestones)
    assert (work / "engine.py").read_text() == REFERENCE
    assert "m2." not in right.stdout


def test_start_with_notebooks(tmp_path: Path) -> None:
    assert autograder("start", "--notebook", cwd=tmp_path).returncode == 0
    assert {path.name for path in tmp_path.glob("*.ipynb")} == {
        f"{m.module}.ipynb" for m in load_course().milestones
    }
    assert not list(tmp_path.glob("*.py"))


def test_colour_only_where_someone_looks(tmp_path: Path) -> None:
    (tmp_path / "engine.py").write_text(WRONG)
    plain = autograder("check", "m1.shared_add", cwd=tmp_path).stdout
    forced = autograder("check", "m1.shared_add", cwd=tmp_path, FORCE_COLOR="1").stdout
    assert "\x1b[" not in plain
    assert "\x1b[" in forced


def test_one_check_alone_is_diagnosed_too(tmp_path: Path) -> None:
    (tmp_path / "engine.py").write_text(WRONG)
    shown = autograder("check", "m1.shared_add", cwd=tmp_path)
    assert shown.returncode == 1
    assert "likely mistake: assign-not-accumulate (m1.shared_add)" in shown.stdout
    assert shown.stdout.count("/3.00") == 1


def test_one_check_alone_is_not_blamed_on_a_mistake_that_others_would_show(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tests/alternatives/closures_recursive", tmp_path, dirs_exist_ok=True)
    shown = autograder("check", "m1.deep_chain", cwd=tmp_path)
    assert "RecursionError" in shown.stdout
    assert "likely mistake: recursion-depth (m1.deep_chain)" in shown.stdout


def test_hints_come_in_three_steps() -> None:
    texts = [autograder("hint", "m1.tanh", "--level", level).stdout for level in (1, 2, 3)]
    assert [text.count("\n") for text in texts] == [3, 4, 4]
    assert texts[0].startswith("m1.tanh: tanh has the derivative 1 - tanh^2\n  Ask yourself: ")
    assert "The idea: " in texts[1]
    assert "Nearly the answer: " in texts[2]


def test_what_is_handed_in_can_be_checked_as_it_is(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox of Max"
    (inbox / "handouts").mkdir(parents=True)  # even in a workspace such work has no record
    (inbox / "engine.py").write_text(WRONG)
    with zipfile.ZipFile(inbox / "nina.zip", "w") as archive:
        archive.writestr("nina/engine.py", WRONG)
    for name in ("nina.zip", "engine.py"):
        told = autograder("check", "m1.shared_add", "--submission", inbox / name)
        assert told.returncode == 1
        assert "m1.shared_add: failed" in told.stdout
        written = autograder("repro", "m1.shared_add", "--submission", inbox / name, cwd=tmp_path)
        told_by = written.stdout.partition("run it with: ")[2].strip()
        wanted = "FOLDER (the work, unpacked as .py files)"
        assert told_by.endswith(wanted if name == "nina.zip" else f"'{inbox}'")
    assert sorted(path.name for path in inbox.iterdir()) == ["engine.py", "handouts", "nina.zip"]
    (inbox / "nina.zip").write_bytes(b"PK no archive")
    broken = autograder("check", "m1.shared_add", "--submission", inbox / "nina.zip")
    assert broken.returncode == 1
    assert "m1.shared_add: rejected" in broken.stdout
    assert "nina.zip is no archive; hand in a .zip or .tar.gz" in broken.stdout


@pytest.mark.parametrize("elsewhere", [False, True])
def test_the_command_that_repro_names_can_be_typed(tmp_path: Path, elsewhere: bool) -> None:
    work = tmp_path / "Müller, Max's"
    work.mkdir()
    (work / "engine.py").write_text(WRONG)
    arguments, here = (["--submission", work], tmp_path) if elsewhere else ([], work)
    written = autograder("repro", "m1.shared_add", *arguments, cwd=here)
    typed = shlex.split(written.stdout.partition("run it with: ")[2])
    assert typed == ["python", "repro_m1_shared_add.py", *map(str, arguments[1:])]
    ran = subprocess.run(
        [sys.executable, *typed[1:]], cwd=here, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert "wanted" in ran.stdout


def test_repro_fails_as_the_check_does_without_the_kit(tmp_path: Path) -> None:
    (tmp_path / "engine.py").write_text(WRONG)
    written = autograder("repro", "m1.shared_add", cwd=tmp_path)
    assert written.returncode == 0
    script = tmp_path / "repro_m1_shared_add.py"
    assert "autograder" not in script.read_text().replace("autograder repro", "")
    lines = [line for line in script.read_text().splitlines() if line and not line.startswith("#")]
    assert len(lines) <= 25
    ran = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert ran.returncode == 1, ran.stderr
    assert "got:    [[1.]]" in ran.stdout
    assert "wanted: [[5.]]" in ran.stdout

    (tmp_path / "engine.py").write_text(REFERENCE)
    assert "passes" in one_line(autograder("repro", "m1.shared_add", cwd=tmp_path), 1)
    fixed = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert fixed.returncode == 0, fixed.stderr


@pytest.fixture(scope="module")
def graded(
    tmp_path_factory: pytest.TempPathFactory,
) -> "tuple[Path, subprocess.CompletedProcess[str]]":
    """The sample class with broken entries beside it, graded on milestone 1."""
    folder = tmp_path_factory.mktemp("class")
    inbox = folder / "inbox"
    shutil.copytree(
        ROOT / "tests/classroom", inbox, ignore=shutil.ignore_patterns("README.md", "pavel*")
    )
    (inbox / "broken.zip").write_bytes(b"PK not a zip")
    (inbox / '=cmd,"x"').mkdir()
    (inbox / '=cmd,"x"' / "engine.py").write_text(REFERENCE)
    (inbox / "empty").mkdir()
    result = autograder("grade", inbox, "--out", folder / "out", "--milestone", "m1", "--jobs", 2)
    return folder, result


def test_a_class_gets_a_score_an_entry(
    graded: "tuple[Path, subprocess.CompletedProcess[str]]",
) -> None:
    folder, result = graded
    assert result.returncode == 0, result.stderr
    points = {
        json.loads(file.read_text())["submission"]["id"]: json.loads(file.read_text())["points"]
        for file in (folder / "out").glob("*/score.json")
    }
    full = {"ada-perfect", "grace_other_style", "quinn-notebook", "rosa", '=cmd,"x"'}
    none = {"mina-untouched", "olga-syntax-error", "broken", "empty"}
    assert {name for name, p in points.items() if p == 100.0} == full
    assert {name for name, p in points.items() if p == 0.0} == none
    assert set(points) - full - none == {"linus half done", "noah-overwrites-grads", "sam-attacks"}
    for file in (folder / "out").glob("*/score.json"):
        assert str(file) in result.stdout
        assert file.with_name("report.json").exists()


def test_a_broken_archive_says_so_in_every_check(graded: "tuple[Path, object]") -> None:
    score = json.loads((graded[0] / "out/broken/score.json").read_text())
    checks = score["milestones"][0]["checks"]
    assert {check["status"] for check in checks} == {"rejected"}
    assert "broken.zip is no archive; hand in a .zip or .tar.gz" in checks[0]["message"]


def test_the_table_is_safe_in_a_spreadsheet(graded: "tuple[Path, object]") -> None:
    with (graded[0] / "out/grades.csv").open() as file:
        rows = list(csv.DictReader(file))
    columns = ["submission", "points", "max_points", "m1", "isolation", "sha256", "unusual"]
    assert list(rows[0]) == columns
    assert '\'=cmd,"x"' in [row["submission"] for row in rows]
    assert not [row for row in rows if row["submission"].startswith(("=", "+", "-", "@"))]


def test_the_page_escapes_names(graded: "tuple[Path, object]") -> None:
    page = (graded[0] / "out/index.html").read_text()
    assert "=cmd,&#34;x&#34;" in page
    assert page.count("<script") == 2  # its rows, and its own


def test_a_second_run_keeps_what_is_done_and_force_does_not(
    graded: "tuple[Path, object]",
) -> None:
    folder, _ = graded
    scores = sorted((folder / "out").glob("*/score.json"))
    before = {file: file.read_bytes() for file in scores}
    again = autograder("grade", folder / "inbox", "--out", folder / "out", "--milestone", "m1")
    assert again.stdout.count(" kept ") == len(scores)
    assert {file: file.read_bytes() for file in scores} == before

    shutil.rmtree(folder / "out/rosa")
    alone = autograder(
        "grade", folder / "inbox", "--out", folder / "out", "--milestone", "m1", "--jobs", 1
    )
    assert alone.stdout.count(" kept ") == len(scores) - 1
    new, old = (
        json.loads((folder / "out/rosa/score.json").read_text()),
        json.loads(before[folder / "out/rosa/score.json"]),
    )
    assert {k: v for k, v in new.items() if k != "timing"} == {
        k: v for k, v in old.items() if k != "timing"
    }


def test_a_half_written_score_is_graded_again(graded: "tuple[Path, object]") -> None:
    folder, _ = graded
    file = folder / "out/ada-perfect/score.json"
    whole = json.loads(file.read_text())
    file.write_text(file.read_text()[:100])
    autograder("grade", folder / "inbox/ada-perfect", "--out", folder / "out", "--milestone", "m1")
    assert json.loads(file.read_text())["points"] == whole["points"] == 100.0


def test_process_isolation_says_so(tmp_path: Path, write: Write) -> None:
    result = autograder("grade", write(engine=REFERENCE), "--out", tmp_path / "out", "--milestone", "m1",
                        "--isolation", "process")  # fmt: skip
    assert result.returncode == 0
    assert "isolation: process" in result.stdout
    score = json.loads((tmp_path / "out/submission/score.json").read_text())
    assert score["environment"]["isolation"] == "process"
    assert score["points"] == 100.0


def test_an_output_folder_that_cannot_be_written(tmp_path: Path, write: Write) -> None:
    (tmp_path / "file").write_text("")
    told = one_line(autograder("grade", write(engine=""), "--out", tmp_path / "file/out"), 1)
    assert f"cannot write {tmp_path}/file/out/grades.csv: " in told
    assert told.endswith("; name another with --out")


def test_doctor_says_what_there_is() -> None:
    text = autograder("doctor").stdout
    assert "isolation: strict" in text
    assert "AUTOGRADER_SECRET" in text
    assert "is not set" not in autograder("doctor", AUTOGRADER_SECRET="x").stdout
