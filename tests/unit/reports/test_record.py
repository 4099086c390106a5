"""The record loses nothing: merged, written on two machines, half-written, or of a later kit."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.reports import record
from autograder.reports.record import RECORD_NAME, Unreadable, add_facts, merge_records, read_record

EARLY, LATE = "2026-01-02T03:04:05Z", "2026-05-06T07:08:09Z"
ABOUT = record.ABOUT


def reached(points: float, at: str = EARLY) -> dict[str, object]:
    return {"points": points, "of": 75.0, "at": at}


TIMES = st.sampled_from([EARLY, "2026-03-03T03:03:03Z", LATE])
CHECKS = st.sampled_from(["m1.add", "m1.mul", "m2.fit"])
REACHED = st.builds(reached, st.sampled_from([0.0, 10.5, 75.0]), TIMES)
RECORDS = st.fixed_dictionaries(
    {"version": st.integers(1, 3)},
    optional={
        "passed": st.dictionaries(CHECKS, TIMES),
        "best": st.dictionaries(st.sampled_from(["m1", "m2"]), REACHED),
        "last": st.dictionaries(st.sampled_from(["m1", "m2"]), REACHED),
        "hints": st.dictionaries(CHECKS, st.dictionaries(st.sampled_from("123"), TIMES)),
        "later": st.dictionaries(CHECKS, st.integers(0, 9) | st.dictionaries(CHECKS, TIMES)),
    },
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RECORDS, RECORDS, RECORDS)
def test_merging_depends_neither_on_order_nor_on_repetition(
    one: dict[str, object], two: dict[str, object], three: dict[str, object]
) -> None:
    assert merge_records(one, two) == merge_records(two, one)
    assert merge_records(merge_records(one, two), three) == merge_records(
        one, merge_records(two, three)
    )
    assert merge_records(merge_records(one, two), two) == merge_records(one, two)


def test_the_first_pass_the_best_points_and_all_hints_stay() -> None:
    here = {
        "version": 1,
        "passed": {"m1.add": LATE, "m1.mul": EARLY},
        "best": {"m1": reached(30.0)},
        "last": {"m1": reached(30.0, EARLY)},
        "hints": {"m1.add": {"1": LATE}},
    }
    there = {
        "version": 1,
        "passed": {"m1.add": EARLY},
        "best": {"m1": reached(20.0), "m2": reached(1.0)},
        "last": {"m1": reached(20.0, LATE)},
        "hints": {"m1.add": {"1": EARLY, "2": LATE}},
    }
    assert merge_records(here, there) == {
        "version": 1,
        "passed": {"m1.add": EARLY, "m1.mul": EARLY},
        "best": {"m1": reached(30.0), "m2": reached(1.0)},
        "last": {"m1": reached(20.0, LATE)},
        "hints": {"m1.add": {"1": EARLY, "2": LATE}},
    }


def test_a_record_begins_grows_and_is_read(tmp_path: Path) -> None:
    assert read_record(tmp_path).passed == {}
    assert not (tmp_path / RECORD_NAME).exists()
    assert add_facts(tmp_path, {"passed": {"m1.add": EARLY}}) is None
    add_facts(tmp_path, {"passed": {"m1.add": LATE, "m1.mul": LATE}})
    assert read_record(tmp_path).passed == {"m1.add": EARLY, "m1.mul": LATE}
    assert read_record(tmp_path).version == 1
    assert [path.name for path in tmp_path.iterdir()] == [RECORD_NAME]


def test_what_a_later_kit_wrote_is_kept(tmp_path: Path) -> None:
    later = {
        "version": 7,
        "passed": {"m1.add": EARLY},
        "best": {"m1": reached(10.0) | {"streak": 3}},
        "badges": {"gold": ["m1"]},
    }
    (tmp_path / RECORD_NAME).write_text(json.dumps(later))
    add_facts(tmp_path, {"hints": {"m1.add": {"1": LATE}}})
    told = json.loads((tmp_path / RECORD_NAME).read_text())
    assert told["version"] == 7
    assert told["badges"] == {"gold": ["m1"]}
    assert told["best"]["m1"]["streak"] == 3
    assert told["hints"] == {"m1.add": {"1": LATE}}


@pytest.mark.parametrize(
    "foreign",
    ["", '{"version": 1, "passed": {"m1.a', "[1, 2]", '{"passed": {}}', '{"version": "x"}',
     '{"version": 1, "passed": ["m1.add"]}', "my own notes on progress", "\udcff",
     '{"version": 1, "about": "\udcff"}', '{"version": 1, "x": ' + "[" * 9999],
)  # fmt: skip
def test_a_file_that_is_no_record_is_put_aside_never_lost(tmp_path: Path, foreign: str) -> None:
    data = foreign.encode("utf-8", "surrogateescape")
    (tmp_path / RECORD_NAME).write_bytes(data)
    with pytest.raises(Unreadable):
        read_record(tmp_path)
    assert (tmp_path / RECORD_NAME).read_bytes() == data
    first = add_facts(tmp_path, {"passed": {"m1.add": EARLY}})
    assert first is not None
    assert first.read_bytes() == data
    assert read_record(tmp_path).passed == {"m1.add": EARLY}

    (tmp_path / RECORD_NAME).write_bytes(data)
    second = add_facts(tmp_path, {"passed": {"m1.add": EARLY}})
    assert second is not None
    assert second != first
    assert first.read_bytes() == second.read_bytes() == data


def test_a_folder_in_its_place_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / RECORD_NAME / "kept").mkdir(parents=True)
    (tmp_path / "handouts").mkdir()
    assert record.is_workspace(tmp_path)
    with pytest.raises(Unreadable, match="it is a folder"):
        read_record(tmp_path)
    aside = add_facts(tmp_path, {"passed": {"m1.add": EARLY}})
    assert aside is not None
    assert (aside / "kept").is_dir()
    assert read_record(tmp_path).passed == {"m1.add": EARLY}


def test_a_link_that_leads_to_itself_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / RECORD_NAME).symlink_to(tmp_path / RECORD_NAME)
    for attempt in (read_record, lambda folder: add_facts(folder, {})):
        with pytest.raises(OSError, match="symbolic links"):
            attempt(tmp_path)
    assert (tmp_path / RECORD_NAME).is_symlink()


@pytest.mark.parametrize("base", ["", '||||||| base\n{"version": 1}\n'])
def test_a_conflict_that_git_left_is_both_sides(tmp_path: Path, base: str) -> None:
    ours = '{"version": 1, "passed": {"m1.add": "' + EARLY + '"}}\n'
    theirs = '{"version": 1, "passed": {"m1.mul": "' + LATE + '"}}\n'
    text = f"<<<<<<< HEAD\n{ours}{base}=======\n{theirs}>>>>>>> laptop\n"
    (tmp_path / RECORD_NAME).write_text(text)
    assert read_record(tmp_path).passed == {"m1.add": EARLY, "m1.mul": LATE}
    add_facts(tmp_path, {})
    assert "<<<" not in (tmp_path / RECORD_NAME).read_text()
    assert read_record(tmp_path).passed == {"m1.add": EARLY, "m1.mul": LATE}


def test_a_conflict_inside_of_lines_that_both_share(tmp_path: Path) -> None:
    add_facts(tmp_path, {"passed": {"m1.add": EARLY}})
    lines = (tmp_path / RECORD_NAME).read_text().splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if "m1.add" in line)
    other = lines[place].replace("m1.add", "m2.fit")
    lines[place : place + 1] = ["<<<<<<< a\n", lines[place], "=======\n", other, ">>>>>>> b\n"]
    (tmp_path / RECORD_NAME).write_text("".join(lines))
    assert set(read_record(tmp_path).passed) == {"m1.add", "m2.fit"}


def test_the_conflict_copy_of_a_file_service_counts_too(tmp_path: Path) -> None:
    add_facts(tmp_path, {"passed": {"m1.add": LATE}})
    copy = tmp_path / "progress (laptop's conflicted copy 2026-01-02).json"
    copy.write_text(json.dumps({"version": 1, "passed": {"m1.add": EARLY, "m1.mul": LATE}}))
    (tmp_path / "progress-conflict-notes.json").write_text("not a record")
    (tmp_path / "progress-old.json").write_text(
        json.dumps({"version": 1, "passed": {"m1.neg": LATE}})
    )
    assert read_record(tmp_path).passed == {"m1.add": EARLY, "m1.mul": LATE}
    assert copy.exists()


def test_a_write_that_fails_leaves_the_old_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_facts(tmp_path, {"passed": {"m1.add": EARLY}})
    before = (tmp_path / RECORD_NAME).read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space left"):
        add_facts(tmp_path, {"passed": {"m1.mul": EARLY}})
    assert (tmp_path / RECORD_NAME).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [RECORD_NAME]


def test_only_workspaces_have_records(tmp_path: Path) -> None:
    assert not record.is_workspace(tmp_path)
    (tmp_path / "handouts").mkdir()
    assert record.is_workspace(tmp_path)


def test_a_folder_beside_the_handouts_is_a_workspace_only_in_a_kit(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (tmp_path / "handouts").mkdir()
    assert not record.is_workspace(work)  # an old copy in a workspace gets no record of its own
    (tmp_path / "kit").mkdir()
    assert record.is_workspace(work)
    assert record.find_handouts(work).resolve() == tmp_path / "handouts"
    (work / "handouts").mkdir()
    assert record.find_handouts(work) == work / "handouts"


def test_of_two_runs_in_one_second_the_last_is_the_one_that_came_last(tmp_path: Path) -> None:
    for points in (75.0, 0.0, 30.0, 3.0):
        add_facts(tmp_path, {"last": {"m1": reached(points)}})
        assert read_record(tmp_path).last["m1"].points == points
