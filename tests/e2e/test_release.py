"""What students get: usable, and without solutions, secret, hidden inputs or mutants."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from autograder.cli import release as command
from autograder.course import course, load_course
from autograder.exchange import release
from autograder.stop import Stop
from tests.conftest import ROOT, Judge
from tests.e2e.test_commands import REFERENCE, autograder, one_line
from tests.mutants import mutants

SECRET = "an-owl-in-the-attic"
OWN = f"""
version = 1
[grading]
secret = "{SECRET}"
seed = 77
[groups]
"team-with-a-name" = ["ada"]
[[milestones]]
id = "m1"
weight = 2
deadline = 2026-10-01T00:00:00Z
[[milestones]]
id = "m2"
"""


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A released kit, from a course of one's own."""
    place = tmp_path_factory.mktemp("release")
    (place / "course.toml").write_text(OWN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(course.COURSE_VARIABLE, str(place / "course.toml"))
        patch.delenv(course.SECRET_VARIABLE, raising=False)
        command.run(place / "out")
    return place / "out" / release.NAME


@pytest.fixture(scope="module")
def forbidden() -> set[str]:
    """Every line of every solution, what mutants put in its place, and the secret."""
    sources = [file.read_text() for file in (ROOT / "solutions").rglob("*.py")]
    lines = release.solution_lines(sources)
    assert len(lines) > 300
    return lines | {SECRET, "team-with-a-name"}


def test_no_byte_of_the_kit_tells(kit: Path, forbidden: set[str]) -> None:
    assert release.leaks(kit.with_name(f"{release.NAME}.zip"), forbidden) == []  # all of the kit
    names = [
        name
        for name, _ in release._unpacked("kit", kit.with_name(f"{release.NAME}.zip").read_bytes())
    ]
    for file in ("graphs.py", "checks.toml"):
        assert any(f"autograder/checks/m1_scalar_autograd/{file}" in name for name in names)
    assert not [
        name for name in names if re.search("solutions|mutants|make_m|tests/|m3_.*ipynb", name)
    ]


def test_no_hidden_input_is_in_the_kit(kit: Path, judge: Judge, reference: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(course.SECRET_VARIABLE, SECRET)
        runs = judge(reference, "m1").runs
    told = " ".join(
        repr(e.args) for run in runs if run.result.visibility == "hidden" for e in run.exchanges
    )
    drawn = set(re.findall(r"\d\.\d{12,}", told))
    assert len(drawn) > 30
    assert release.leaks(kit, drawn) == []


def test_no_mutant_is_in_the_kit(kit: Path) -> None:
    stubs = "".join(file.read_text() for file in (ROOT / "assignments").rglob("*.py"))
    milestones = [load_course().milestone(id) for id in ("m1", "m2")]
    planted = {
        line.strip()
        for milestone in milestones
        for pitfall in mutants.pitfalls(milestone)
        for _, new in pitfall.changes
        for line in new.splitlines()
        if len(line.strip()) >= 25 and line.strip() not in stubs
    }
    assert len(planted) > 20
    assert release.leaks(kit, planted - release.IDIOMS) == []


def wheel(kit: Path) -> Path:
    (found,) = (kit / "kit").glob("*.whl")
    return found


@pytest.mark.parametrize("where", ["notebook", "wheel", "zip in a zip", "gzip", "name"])
def test_a_planted_line_is_found(
    kit: Path, tmp_path: Path, forbidden: set[str], where: str
) -> None:
    line = max(forbidden - {SECRET}, key=lambda text: text.count('"'))
    place = tmp_path / "kit"
    place.mkdir()
    if where == "notebook":
        import nbformat

        cell = nbformat.v4.new_code_cell(f"x = 1\n    {line}\n")
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), place / "a.ipynb")
    elif where == "wheel":
        (place / "a.whl").write_bytes(wheel(kit).read_bytes())
        with zipfile.ZipFile(place / "a.whl", "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("autograder/x.py", f"def f():\n    {line}\n")
    elif where == "zip in a zip":
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("x", line)
        with zipfile.ZipFile(place / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("y", inner.getvalue())
    elif where == "gzip":
        import gzip

        (place / "a.gz").write_bytes(gzip.compress(line.encode()))
    else:
        line = SECRET
        (place / f"{SECRET}.txt").write_text("")
    assert [repr(line) in told for told in release.leaks(place, {line})][:1] == [True]


def test_a_kit_with_a_leak_is_not_released(tmp_path: Path, forbidden: set[str]) -> None:
    folder = tmp_path / release.NAME
    folder.mkdir()
    (folder / "a.py").write_text(max(forbidden - {SECRET}, key=len))
    with pytest.raises(
        release.ReleaseFailed, match=r"nothing was released: 1 lines .* are in .*a\.py"
    ):
        command._pack_clean(folder, [], [])
    assert not folder.exists()


def test_the_zip_unpacks_anywhere(kit: Path) -> None:
    packed = kit.with_name(f"{release.NAME}.zip")
    with zipfile.ZipFile(packed) as archive:
        names = archive.namelist()
    assert all(re.fullmatch(r"[A-Za-z0-9_.\-/]{1,120}", name) for name in names)
    assert len({name.lower() for name in names}) == len(names)
    assert {name.partition("/")[0] for name in names} == {release.NAME}
    before = packed.read_bytes()
    assert release.pack_kit(kit).read_bytes() == before
    inside = {path.relative_to(kit).as_posix() for path in kit.rglob("*") if path.is_file()}
    assert inside == {
        ".github/workflows/autograder.yml", "LICENSE", "README.md", "work/engine.py", "work/nn.py", "notebooks/engine.ipynb", "notebooks/nn.ipynb",
        "handouts/m1_scalar_autograd.md", "handouts/m2_scalar_mlp.md", "kit/constraints.txt", "kit/install.py",
        "handouts/students.md", f"kit/{wheel(kit).name}", "handouts/w_numpy.md", "handouts/w_by_hand.md",
        "extras/w_numpy/warmup.py", "extras/w_numpy/warmup.ipynb", "extras/w_by_hand/by_hand.py",
        "extras/w_by_hand/by_hand.ipynb", "extras/j_torch/compare.ipynb", "handouts/pictures/graph.svg",
        "handouts/pictures/network.svg", "handouts/pictures/by-hand.svg",
    }  # fmt: skip
    assert wheel(kit).name in (kit / "README.md").read_text()
    with zipfile.ZipFile(wheel(kit)) as archive:
        (licence,) = (name for name in archive.namelist() if name.endswith("licenses/LICENSE"))
        assert (
            archive.read(licence)
            == (kit / "LICENSE").read_bytes()
            == (ROOT / "LICENSE").read_bytes()
        )


def test_what_students_read_is_in_the_kit_and_leads_nowhere_else(kit: Path) -> None:
    readme = (kit / "README.md").read_text()
    named = re.findall(r"`((?:work|handouts|notebooks|kit)/[^`]*)`", readme)
    assert "handouts/students.md" in named
    assert [name for name in named if not (kit / name).exists()] == []
    whole = (ROOT / "docs/students.md").read_text()
    told = (kit / "handouts/students.md").read_text()
    assert "](" in whole
    assert re.search("make demo|README|autograder start", whole)
    assert not re.search(r"\]\(|make demo|README|autograder start", told)
    sections = re.findall("^## (.*)$", whole, re.MULTILINE)
    assert re.findall("^## (.*)$", told, re.MULTILINE) == [s for s in sections if s != "Start"]
    assert set(told.splitlines()) <= set(whole.splitlines())
    assert len(told.splitlines()) > 0.7 * len(whole.splitlines())


def test_the_kit_knows_its_course_but_not_the_secret(kit: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel(kit)) as archive:
        archive.extractall(tmp_path / "site")
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    env.pop(course.COURSE_VARIABLE, None)
    told = subprocess.run(
        [sys.executable, "-m", "autograder", "course"], cwd=kit / "work", env=env,
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "  m1   66.7 %  Scalar autograd, until 2026-10-01" in told
    assert "  m3" not in told
    assert "secret: not set" in told


@pytest.mark.parametrize("command", ["check", "watch", "status"])
def test_beside_the_work_one_is_sent_to_it(kit: Path, command: str) -> None:
    told = one_line(autograder(command, cwd=kit), 2)
    assert told.endswith(". is the whole kit; cd work and run that again there")


@pytest.mark.parametrize("folder", ["work", "notebooks"])
def test_an_unpacked_kit_keeps_a_record_where_the_work_is(
    kit: Path, tmp_path: Path, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Path(shutil.copytree(kit, tmp_path / "kit"))
    monkeypatch.delenv(course.COURSE_VARIABLE, raising=False)
    work = place / folder
    assert autograder("status", cwd=work).returncode == 0
    if folder == "notebooks":
        (work / "engine.ipynb").unlink()
    (work / "engine.py").write_text(REFERENCE)
    told = autograder("check", "m1", cwd=work)
    assert told.returncode == 0
    wanted = 'Read "Compare ideas" in ../handouts/m1_scalar_autograd.md'
    assert told.stdout.splitlines()[-1].endswith(wanted)
    assert autograder("hint", "m2.fit_golden", cwd=work).returncode == 0
    assert "done" in (now := autograder("status", cwd=work).stdout)
    assert "m2.fit_golden 1" in now
    assert now.splitlines()[-1].endswith(wanted)
    copy = work / ".autograder" / "progress.json"
    assert sorted(place.rglob("progress.json")) == [copy, work / "progress.json"]


def test_the_workflow_grades_what_is_pushed(kit: Path, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    shutil.copytree(kit, repository)
    shutil.copy(ROOT / "tests/classroom/noah-overwrites-grads/engine.py", repository / "work")
    with zipfile.ZipFile(wheel(kit)) as archive:
        archive.extractall(tmp_path / "site")
    python = tmp_path / "bin/python"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nPYTHONPATH={tmp_path}/site exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    workflow = yaml.safe_load((repository / ".github/workflows/autograder.yml").read_text())
    steps = {
        step["name"]: step["run"] for step in workflow["jobs"]["grade"]["steps"] if "run" in step
    }
    assert steps["install"] == "python -m pip install -c kit/constraints.txt kit/*.whl"
    env = {
        **os.environ, "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
        "RUNNER_TEMP": str(tmp_path / "runner"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
    }  # fmt: skip
    for name in ("grade", "points"):
        done = subprocess.run(
            ["bash", "-e", "-c", steps[name]], cwd=repository, env=env, capture_output=True,
            text=True, check=True,
        )  # fmt: skip
    assert done.stdout == "::notice title=Points::49 of 200\n"
    summary = (tmp_path / "summary.md").read_text()
    assert "| m1 Scalar autograd | 49 | 100 | m1.add |" in summary
    assert "| m2 A network of scalars | 0 | 100 |" in summary
    result = json.loads((tmp_path / "runner/result.json").read_text())
    assert (result["schema"], result["score"], result["max-score"]) == (
        "classroom50/result/v1", 49, 200,
    )  # fmt: skip
    assert [test["test-name"] for test in result["tests"]] == [
        "m1 Scalar autograd", "m2 A network of scalars",
    ]  # fmt: skip


def test_a_kit_that_is_there_is_kept(kit: Path) -> None:
    before = wheel(kit).read_bytes()
    with pytest.raises(Stop, match="is there already; name another --out"):
        command.run(kit.parent)
    assert wheel(kit).read_bytes() == before
