"""The end of a milestone is an event: points, time, what was built, and the next step."""

from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.learning import completion
from autograder.reports import journey, record
from autograder.score import MilestoneScore

COURSE = load_course()
M1, M6 = COURSE.milestones[0], COURSE.milestones[-1]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "handouts").mkdir()
    times = {"m1.add": "2026-01-02T10:30:00Z", "m1.mul": "2026-01-02T12:10:30Z"}
    record.add_facts(tmp_path, {"passed": times, "begun": {"m1": "2026-01-02T10:00:00Z"}})
    return tmp_path


def test_the_first_time_it_is_told_in_full_and_then_in_one_line(work: Path) -> None:
    (lines,) = completion.lines_for_passed([M1], COURSE, work, set())
    assert lines[0] == "m1 is done: 75 of 75 public points, 2 h 10 min after your first check of it"
    assert lines[1] == f"You built {M1.built}."
    assert lines[2].startswith(
        "Next: m2 A network of scalars: read the handout m2_scalar_mlp.md, then autograder watch"
    )
    assert lines[3].startswith("All public checks of m1 pass.")
    assert completion.lines_for_passed([M1], COURSE, work, {"m1"}) == [lines[3:]]


@pytest.mark.parametrize(
    ("home", "name"), [("work", "../handouts/m2_scalar_mlp.md"), ("", "handouts/m2_scalar_mlp.md")]
)
def test_the_next_handout_is_named_as_it_is_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str, name: str
) -> None:
    for folder in ("handouts", "work", "kit" if home else "handouts"):
        (tmp_path / folder).mkdir(exist_ok=True)
    (tmp_path / "handouts/m2_scalar_mlp.md").write_text("# m2")
    monkeypatch.chdir(tmp_path / home)
    lines = completion.completion_lines(M1, COURSE, Path())
    assert f"read {name}, then autograder watch" in lines[-1]


def test_the_last_milestone_leads_to_the_report(work: Path) -> None:
    full = {"points": 75.0, "of": 75.0, "at": "2026-01-02T10:30:00Z"}
    record.add_facts(work, {"best": {part.id: full for part in COURSE.milestones[:-1]}})
    lines = completion.completion_lines(M6, COURSE, work)
    assert lines[0] == "m6 is done: 75 of 75 public points"
    assert lines[-1] == "All milestones are done. Show your work: autograder report --open"


def test_every_milestone_says_what_was_built() -> None:
    for part in COURSE.milestones:
        assert 20 < len(part.built) < 100
        assert not part.built.endswith(".")


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [(5, "5 s"), (60, "1 min"), (3700, "1 h 1 min"), (86400, "1 day"), (180000, "2 days 2 h")],
)
def test_a_time_has_its_two_largest_units(seconds: float, wanted: str) -> None:
    assert completion.describe_span(seconds) == wanted


def test_the_way_is_drawn_with_a_ring_for_points_and_words_for_all() -> None:
    scores = [
        MilestoneScore("m1", "First <b>", 75.0, 75.0, []),
        MilestoneScore("m2", "Second", 30.0, 75.0, []),
        MilestoneScore("m3", "Third", 0.0, 75.0, []),
    ]
    words = journey.describe_journey(scores)
    assert words == "1 of 3 milestones done: m1 First <b>."
    svg = journey.draw_journey(scores, words)
    assert 'aria-label="1 of 3 milestones done: m1 First &lt;b&gt;."' in svg
    assert [svg.count(f'<g class="{style}"') for style in ("done", "begun", "ahead")] == [1, 1, 1]
    length = 2 * 3.14159265 * journey.RADIUS
    assert f'stroke-dasharray="{0.4 * length:.1f} {length:.1f}"' in svg
    assert ">m2</text>" in svg
    assert ">m1</text>" not in svg
    assert "http" not in svg
