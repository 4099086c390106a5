"""A course's own file: what it may say, what it changes, and one line for what is wrong."""

import json
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from autograder.course import CourseError, load_course, policy, times
from autograder.course.check_keys import THRESHOLDS
from autograder.course.course import OWN_KEYS, Course, Extras, Grading, Late, list_keys
from autograder.course.exam import Exam
from autograder.course.extensions import Extension
from autograder.course.times import Times
from autograder.reports.standings import notes_on_course

Own = Callable[[str], Path]
DUE = datetime.fromisoformat("2026-10-01T23:59:00+02:00")


@pytest.fixture
def own(tmp_path: Path) -> Own:
    def write(text: str) -> Path:
        file = tmp_path / "course.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def test_a_course_says_only_what_differs(own: Own) -> None:
    found = load_course(
        own(
            """
version = 1
[grading]
secret = "s"
isolation = "strict"
[late]
grace_hours = 2
[groups]
"team, \\"é\\"" = ["ada", "bob"]
[[milestones]]
id = "m2"
weight = 3
[[milestones]]
id = "m1"
deadline = 2026-10-01T23:59:00+02:00
"""
        )
    )
    assert [(one.id, one.module, one.weight) for one in found.milestones] == [
        ("m1", "engine", 1.0),
        ("m2", "nn", 3.0),
    ]
    assert found.milestones[0].deadline == DUE
    assert (found.grading.secret, found.grading.isolation) == ("s", "strict")
    assert found.grading.seed == load_course().grading.seed
    assert (found.late.grace_hours, found.late.percent_a_day) == (2.0, 10.0)
    assert found.groups == {'team, "é"': ["ada", "bob"]}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "has no version, so it is from an older kit"),
        ("version = 0", "has version 0, so it is from an older kit"),
        ("version = 2", "has version 2, this kit reads 1"),
        ("version = 'x'", "version is 'x'; wanted a whole number"),
        ("version = ", "is not TOML"),
        ("version = 1\nmilestone = 3", "there is no key milestone; did you mean milestones?"),
        ("version = 1\n[grading]\nsecond = 3", "there is no key grading.second; did you mean grading"),
        ("version = 1\n[grading]\nprofile = 'quik'", "grading.profile is 'quik'; did you mean quick?"),
        ("version = 1\n[grading]\nisolation = 'none'", "there are strict, process"),
        ("version = 1\n[grading]\nseconds = 'ten'", "grading.seconds is 'ten'; wanted a number, more than 0"),
        ("version = 1\n[grading]\nseconds = 0", "grading.seconds is 0; wanted more than 0"),
        ("version = 1\ngrading = 3", "write [grading] on a line of its own"),
        ("version = 1\n[late]\ncap_percent = 120", "late.cap_percent is 120; wanted 0 to 100"),
        ("version = 1\n[[milestones]]\nid = 'm11'", "there is no milestone 'm11'; did you mean m1?"),
        ("version = 1\n[[milestones]]\nweight = 2", "there is no milestone None"),
        ("version = 1\n[[milestones]]\nid = 'm1'\nwight = 2", "did you mean weight?"),
        ("version = 1\n[[milestones]]\nid = 'm1'\n[[milestones]]\nid = 'm1'", ": m1 is listed twice"),
        ("version = 1\n[[milestones]]\nid = 'm1'\ndeadline = 2026-10-01", "with its zone"),
        ("version = 1\n[grading]\nmemory_mb = 1.5", "memory_mb is 1.5; wanted a whole number, 256 or"),
        ("version = 1\n[late]\ntimes = 3", "late.times is 3; wanted a text in quotes"),
        ("version = 1\n[[milestones]]\nid = 'm2'\nweight = -1", "weight of m2 is -1; wanted 0 or more"),
        ("version = 1\n[[milestones]]\nid = 'm2'\nweight = 0", "the weights are all 0: give one mile"),
        ("version = 1\nmilestones = []", ": no milestone is listed"),
        ("version = 1\n[milestones]\nid = 'm1'", "write [[milestones]], with two brackets"),
        ("version = 1\n[milestones]\n[milestones]", "write [[milestones]], with two brackets"),
        ("version = 1\ngroups = 3", "write [groups] on a line of its own"),
        ("version = 1\n[groups]\nteam-1 = 'ada'", 'groups.team-1 wants a list: ["ada"]'),
        ("version = 1\n[groups]\nteam-1 = ['x', 3]", 'groups.team-1 wants a list: ["ada"]'),
        ("version = 1\nmilestones = ['m1']", "write [[milestones]], with two brackets"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_line(own: Own, text: str, told: str) -> None:
    told = (
        told.replace("did you mean grading", "did you mean ") if "grading.second;" in told else told
    )
    with pytest.raises(CourseError) as caught:
        load_course(own(text))
    assert told in str(caught.value)
    assert "course.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_a_windows_editor_marked_is_read(tmp_path: Path) -> None:
    file = tmp_path / "course.toml"
    file.write_bytes(b"\xef\xbb\xbfversion = 1\n[grading]\nseconds = 77\n")
    assert load_course(file).grading.seconds == 77


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="cannot read .*Is a directory"):
        load_course(tmp_path)
    with pytest.raises(CourseError, match="cannot read .*No such file"):
        load_course(tmp_path / "nowhere.toml")


def test_every_key_is_documented() -> None:
    told = {name: (default, str(meaning)) for name, default, meaning in list_keys()}
    wanted = {"version", "language", "roster", "groups", "check_weights", "thresholds"}
    wanted |= {f"milestones.{name}" for name in OWN_KEYS}
    tables = {"grading": Grading, "late": Late, "extras": Extras, "exam": Exam}
    for table, type_ in {**tables, "extensions": Extension}.items():
        wanted |= {f"{table}.{field.name}" for field in msgspec.structs.fields(type_)}
    wanted |= {f'thresholds."{id}"' for id in THRESHOLDS}
    assert set(told) == wanted
    assert told['thresholds."m5.train_cnn"'] == (
        "0.95",
        "the least accuracy, from 0.85 to 0.98; in the full profile 0.98",
    )
    assert all(len(meaning) > 10 for _, meaning in told.values())
    assert told["late.percent_a_day"][0] == "10.0"
    assert {field.name for field in msgspec.structs.fields(Course)} == {
        "grading", "milestones", "units", "version", "language", "late", "extras", "roster", "groups",
        "exam", "extensions", "check_weights", "thresholds",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("hours", "percent"),
    [(-1, 0), (0, 0), (2, 0), (2.1, 10), (26, 10), (26.1, 20), (24 * 30, 45)],
)
def test_late_days_cost_up_to_the_cap(hours: float, percent: float) -> None:
    late = Late(grace_hours=2, percent_a_day=10, cap_percent=45)
    assert policy.compute_late_percent(DUE + timedelta(hours=hours), DUE, late) == percent


def test_no_deadline_and_no_time_cost_nothing() -> None:
    assert policy.compute_late_percent(None, DUE, Late()) == 0
    assert policy.compute_late_percent(DUE, None, Late()) == 0


def test_weights_lateness_and_groups_make_the_final_grade(own: Own) -> None:
    course = load_course(
        own(
            """
version = 1
groups = { team = ["ada", "bob"] }
[late]
percent_a_day = 20
[[milestones]]
id = "m1"
weight = 1
deadline = 2026-10-01T23:59:00+02:00
[[milestones]]
id = "m2"
weight = 3
[[milestones]]
id = "m3"
weight = 9
"""
        )
    )
    came = Times({"team": {times.ALL: DUE + timedelta(hours=1)}})
    found = policy.compute_standings(course, "team", policy.Work({"m1": 0.5, "m2": 1.0}), came)
    assert [one.student for one in found] == ["ada", "bob"]
    assert found[0].late_percent == {"m1": 20.0, "m2": 0.0}
    assert found[0].final_percent == 85.0  # (1 * 0.5 * 80 + 3 * 1.0 * 100) / 4
    assert (
        policy.compute_standings(course, "eve", policy.Work({"m1": 1.0}), came)[0].student == "eve"
    )


def test_each_milestone_may_have_a_time_of_its_own(own: Own, tmp_path: Path) -> None:
    course = load_course(own("version = 1\n[late]\ntimes = 'times.csv'"))
    day = "2026-10-{:02}T23:59:00+02:00"
    lines = [("ada", "m1", 1), ("ada", "", 2), ("bob", "m2", 3)]
    rows = "".join(f"{name},{id},{day.format(on)}\n" for name, id, on in lines)
    (tmp_path / "times.csv").write_text(f"submission,milestone,submitted\n{rows}")
    came = times.read_times(course, tmp_path)
    found = [came.find_time("ada", id) for id in ("m1", "m2")]
    assert found == [DUE, DUE + timedelta(days=1)]
    assert came.find_time("bob", "m1") is None
    assert [came.lacks(name, ["m2"]) for name in ("ada", "bob", "eve")] == [False, False, True]
    assert came.lacks("bob", ["m1", "m2"])
    (tmp_path / "times.csv").write_text(f"submission,milestone,submitted\nada,m9,{day.format(1)}\n")
    with pytest.raises(CourseError, match=r"times.csv, line 2: there is no milestone 'm9'; there"):
        times.read_times(course, tmp_path)
    (tmp_path / "times.csv").write_text(f"submission,milestone,submitted\n{rows}{rows}")
    with pytest.raises(
        CourseError, match="line 5: 'ada' is listed twice; keep the row that counts"
    ):
        times.read_times(course, tmp_path)


def test_times_are_read_and_a_bad_line_is_named(own: Own, tmp_path: Path) -> None:
    course = load_course(own("version = 1\n[late]\ntimes = 'times.csv'"))
    file = tmp_path / "times.csv"
    with pytest.raises(CourseError, match="late.times: cannot read"):
        times.read_times(course, tmp_path)
    file.write_text('submission,submitted\n"a, b",2026-10-01T23:59:00+02:00\n')
    assert times.read_times(course, tmp_path).find_time("a, b", "m3") == DUE
    assert times.read_times(course, tmp_path).find_time("a", "m3") is None
    file.write_text("submission,submitted\na,2026-10-01T23:59:00\n")
    with pytest.raises(CourseError, match="line 2: 2026-10-01T23:59:00 has no time zone"):
        times.read_times(course, tmp_path)
    file.write_text("submission,submitted\na,yesterday\n")
    with pytest.raises(CourseError, match="line 2: wanted columns submission and submitted"):
        times.read_times(course, tmp_path)


SPELLINGS = {
    "composed": "Jos\u00e9 P\u00e9rez",
    "apart": unicodedata.normalize("NFD", "Jos\u00e9 P\u00e9rez"),
    "blanks": " Jos\u00e9 P\u00e9rez \t",
    "no-break": "\u00a0Jos\u00e9 P\u00e9rez\u00a0",
}


@pytest.mark.parametrize("in_inbox", SPELLINGS)
@pytest.mark.parametrize("in_course", SPELLINGS)
def test_names_are_compared_as_people_read_them(
    own: Own, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_inbox: str, in_course: str
) -> None:
    name, known_as = SPELLINGS[in_inbox], SPELLINGS[in_course]
    file = own(
        f"""
version = 1
[groups]
{json.dumps(known_as, ensure_ascii=False)} = ["ada"]
[late]
times = "times.csv"
[[milestones]]
id = "m1"
deadline = 2026-10-01T23:59:00+02:00
"""
    )
    late = "2026-10-02T12:00:00+02:00"
    (tmp_path / "times.csv").write_text(
        f'submission, milestone ,submitted\n"{known_as}",m1 , {late} \n', encoding="utf-8"
    )
    monkeypatch.setenv("AUTOGRADER_COURSE", str(file))
    course = load_course(file)
    came = times.read_times(course, tmp_path)
    (found,) = policy.compute_standings(course, name, policy.Work({"m1": 1.0}), came)
    assert (found.student, found.late_percent) == ("ada", {"m1": 10.0})
    assert notes_on_course(course, [name], course.milestones) == []
    (missing, stray, group) = notes_on_course(course, ["eve"], course.milestones)
    assert missing.startswith("1 submission has no time")
    assert stray == "times.csv names what is not in this run: José Pérez"
    assert group.startswith("group ")


def test_one_name_in_two_spellings_is_listed_twice(own: Own, tmp_path: Path) -> None:
    course = load_course(own("version = 1\n[late]\ntimes = 'times.csv'"))
    rows = "".join(f"{name},2026-10-01T23:59:00+02:00\n" for name in SPELLINGS.values())
    (tmp_path / "times.csv").write_text(f"submission,submitted\n{rows}", encoding="utf-8")
    with pytest.raises(CourseError, match="line 3: 'José Pérez' is listed twice"):
        times.read_times(course, tmp_path)
