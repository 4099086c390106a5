"""Which folder is a notebook's, whatever its kernel knows of it."""

from pathlib import Path

import pytest

from autograder.learning.notebook_folder import describe_folder, find_notebook_folder

LAYOUTS = {
    "its own": (["engine.ipynb", "old/engine.ipynb"], ""),
    "a .py of the course here": (["nn.py", "notebooks/engine.ipynb"], ""),
    "the only one below": (
        ["notebooks/engine.ipynb", "work/engine.py", "a/b/nn.ipynb"],
        "notebooks",
    ),
    "two below": (["here/engine.ipynb", "there/engine.ipynb"], ""),
    "a hidden one below": ([".old/engine.ipynb"], ""),
    "nothing of the course": (["notebooks/plots.ipynb"], ""),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_kernel_that_knows_nothing_looks_here_then_below(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layout: str
) -> None:
    names, wanted = LAYOUTS[layout]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    monkeypatch.chdir(tmp_path)
    assert find_notebook_folder({}) == tmp_path / wanted
    elsewhere = (
        f"this kernel runs in {tmp_path}; earlier notebooks are taken from {tmp_path / wanted}"
    )
    assert describe_folder(tmp_path / wanted) == (elsewhere if wanted else "")


@pytest.mark.parametrize(
    ("value", "is_taken"), [("other/nn.ipynb", True), ("gone.ipynb", False), (3, False)]
)
def test_vscode_names_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: object, is_taken: bool
) -> None:
    (tmp_path / "engine.ipynb").write_text("")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/nn.ipynb").write_text("")
    monkeypatch.chdir(tmp_path)
    path = str(tmp_path / value) if isinstance(value, str) else value
    wanted = tmp_path / "other" if is_taken else tmp_path
    assert find_notebook_folder({"__vsc_ipynb_file__": path}) == wanted
