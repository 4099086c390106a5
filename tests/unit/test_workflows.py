"""What GitHub reads: the workflow runs commands that are there, the forms ask what they should."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tests.unit.test_documents import parse
from tests.unit.test_package import PROJECT

WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"))
ASKING = {"input", "textarea", "dropdown", "checkboxes"}
bash = shutil.which("bash")


def steps(job: str) -> dict[str, dict[str, Any]]:
    """Return the steps of a job that run something, by name."""
    return {step["name"]: step for step in WORKFLOW["jobs"][job]["steps"] if "run" in step}


def test_linux_runs_what_ci_runs_on_every_python_that_is_supported() -> None:
    job = WORKFLOW["jobs"]["linux"]
    told = [
        line.removeprefix("Programming Language :: Python :: ") for line in PROJECT["classifiers"]
    ]
    assert job["strategy"]["matrix"]["python"] == [
        one for one in told if re.fullmatch(r"3\.\d+", one)
    ]
    assert steps("linux")["everything"]["run"] == ".ci/run"
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert "$(READY):" in (ROOT / "Makefile").read_text()
    assert "make .venv/.ready" in steps("linux")["data"]["run"]


def test_a_students_path_runs_on_macos_and_windows() -> None:
    assert WORKFLOW["jobs"]["student"]["strategy"]["matrix"]["system"] == [
        "macos-latest", "windows-latest",
    ]  # fmt: skip
    assert steps("student")["install"]["run"] == "python -m pip install -c constraints.txt ."


def test_its_commands_parse() -> None:
    lines = [
        line.strip().removeprefix(".venv/bin/").partition(" >")[0]
        for job in WORKFLOW["jobs"]
        for step in steps(job).values()
        for line in step["run"].splitlines()
    ]
    own = [line for line in lines if line.startswith("autograder ")]
    assert "autograder report" in own
    assert "autograder data fetch" in own
    for line in own:
        parse(line)


def test_a_students_path_leads_from_the_stub_to_a_report(tmp_path: Path) -> None:
    (tmp_path / "solutions").symlink_to(ROOT / "solutions")
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    names = list(steps("student"))
    assert names == ["install", "start", "check the stub", "check a solution", "report"]
    for name in names[1:]:
        step = steps("student")[name]
        done = subprocess.run(
            [str(bash), "-eo", "pipefail", "-c", step["run"]], env=env, text=True, check=False,
            cwd=tmp_path / step.get("working-directory", "."), capture_output=True,
        )  # fmt: skip
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
    assert "not implemented yet" in (tmp_path / "my-network/stub.txt").read_text()
    assert "report.html: 75 of 450 public points" in done.stdout


def test_blank_issues_are_closed_where_there_are_forms() -> None:
    config = yaml.safe_load((ROOT / ".github/ISSUE_TEMPLATE/config.yml").read_text())
    assert config == {"blank_issues_enabled": False}
    assert [file.stem for file in FORMS] == [
        "config", "feature", "misleading_message", "wrong_grade",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "file", [file for file in FORMS if file.stem != "config"], ids=lambda f: f.stem
)
def test_a_form_is_one_that_github_takes(file: Path) -> None:
    form = yaml.safe_load(file.read_text())
    assert set(form) == {"name", "description", "title", "labels", "body"}
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert {field["type"] for field in fields} <= ASKING
    ids = [field["id"] for field in fields]
    assert len(set(ids)) == len(ids) >= 4
    assert all(field["attributes"]["label"] for field in fields)
    assert any(field.get("validations", {}).get("required") for field in fields)
    for text in re.findall(r"`(autograder [^`]+)`", file.read_text()):
        parse(text.replace("ID", "m1.add"))
