"""The zip as Gradescope runs it: its folders, its script, and the results.json that comes out."""

import io
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from autograder import score as scores
from autograder.cli import export
from autograder.course import course
from autograder.exchange import gradescope, gradescope_run, release
from tests.conftest import ROOT, Judge

SECRET = "an-owl-in-the-attic"
SCHEMA = json.loads((Path(__file__).parent / "gradescope_results.schema.json").read_text())
WORK = ROOT / "tests/classroom/noah-overwrites-grads"
OWN = f"version = 1\n[grading]\nsecret = '{SECRET}'\n[[milestones]]\nid = 'm1'\n"


@pytest.fixture(scope="module")
def made(judge: Judge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of one score."""
    place = tmp_path_factory.mktemp("gradescope")
    (place / "course.toml").write_text(OWN)
    (place / "grades/a").mkdir(parents=True)
    score = judge(ROOT / "tests/classroom/noah-overwrites-grads", "m1").score
    score.submission.id = '=a, "é"'
    scores.write_score(score, place / "grades/a/score.json")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(course.COURSE_VARIABLE, str(place / "course.toml"))
        patch.delenv(course.SECRET_VARIABLE, raising=False)
        export.run("gradescope", place / "grades", place / "out")
    return place / "out"


@pytest.fixture(scope="module")
def site(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the zip, as `setup.sh` would install it."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(made / "autograder.zip") as archive:
        (wheel,) = (name for name in archive.namelist() if name.endswith(".whl"))
        with zipfile.ZipFile(io.BytesIO(archive.read(wheel))) as packed:
            packed.extractall(folder)
    return folder


@pytest.fixture
def base(made: Path, site: Path, tmp_path: Path) -> Path:
    """``/autograder`` as Gradescope lays it out; of `setup.sh` only what it would leave behind."""
    base = tmp_path / "autograder"
    with zipfile.ZipFile(made / "autograder.zip") as archive:
        archive.extractall(base / "source")
        modes = {info.filename: info.external_attr >> 16 for info in archive.infolist()}
    assert modes["run_autograder"] & modes["setup.sh"] & stat.S_IXUSR
    shutil.copy(base / "source/run_autograder", base / "run_autograder")
    (base / "run_autograder").chmod(0o755)
    (base / "results").mkdir()
    python = base / "venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nPYTHONPATH={site} exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return base


def run(base: Path) -> "subprocess.CompletedProcess[str]":
    env = {name: value for name, value in os.environ.items() if not name.startswith("AUTOGRADER_")}
    return subprocess.run(
        ["./run_autograder"], cwd=base, env=env, capture_output=True, text=True, check=False
    )


def read(file: Path) -> Any:
    found = json.loads(file.read_text())
    jsonschema.validate(found, SCHEMA)
    return found


def test_a_submission_is_graded_end_to_end(base: Path) -> None:
    shutil.copytree(WORK, base / "submission")
    done = run(base)
    assert done.returncode == 0, done.stderr
    found = read(base / "results/results.json")
    assert found["score"] == 49.0
    assert sum(test["score"] for test in found["tests"]) == 49.0
    assert sum(test["max_score"] for test in found["tests"]) == 100.0
    by_number = {test["number"]: test for test in found["tests"]}
    add = by_number["m1.add"]
    assert (add["status"], add["visibility"], add["output_format"]) == ("failed", "visible", "text")
    assert "Likely mistake: assign-not-accumulate" in add["output"]
    assert add["tags"] == ["m1", "finite-difference", "failed"]
    assert by_number["m1.add_hidden"]["visibility"] == "after_published"
    assert [row["name"] for row in found["leaderboard"]] == ["points", "seconds"]
    assert [row["order"] for row in found["leaderboard"]] == ["desc", "asc"]
    assert SECRET not in (base / "results/results.json").read_text() + done.stdout


def test_an_empty_submission_gets_nothing_and_is_told_why(base: Path) -> None:
    for folder in ("src", "docs"):
        (base / "submission" / folder).mkdir(parents=True)
    assert run(base).returncode == 0
    found = read(base / "results/results.json")
    assert found["score"] == 0
    assert "engine.py was not handed in" in found["tests"][0]["output"]


def test_no_file_at_all_is_a_score_of_nothing(base: Path) -> None:
    (base / "submission").mkdir()
    assert run(base).returncode == 0
    found = read(base / "results/results.json")
    assert (found["score"], found["output"]) == (0, "0 of 100 points.")
    assert {test["status"] for test in found["tests"]} == {"failed"}


def test_an_archive_counts_as_what_is_in_it(base: Path) -> None:
    (base / "submission").mkdir()
    shutil.move(shutil.make_archive(str(base / "work"), "zip", WORK), base / "submission/WORK.ZIP")
    (base / "submission/.gitignore").write_text("*.pyc\n")
    assert run(base).returncode == 0
    assert read(base / "results/results.json")["score"] == 49.0


def test_a_lone_file_of_another_name_is_graded_and_a_group_is_named(base: Path) -> None:
    (base / "submission").mkdir()
    shutil.copy(WORK / "engine.py", base / "submission/my homework.py")
    users = [
        {"email": "ada@x.edu", "id": 1, "name": "Ada Low"},
        {"email": "bo@x.edu", "id": 2, "name": "Bo\u202eLee"},
    ]
    facts = {"id": 7, "created_at": "2026-07-01T14:22:32-07:00", "users": users}
    (base / "submission_metadata.json").write_text(json.dumps(facts))
    assert run(base).returncode == 0
    found = read(base / "results/results.json")
    assert found["score"] == 49.0
    assert found["output"].endswith(" Group: Ada Low, Bo\\u202eLee.")
    assert [user["email"] for user in found["extra_data"]["users"]] == ["ada@x.edu", "bo@x.edu"]


@pytest.mark.parametrize("text", ["{", '{"users": null}', '{"users": [{"name": "Ada"}]}'])
def test_no_group_is_named_where_there_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.json").write_text(text)
    users = gradescope_run.read_users(tmp_path / "m.json")
    assert gradescope.add_users({"output": "1.", "extra_data": {}}, users)["output"] == "1."


def test_a_repository_is_graded_where_the_modules_lie(base: Path) -> None:
    repository = base / "submission/cs101-noah-main"
    shutil.copytree(WORK, repository / "work")
    (repository / ".git").mkdir()
    (repository / ".git/engine.py").write_text("1 / 0\n")
    (repository / "README.md").write_text("# my work\n")
    assert run(base).returncode == 0
    assert read(base / "results/results.json")["score"] == 49.0


def test_no_submission_folder_is_the_graders_fault(base: Path) -> None:
    done = run(base)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "autograder: there is no " in done.stderr
    assert not (base / "results/results.json").exists()


PYTHON = """\
#!/bin/sh
if [ "$1" = -c ]; then exit {too_old}; fi
mkdir -p "$3/bin"
printf '#!/bin/sh\\nprintf "%%s\\\\n" "$@" > {log}\\n' > "$3/bin/pip"
chmod +x "$3/bin/pip"
"""


def set_up(base: Path, too_old: int = 0) -> "subprocess.CompletedProcess[str]":
    """Run `setup.sh` where apt-get does nothing, and pip writes down what it is asked for."""
    stubs = {"apt-get": "#!/bin/sh\n", "python3": PYTHON.format(too_old=too_old, log=base / "pip")}
    (base / "stubs").mkdir()
    for name, text in stubs.items():
        (base / "stubs" / name).write_text(text)
        (base / "stubs" / name).chmod(0o755)
    env = {**os.environ, "PATH": f"{base / 'stubs'}:{os.environ['PATH']}"}
    command = ["bash", str(base / "source/setup.sh")]
    return subprocess.run(command, cwd="/", env=env, capture_output=True, text=True, check=False)


def test_setup_installs_the_wheel_of_the_zip(base: Path) -> None:
    for script in ("setup.sh", "run_autograder"):
        checked = subprocess.run(["bash", "-n", base / "source" / script], check=False)
        assert checked.returncode == 0
    shutil.rmtree(base / "venv")
    done = set_up(base)
    assert (done.returncode, done.stderr) == (0, "")
    (wheel,) = (base / "source").glob("*.whl")
    asked = (base / "pip").read_text().splitlines()
    assert asked == ["install", "-c", str(base / "source/constraints.txt"), str(wheel)]
    assert Path(asked[2]).is_file()


def test_setup_refuses_an_image_with_an_old_python(base: Path) -> None:
    done = set_up(base, too_old=1)
    assert done.returncode == 1
    assert done.stderr == "Python 3.11 or newer is needed: choose a newer Ubuntu image\n"
    assert not (base / "pip").exists()


def test_a_fault_of_the_grader_is_no_zero(base: Path) -> None:
    (base / "submission").mkdir()
    (base / "source/course.toml").write_text("version = 1\nsecrt = 1\n")
    done = run(base)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "there is no key secrt" in done.stderr
    assert not (base / "results/results.json").exists()


def test_no_solution_is_in_the_zip_and_the_secret_only_beside_the_wheel(made: Path) -> None:
    sources = [file.read_text() for file in (ROOT / "solutions").rglob("*.py")]
    assert release.leaks(made / "autograder.zip", release.solution_lines(sources)) == []
    held = release.leaks(made / "autograder.zip", {SECRET})
    assert [one.partition(": ")[0] for one in held] == ["autograder.zip/course.toml"]
    with zipfile.ZipFile(made / "autograder.zip") as archive:
        assert {"setup.sh", "run_autograder"} <= set(archive.namelist())


def test_scores_that_are_there_become_results(made: Path) -> None:
    (file,) = (made / "results").iterdir()
    assert read(file)["score"] == 49.0


def test_the_leaderboard_shows_accuracy(judge: Judge) -> None:
    score = judge(ROOT / "tests/classroom/mina-untouched", "m1").score
    score.milestones[0].checks[0].measurements = {"accuracy": 0.93, "loss": 2.0}
    score.milestones[0].checks[1].measurements = {"test_accuracy": 0.95}
    found = gradescope.results(score)
    jsonschema.validate(found, SCHEMA)
    assert found["leaderboard"][1] == {"name": "m1 accuracy", "value": 0.95, "order": "desc"}


TEST = {"name": "a", "score": 1, "max_score": 2}
ALL = {  # every documented field
    "score": 44.0, "execution_time": 136, "output": "text", "output_format": "md",
    "test_output_format": "ansi", "test_name_format": "text", "visibility": "after_due_date",
    "stdout_visibility": "visible", "extra_data": {},
    "tests": [{**TEST, "status": "failed", "name_format": "html", "number": "1.1", "output": "o",
               "output_format": "simple_format", "tags": ["t"], "visibility": "hidden",
               "extra_data": {}}],
    "leaderboard": [{"name": "a", "value": "*", "order": "asc"}, {"name": "b", "value": 0.8}],
}  # fmt: skip
WRONG: list[dict[str, Any]] = [
    {}, {"score": "1"}, {"score": 1, "x": 1}, {"tests": [{"name": "a", "max_score": 1}]},
    {"score": 1, "execution_time": -1}, {"score": 1, "output": 1}, {"score": 1, "extra_data": []},
    *({"score": 1, name: "rtf"} for name in ("output_format", "test_output_format",
                                            "test_name_format", "visibility", "stdout_visibility")),
    *({"score": 1, "tests": [{**TEST, name: value}]} for name, value in {
        "score": "1", "max_score": None, "status": "error", "name": 1, "name_format": "rtf",
        "number": 1, "output": 1, "output_format": "rtf", "tags": "t", "visibility": "public",
        "extra_data": [], "x": 1}.items()),
    *({"score": 1, "leaderboard": [row]} for row in (
        {"name": "a"}, {"value": 1}, {"name": 1, "value": 1}, {"name": "a", "value": None},
        {"name": "a", "value": 1, "order": "up"}, {"name": "a", "value": 1, "x": 1})),
]  # fmt: skip


def test_the_schema_takes_what_is_documented() -> None:
    jsonschema.validate(ALL, SCHEMA)
    assert set(ALL) == set(SCHEMA["properties"])
    assert set(ALL["tests"][0]) == set(SCHEMA["$defs"]["test"]["properties"])  # type: ignore[index]
    jsonschema.validate({"tests": [TEST]}, SCHEMA)


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_the_schema_refuses_what_gradescope_does_not_know(wrong: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, SCHEMA)
