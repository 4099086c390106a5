"""What a package index and an installation get: facts, licence, types, and links that hold."""

import email
import re
import subprocess
import sys
import tomllib
import zipfile
from email.message import Message

import pytest
from trove_classifiers import classifiers

import autograder
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
SOURCE = PROJECT["urls"]["Source"]
LINK = re.compile(r'\]\(([^)\s]+)\)|\bsrc="([^"]+)"')


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The files of the wheel that this checkout builds; those that are text, as text."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}


@pytest.fixture(scope="module")
def metadata(wheel: dict[str, str]) -> Message:
    """What the wheel says of itself."""
    return email.message_from_string(wheel[_of_info("METADATA")])


def _of_info(name: str) -> str:
    return f"autograder-{autograder.__version__}.dist-info/{name}"


def test_the_wheel_has_licence_types_and_texts(wheel: dict[str, str]) -> None:
    assert wheel[_of_info("licenses/LICENSE")] == (ROOT / "LICENSE").read_text()
    assert "autograder/py.typed" in wheel
    assert "autograder/language/locale/de/LC_MESSAGES/autograder.mo" in wheel
    for folder in ("autograder/templates", "datasets"):
        for file in (ROOT / folder).iterdir():
            name = f"autograder/{file.relative_to(ROOT / 'autograder' if 'templates' in folder else ROOT)}"
            assert not file.is_file() or wheel[name] == file.read_text()
    assert not [name for name in wheel if name.startswith(("tests/", "solutions/", "docs/"))]


def test_facts_are_those_of_pyproject(metadata: Message) -> None:
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Author"] == "The autograder contributors"
    assert metadata["Project-URL"] == f"Source, {SOURCE}"
    assert metadata["Requires-Python"] == ">=3.11"
    assert set(metadata.get_all("Classifier")) == set(PROJECT["classifiers"])
    assert set(PROJECT["classifiers"]) <= classifiers


def test_links_of_readme_hold_on_a_package_index(metadata: Message) -> None:
    shown = metadata.get_payload()
    assert isinstance(shown, str)
    own = _links((ROOT / "README.md").read_text())
    there = _links(shown)
    assert len(there) == len(own) > 10
    assert [link for link in there if not link.startswith(("https://", "#"))] == []
    assert f"{SOURCE}/raw/main/docs/pictures/terminal.svg" in there
    assert f"{SOURCE}/blob/main/docs/reference.md#isolation" in there
    for relative, absolute in zip(own, there, strict=True):
        assert absolute.endswith(relative)
        assert (ROOT / relative.partition("#")[0]).exists()


def _links(text: str) -> list[str]:
    return [link or source for link, source in LINK.findall(text)]


def test_the_repository_is_named_in_one_place() -> None:
    listed = subprocess.run(
        ["git", "grep", "-lF", SOURCE.removeprefix("https://")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert listed.stdout.split() in ([], ["pyproject.toml"])  # none where there is no git


def test_the_changelog_begins_with_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    versions = re.findall(r"^## (\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)$", text, re.MULTILINE)
    assert versions[0][0] == autograder.__version__
    assert [number for number, _ in versions] == sorted((n for n, _ in versions), reverse=True)
    kinds = set(re.findall(r"^### (.*)$", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_an_old_python_is_refused_in_one_line_before_anything_is_fetched() -> None:
    code = "import runpy, sys; sys.version_info = (3, 10, 13); "
    code += "runpy.run_path('hatch_build.py')['require_python']()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr.startswith("Python 3.11 or newer is needed, and this is Python 3.10: ")
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (1, 1, "")
