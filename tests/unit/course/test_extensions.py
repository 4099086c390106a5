"""More time: extensions, free days, and days by the clocks of a zone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.course import CourseError, load_course, policy, times
from autograder.course.course import Late
from autograder.course.sections import load_people
from autograder.course.times import Times
from autograder.course.zones import add_zone
from autograder.reports.standings import notes_on_course

Own = Callable[[str], Path]
BERLIN = "Europe/Berlin"


@pytest.fixture
def own(tmp_path: Path) -> Own:
    def write(text: str) -> Path:
        file = tmp_path / "course.toml"
        file.write_text(f"version = 1\n{text}", encoding="utf-8")
        return file

    return write


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def came(**rows: str) -> Times:
    return Times({name: {"": at(when)} for name, when in rows.items()})


EXTENDED = """
[groups]
team = ["ada", "bob"]
[[milestones]]
id = "m1"
deadline = 2026-10-01T12:00:00+00:00
[[milestones]]
id = "m2"
deadline = 2026-10-08T12:00:00+00:00
[[extensions]]
submission = " bob "
milestones = ["m1"]
until = 2026-10-03T12:00:00+00:00
because = "ill"
[[extensions]]
submission = "eve"
until = 2026-10-05T12:00:00+00:00
because = "moved"
"""


def test_an_extension_is_of_its_milestones_and_its_member_alone(own: Own) -> None:
    course = load_course(own(EXTENDED))
    work = policy.Work({"m1": 1.0, "m2": 1.0})
    late = came(team="2026-10-10T12:00:00+00:00", eve="2026-10-04T12:00:00+00:00")
    ada, bob = policy.compute_standings(course, "team", work, late)
    assert ada.late_percent == {"m1": 90.0, "m2": 20.0}
    assert bob.late_percent == {"m1": 70.0, "m2": 20.0}
    assert bob.final_percent == 55.0
    (eve,) = policy.compute_standings(course, "eve", work, late)
    assert eve.late_percent == {"m1": 0.0, "m2": 0.0}


def test_an_extension_of_nobody_in_the_run_is_noted(
    own: Own, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = own(EXTENDED)
    monkeypatch.setenv("AUTOGRADER_COURSE", str(file))
    course = load_course(file)
    assert notes_on_course(course, ["team", "eve"], []) == []
    assert notes_on_course(course, ["team"], []) == ["extensions name eve, who is not in this run"]


OF_SECTIONS = """
roster = "roster.csv"
[groups]
team = ["ada", "bob"]
[[milestones]]
id = "m1"
deadline = 2026-10-01T12:00:00+00:00
[[extensions]]
section = "tuesday"
until = 2026-10-03T12:00:00+00:00
because = "the room was flooded"
[[extensions]]
submission = "eve"
until = 2026-10-02T12:00:00+00:00
because = "ill"
[[extensions]]
submission = "kim"
until = 2026-10-05T12:00:00+00:00
because = "ill"
"""
PEOPLE = "login,section\nada,Tuesday\nbob,Monday\neve,Tuesday\nkim,Monday and Tuesday\n"


def test_an_extension_of_a_section_is_of_its_students_and_the_latest_counts(
    own: Own, tmp_path: Path
) -> None:
    (tmp_path / "roster.csv").write_text(PEOPLE)
    course = load_course(own(OF_SECTIONS))
    roster = load_people(course, tmp_path / "roster.csv")
    assert roster
    when = "2026-10-04T12:00:00+00:00"
    late = came(team=when, eve=when, kim=when, who=when)
    found = {
        one.student: one.late_percent["m1"]
        for name in ("team", "eve", "kim", "who")
        for one in policy.compute_standings(course, name, policy.Work({"m1": 1.0}), late, roster)
    }
    assert found == {"ada": 10.0, "bob": 30.0, "eve": 10.0, "kim": 0.0, "who": 30.0}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("login,section\nada,Monday\nbob,Thursday\neve,Tuesdays\n", "roster.csv has no section 'tuesday'; it has Tuesdays, Thursday, Monday"),
        ("login\nada\n", "roster.csv has no section 'tuesday'; it names none: add a column section"),
        ("", "extension 1: a roster says who is in section tuesday: add --roster FILE"),
    ],
)  # fmt: skip
def test_an_unknown_section_is_one_line(own: Own, tmp_path: Path, table: str, message: str) -> None:
    (tmp_path / "roster.csv").write_text(table)
    text = OF_SECTIONS if table else OF_SECTIONS.replace('roster = "roster.csv"', "")
    course = load_course(own(text))
    with pytest.raises(CourseError) as raised:
        load_people(course, tmp_path / "roster.csv" if table else None)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("until = 2026-10-01T11:00:00+00:00", "extension 1 of ada: until 2026-10-01 11:00:00+00:00 is not later than the deadline of m1, 2026-10-01 12:00:00+00:00"),
        ("until = 2026-10-01T12:00:00+00:00", "is not later than the deadline of m1"),
        ("until = 2026-10-09T12:00:00", "until is 2026-10-09 12:00:00; wanted a time with its zone"),
        ("untill = 2026-10-09T12:00:00+00:00", "there is no key extensions.untill; did you mean until?"),
        ('milestones = ["m3"]\nuntil = 2026-10-09T12:00:00+00:00', "extension 1 of ada: there is no milestone 'm3'; there are m1, m2"),
        ('milestones = "m1"\nuntil = 2026-10-09T12:00:00+00:00', """milestones is 'm1'; wanted a list such as ["m2"]"""),
        ('milestones = ["m2"]\nuntil = 2026-10-09T12:00:00+00:00', "m2 has no deadline, so there is nothing to extend"),
        ("milestones = []\nuntil = 2026-09-09T12:00:00+00:00", "is later than no deadline of the course"),
    ],
)  # fmt: skip
def test_an_extension_that_is_none_is_one_line(own: Own, row: str, message: str) -> None:
    whole = row if row.startswith("milestones") else f'milestones = ["m1"]\n{row}'
    text = f"""
[[milestones]]
id = "m1"
deadline = 2026-10-01T12:00:00+00:00
[[milestones]]
id = "m2"
[[extensions]]
submission = "ada"
because = "ill"
{whole}
"""
    with pytest.raises(CourseError) as raised:
        load_course(own(text))
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[extensions]]\nsubmission = 'ada'\nuntil = 2026-10-09T12:00:00+00:00", "because is 'not there'"),
        ("[[extensions]]\nbecause = 'ill'", "extension 1: it names nobody; write one of submission ="),
        ("[[extensions]]\nsection = 'A'\nsubmission = 'ada'", "extension 1: it names submission and section; write one of"),
        ("[[extensions]]\nsection = ' '", "extension 1 of section  : section is ' '; write section ="),
        ("[extensions]\nsubmission = 'ada'", "write [[extensions]], with two brackets"),
        ("[late]\nfree_days = -1", "late.free_days is -1; wanted 0 or more"),
        ("[late]\nzone = 'Europe/Berln'", "there is no time zone 'Europe/Berln'; did you mean Europe/Berlin?"),
        ("[late]\nzone = '../etc'", "there is no time zone '../etc'; write one such as"),
        ("[exam]\non = 'yes'", "exam.on is 'yes'; wanted true or false"),
        ("[exam]\nfeedback_from = 2026-10-09T12:00:00+00:00", "holds nothing back without 'on = true'"),
        ("[exam]\non = true\nfeedback_from = 2026-10-09", "wanted a time with its zone"),
        ("[exam]\nhint = true", "there is no key exam.hint; there are on, feedback_from"),
        ("[grading]\nhints = 0", "grading.hints is 0; wanted true or false"),
        ("[check_weights]\nm1.ad = 2", "there is no check 'm1.ad' to set; did you mean m1.add?"),
        ("[check_weights]\n'm1.add' = -1", "check_weights.m1.add is -1; wanted a number from 0 to 100"),
        ("[thresholds]\nm4.classifer = 0.9", "did you mean m4.classifier?"),
        ("[thresholds]\nm4.classifier = 0.99", "is 0.99; wanted a number from 0.85 to 0.97"),
        ("[thresholds]\nm1.add = 0.9", "there is no check 'm1.add' to set; 'autograder course --explain' lists them"),
        ("[thresholds]\nm2.four_points = 0.5", "thresholds.m2.four_points is 0.5; wanted a number from 0.005 to 0.1"),
        ("[thresholds]\nx.makemore.mlp = 0.1", "is 0.1; wanted a number from -0.15 to -0.05"),
        ("[[milestones]]\nid = 'm1'\nextra_credit = true", "or of extra credit: give one milestone"),
        ("[[milestones]]\nid = 'm1'\nextra_credit = 2", "extra_credit of m1 is 2; wanted true or false"),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_one_line(own: Own, text: str, message: str) -> None:
    with pytest.raises(CourseError) as raised:
        load_course(own(text))
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_free_days_are_spent_by_deadline_on_work_that_has_points(own: Own) -> None:
    course = load_course(
        own(
            """
[late]
free_days = 3
[[milestones]]
id = "m1"
deadline = 2026-10-08T12:00:00+00:00
[[milestones]]
id = "m2"
deadline = 2026-10-01T12:00:00+00:00
[[milestones]]
id = "m3"
deadline = 2026-09-01T12:00:00+00:00
"""
        )
    )
    late = came(ada="2026-10-03T11:00:00+00:00", bob="2026-10-10T11:00:00+00:00")
    (ada,) = policy.compute_standings(course, "ada", policy.Work({"m1": 1, "m2": 1}), late)
    assert (ada.late_percent, ada.free_days) == ({"m1": 0.0, "m2": 0.0}, 2)
    (bob,) = policy.compute_standings(
        course, "bob", policy.Work({"m1": 1, "m2": 0.5, "m3": 0}), late
    )
    assert (bob.late_percent, bob.free_days) == ({"m1": 20.0, "m2": 60.0, "m3": 100.0}, 3)


def test_a_time_without_an_offset_is_of_the_courses_clocks(own: Own, tmp_path: Path) -> None:
    course = load_course(
        own(
            f"""
[late]
zone = "{BERLIN}"
times = "times.csv"
[[milestones]]
id = "m1"
deadline = 2026-10-24T23:59:00
[[milestones]]
id = "m2"
deadline = 2026-12-01T23:59:00
[[extensions]]
submission = "ada"
until = 2026-10-31T23:59:00
because = "ill"
[exam]
on = true
feedback_from = 2026-07-01T00:00:00
"""
        )
    )
    assert [part.deadline for part in course.milestones] == [
        at("2026-10-24T23:59:00+02:00"),
        at("2026-12-01T23:59:00+01:00"),
    ]
    assert course.extensions[0].until == at("2026-10-31T23:59:00+01:00")
    assert course.exam.feedback_from == at("2026-07-01T00:00:00+02:00")
    (tmp_path / "times.csv").write_text("submission,submitted\nada,2026-10-25 23:30\n")
    submitted = times.read_times(course, tmp_path).find_time("ada", "m1")
    assert submitted == at("2026-10-25T23:30:00+01:00")


@pytest.mark.parametrize(
    ("local", "due", "read"),
    [
        ("2026-07-01T12:00:00", True, "2026-07-01T12:00:00+02:00"),
        ("2026-10-25T02:30:00", True, "2026-10-25T02:30:00+01:00"),  # comes twice: the later one
        ("2026-10-25T02:30:00", False, "2026-10-25T02:30:00+02:00"),  # the earlier one
        ("2026-03-29T02:30:00", True, "2026-03-29T03:30:00+02:00"),  # left out
        ("2026-03-29T02:30:00", False, "2026-03-29T01:30:00+01:00"),
    ],
)
def test_clocks_that_are_changed_are_read_for_the_student(local: str, due: bool, read: str) -> None:
    assert add_zone(at(local), BERLIN, due) == at(read)
    known = at("2026-07-01T12:00:00+05:30")
    assert add_zone(known, BERLIN, due) is known


@pytest.mark.parametrize(
    ("deadline", "submitted", "by_clock", "by_hours"),
    [
        ("2026-10-24T23:59:00+02:00", "2026-10-25T23:58:00+01:00", 1, 2),  # 25 hours in a day
        ("2026-10-24T23:59:00+02:00", "2026-10-26T00:00:00+01:00", 2, 2),
        ("2026-03-28T23:59:00+01:00", "2026-03-30T00:30:00+02:00", 2, 1),  # 23 hours in a day
        ("2026-03-28T23:59:00+01:00", "2026-03-29T23:59:00+02:00", 1, 1),
        ("2026-10-24T23:59:00+02:00", "2026-10-24T23:59:00+02:00", 0, 0),
        ("2026-10-24T23:59:00+02:00", "2026-10-31T23:59:00+01:00", 7, 8),
        ("2026-10-24T23:59:00+02:00", "2026-10-24T22:00:00+00:00", 1, 1),  # another zone, the same day
    ],
)  # fmt: skip
def test_a_day_ends_by_the_clock(
    deadline: str, submitted: str, by_clock: int, by_hours: int
) -> None:
    late = Late(zone=BERLIN)
    assert policy.count_late_days(at(submitted), at(deadline), late) == by_clock
    assert policy.count_late_days(at(submitted), at(deadline), Late()) == by_hours
    utc = at(submitted).astimezone(UTC)
    assert policy.count_late_days(utc, at(deadline), late) == by_clock


def test_grace_is_hours_by_any_clock() -> None:
    late = Late(zone=BERLIN, grace_hours=2)
    due = at("2026-10-25T01:30:00+02:00")
    assert policy.count_late_days(due + timedelta(hours=2), due, late) == 0
    assert policy.count_late_days(due + timedelta(hours=2, minutes=1), due, late) == 1


def test_extra_credit_only_adds(own: Own) -> None:
    course = load_course(
        own(
            "[[milestones]]\nid = 'm1'\n[[milestones]]\nid = 'm2'\nextra_credit = true\nweight = 0.1\n"
        )
    )
    found = [
        policy.compute_standings(course, "ada", policy.Work(shares), Times())[0].final_percent
        for shares in ({"m1": 0.8, "m2": 0.0}, {"m1": 0.8, "m2": 1.0}, {"m1": 1.0, "m2": 1.0})
    ]
    assert found == [80.0, 90.0, 100.0]


def test_what_a_person_says_comes_last(own: Own) -> None:
    course = load_course(own("[extras]\ncap = 10\n"))
    cases = {
        80.0: policy.Work({"m1": 0.5}, bonus=10, fixed=80.0),
        65.0: policy.Work({"m1": 0.5}, bonus=10, added=5.0),
        10.0: policy.Work({"m1": 0.5}, bonus=10, added=-99.0),
        100.0: policy.Work({"m1": 1.2}),
        0.0: policy.Work({}),
        None: policy.Work({}, excused=frozenset({"m1"})),
    }
    for final, work in cases.items():
        (standing,) = policy.compute_standings(course, "ada", work, Times())
        assert standing.final_percent == final
