"""``autograder data``, and the full profile on a machine without the data."""

from pathlib import Path

import pytest

from autograder.cli import data
from autograder.course import load_course
from autograder.data.registry import DataSet
from autograder.data.store import Store
from autograder.run import datasets
from autograder.stop import Stop
from tests.unit.data.conftest import CONTENT, NAME, Mirror


@pytest.fixture
def only(dataset: DataSet, store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Make the small data set the only one."""
    for module in (data, datasets):
        monkeypatch.setattr(module, "course_store", lambda: store)
        monkeypatch.setattr(module, "find_dataset", lambda name: dataset)
    return store


def test_fetch_then_path(only: Store, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Stop, match="not complete here: 'autograder data fetch small'"):
        data.print_path("small")
    data.fetch_datasets(["small"])
    data.print_path("small")
    assert capsys.readouterr().out.splitlines()[-1] == str(only.cache / "small")
    assert (only.cache / "small" / NAME).read_bytes() == CONTENT


def test_fetch_without_a_network_is_one_sentence(only: Store, mirrors: list[Mirror]) -> None:
    for mirror in mirrors:
        mirror.close()
    with pytest.raises(Stop, match=f"Put the file into {only.cache / 'small'}") as stopped:
        data.fetch_datasets(["small"])
    assert stopped.value.code == 1


def test_only_the_full_profile_fetches(only: Store, mirrors: list[Mirror]) -> None:
    milestones = [load_course().milestone("m1"), load_course().milestone("m3")]
    datasets.require_datasets("quick", milestones)
    datasets.require_datasets("full", milestones[:1])
    assert mirrors[0].asked == []
    datasets.require_datasets("full", milestones)
    assert len(mirrors[0].asked) == 1


def test_list_names_all_and_where_they_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(data, "course_store", lambda: Store(tmp_path))
    data.list_datasets()
    told = capsys.readouterr().out
    assert [line.split()[0] for line in told.splitlines()[1:8]] == [
        "digits", "moons", "spiral", "tales", "mnist", "tinyshakespeare", "names",
    ]  # fmt: skip
    assert told.count("not here yet") == 3
    assert "CC BY-SA 3.0" in told


def test_an_unknown_name_is_a_usage_error() -> None:
    with pytest.raises(Stop, match="there is no data set 'cifar'") as stopped:
        data.fetch_datasets(["cifar"])
    assert stopped.value.code == 2


def test_data_without_files_have_no_folder() -> None:
    with pytest.raises(Stop, match="moons has no files: it is generated"):
        data.print_path("moons")
