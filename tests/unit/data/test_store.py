"""Getting data: mirrors that lie, drop or are dead; folders that somebody filled; no network."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.data.registry import DataSet, File
from autograder.data.store import DATA_DIR_VARIABLE, DataMissing, Store, has_content, open_store
from tests.unit.data.conftest import CONTENT, NAME, Mirror

Put = Callable[[Path, bytes], Path]


def test_a_file_is_downloaded_once(
    store: Store, dataset: DataSet, file: File, mirrors: list[Mirror]
) -> None:
    first, again = store.fetch(dataset, file), store.fetch(dataset, file)
    assert first == again == store.cache / "small" / NAME
    assert first.read_bytes() == CONTENT
    assert mirrors[0].asked == [f"/data/{NAME}"]


def test_a_corrupt_download_is_not_kept_and_the_next_mirror_is_asked(
    store: Store, dataset: DataSet, file: File, mirrors: list[Mirror]
) -> None:
    mirrors[0].answers = ["corrupt"]
    assert store.fetch(dataset, file).read_bytes() == CONTENT
    assert [len(m.asked) for m in mirrors] == [1, 1]
    assert [path.name for path in (store.cache / "small").iterdir()] == [NAME]


def test_a_dropped_connection_is_tried_again_at_the_same_mirror(
    store: Store,
    dataset: DataSet,
    file: File,
    mirrors: list[Mirror],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pooch.core.time.sleep", lambda _: None)
    mirrors[0].answers = ["dropped"]
    assert replace(store, retries=1).fetch(dataset, file).read_bytes() == CONTENT
    assert [len(m.asked) for m in mirrors] == [2, 0]


def test_a_dropped_connection_leaves_no_half_file(
    store: Store, dataset: DataSet, file: File, mirrors: list[Mirror]
) -> None:
    mirrors[0].answers, mirrors[1].answers = ["dropped"], ["dropped"]
    with pytest.raises(DataMissing):
        store.fetch(dataset, file)
    assert list((store.cache / "small").iterdir()) == []
    assert store.fetch(dataset, file).read_bytes() == CONTENT


def test_a_cache_that_cannot_be_written_is_named_and_no_mirror_is_blamed(
    store: Store, dataset: DataSet, file: File
) -> None:
    store.cache.parent.mkdir(parents=True, exist_ok=True)
    store.cache.write_text("a file in its place")
    with pytest.raises(DataMissing, match=r"could not be downloaded \(.*: (Not a dir|File exists)"):
        store.fetch(dataset, file)


def test_a_dead_first_mirror_is_passed_over(
    store: Store, dataset: DataSet, file: File, mirrors: list[Mirror]
) -> None:
    mirrors[0].close()
    assert store.fetch(dataset, file).read_bytes() == CONTENT
    assert len(mirrors[1].asked) == 1


def test_a_mirror_without_the_file_is_passed_over(
    store: Store, dataset: DataSet, file: File, mirrors: list[Mirror]
) -> None:
    mirrors[0].answers = ["lost"]
    assert store.fetch(dataset, file).read_bytes() == CONTENT


def test_a_corrupt_file_in_the_cache_is_fetched_again(
    store: Store, dataset: DataSet, file: File, mirrors: list[Mirror], put: Put
) -> None:
    put(store.cache / "small" / NAME, CONTENT[:-10])
    assert store.find(dataset, file) is None
    assert store.fetch(dataset, file).read_bytes() == CONTENT
    assert len(mirrors[0].asked) == 1


def test_an_offline_machine_is_told_which_folder_to_fill(
    store: Store, dataset: DataSet, file: File, mirrors: list[Mirror]
) -> None:
    for mirror in mirrors:
        mirror.close()
    with pytest.raises(DataMissing) as told:
        store.fetch(dataset, file)
    message = str(told.value)
    assert message.startswith(f"small/{NAME} could not be downloaded (127.0.0.1:")
    assert message.count("ConnectionError") == 2
    assert f"Put the file into {store.cache / 'small'}, or set {DATA_DIR_VARIABLE}" in message
    assert message.endswith(f"{len(CONTENT):,} bytes, SHA-256 {file.sha256}")
    assert "\n" not in message


def test_a_folder_that_is_given_goes_before_any_download(
    store: Store, dataset: DataSet, file: File, mirrors: list[Mirror], put: Put, tmp_path: Path
) -> None:
    mine = put(tmp_path / "mine/small" / NAME, CONTENT)
    assert replace(store, user_folder=tmp_path / "mine").fetch(dataset, file) == mine
    assert mirrors[0].asked == []


def test_what_the_given_folder_lacks_is_downloaded_to_the_cache(
    store: Store, dataset: DataSet, file: File, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    found = replace(store, user_folder=tmp_path / "mine").fetch(dataset, file)
    assert found == store.cache / "small" / NAME
    assert list((tmp_path / "mine").iterdir()) == []


def test_a_wrong_file_in_the_given_folder_is_named_and_never_used(
    store: Store, dataset: DataSet, file: File, put: Put, tmp_path: Path
) -> None:
    mine = put(tmp_path / "mine/small" / NAME, b"something else")
    with pytest.raises(DataMissing, match=r"is not the file it should be: [\d,]+ bytes, SHA-256"):
        replace(store, user_folder=tmp_path / "mine").fetch(dataset, file)
    assert mine.read_bytes() == b"something else"


def test_a_file_that_was_packed_again_is_the_same_file(
    file: File, put: Put, tmp_path: Path
) -> None:
    again = gzip.compress(gzip.decompress(CONTENT), compresslevel=1)
    assert again != CONTENT
    assert has_content(put(tmp_path / "a", again), file)
    assert not has_content(put(tmp_path / "b", again[:-1]), file)
    assert not has_content(put(tmp_path / "c", gzip.compress(b"other")), file)
    assert not has_content(put(tmp_path / "d", b""), replace_content(file))


def replace_content(file: File) -> File:
    return File(file.name, file.size, file.sha256)


def test_the_environment_goes_before_the_course(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(DATA_DIR_VARIABLE, raising=False)
    assert open_store().user_folder is None
    assert open_store("/course").user_folder == Path("/course")
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path))
    assert open_store("/course").user_folder == tmp_path


def test_progress_is_reported(store: Store, dataset: DataSet, file: File) -> None:
    told: list[object] = []

    class Bar:
        total = 0

        def __init__(self, file: File) -> None:
            told.append(file.name)

        def __enter__(self) -> "Bar":
            return self

        def __exit__(self, *_: object) -> None:
            told.append("left")

        def update(self, size: int) -> None:
            told.append(size)

        def reset(self) -> None:
            told.append("reset")

        def close(self) -> None:
            told.append("close")

    store.fetch(dataset, file, Bar)
    assert told[0] == NAME
    assert told[-4:] == ["reset", len(CONTENT), "close", "left"]
