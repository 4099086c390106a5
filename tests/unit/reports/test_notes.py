"""What `grade` tells a person to look at: one sentence a matter, and never a page of them."""

from collections.abc import Callable, Sequence

import pytest

from autograder.reports import notes
from autograder.words import Note


def test_names_are_shortened_and_safe_to_print() -> None:
    assert notes.list_names(["a", "b"]) == "a, b"
    assert notes.list_names("abcdef") == "a, b, c, d, e, ..."
    assert notes.list_names(["a\x1b[2J\nb"]) == "a\\x1b[2J\\nb"


def test_what_came_under_another_name() -> None:
    modules = ["engine", "nn", "tensor", "training", "conv", "gpt"]
    assert notes.note_wrong_names({"wrong": ["my_engine.py", "b.py"]}, modules) == [
        "wrong has none of engine.py, nn.py, tensor.py, training.py, conv.py, ...; "
        "it has my_engine.py, b.py. Rename it, then run again"
    ]
    assert notes.note_lone_files({"rita.py": "engine.py"}) == ["rita.py was taken as engine.py"]
    many = notes.note_wrong_names({str(number): ["x.py"] for number in range(12)}, ["engine"])
    assert len(many) == 12
    assert notes.shorten([many, ["another"]], "out/index.html") == [
        *many[:5], "7 more such in out/index.html", "another",
    ]  # fmt: skip


def test_what_holds_nothing() -> None:
    assert notes.note_empty_entries([]) == []
    assert notes.note_empty_entries(["a"]) == ["a has no .py and no .ipynb"]
    assert notes.note_empty_entries(["a", "b"]) == ["a, b have no .py and no .ipynb"]


def test_scores_that_the_tables_do_not_list() -> None:
    rest = "; grades.csv and index.html list this run only, export lists all"
    assert notes.note_other_scores("g5", []) == []
    assert notes.note_other_scores("g5", ["anna"]) == [
        f"g5 holds 1 more score that is not of this run: anna{rest}"
    ]
    assert notes.note_other_scores("g5", "abcdefg") == [
        f"g5 holds 7 more scores that are not of this run: a, b, c, d, e, ...{rest}"
    ]
    assert notes.note_other_milestones([], []) == []
    assert notes.note_other_milestones(["m1", "m2"], ["m1"]) == [
        "these scores were of m1, m2 before, now of m1"
    ]


def test_times_and_groups_that_match_nothing() -> None:
    assert (
        notes.note_missing_times("t.csv", [])
        == notes.note_stray_times("t.csv", [])
        == notes.note_stray_groups([])
        == []
    )
    assert notes.note_called_late("t.csv", []) == []
    assert notes.note_called_late("t.csv", ["a", "b"]) == [
        "2 submissions are marked LATE in t.csv without a time, so nothing is taken off until you "
        "write one there: a, b"
    ]
    assert notes.note_missing_times("t.csv", ["a"]) == [
        "1 submission has no time in t.csv and counts as on time: a"
    ]
    assert notes.note_missing_times("t.csv", "abcdef") == [
        "6 submissions have no time in t.csv and count as on time: a, b, c, d, e, ..."
    ]
    assert notes.note_stray_times("t.csv", ["ghost"]) == [
        "t.csv names what is not in this run: ghost"
    ]
    assert notes.note_stray_groups(["t1"]) == ["group t1 is not a submission of this run"]
    assert notes.note_stray_groups(["t1", "t2"]) == [
        "groups t1, t2 are not submissions of this run"
    ]


@pytest.mark.parametrize(
    "write",
    [
        lambda names: notes.note_no_hand_in("roster.csv", names, 20),
        lambda names: notes.note_strangers("roster.csv", names),
        notes.note_stray_extensions,
        notes.note_stray_adjustments,
    ],
)
def test_a_note_shows_some_names_and_holds_all(
    write: Callable[[Sequence[str]], list[Note]],
) -> None:
    names = [f"student-{number}" for number in range(9)]
    (note,) = write(names)
    assert "student-4, ..." in note
    assert "student-5" not in note
    assert all(name in note.whole for name in names)
    assert write([]) == []
