"""``autograder course``, and which course file the other commands use.

A course's own file is used where ``--course`` or AUTOGRADER_COURSE names it, and never silently: a
``course.toml`` that merely lies in the current folder is mentioned, not read.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from autograder.course import Course, course, load_course
from autograder.course.sections import load_people
from autograder.language.choice import choose_for_others


def use_course(file: Path | None) -> None:
    """Let this process, and those it starts, use `file`, or what the environment names."""
    if file is not None:
        os.environ[course.COURSE_VARIABLE] = str(file.resolve())
    elif not os.environ.get(course.COURSE_VARIABLE) and Path("course.toml").is_file():
        print("autograder: ./course.toml is not used; add --course course.toml", file=sys.stderr)
    choose_for_others()


def run(explain: bool) -> None:
    """Print the keys, or the course in use."""
    if explain:
        _print_keys()
        return
    used = load_course()
    print(f"course: {course.find_course_file()}")
    counted = [milestone for milestone in used.milestones if not milestone.extra_credit]
    total = sum(milestone.weight for milestone in counted) or 1.0
    for milestone in used.milestones:
        until = f", until {milestone.deadline.isoformat(' ')}" if milestone.deadline else ""
        percent = f"{100 * milestone.weight / total:5.1f} %"
        extra = ", extra credit" if milestone.extra_credit else ""
        print(f"  {milestone.id}  {percent}  {milestone.title}{until}{extra}")
    units = [part.id for part in used.parts if part.is_extra]
    if units:
        cap = f"add at most {used.extras.cap:g} %" if used.extras.cap else "shown, not counted"
        print(f"extras: {', '.join(units)}; {cap}")
    grading = used.grading
    level = grading.isolation or "as the system offers"
    print(f"profile {grading.profile}, {grading.seconds:g} s per submission, isolation {level}")
    late = used.late
    if late.times:
        file = course.find_course_file().resolve().parent / late.times
        print(f"submitted: {file}{'' if file.is_file() else ', not there yet: grade needs it'}")
    print(
        f"late: {late.grace_hours:g} h grace, {late.percent_a_day:g} % per day, "
        f"at most {late.cap_percent:g} %"
    )
    _print_rules(used)
    print(f"secret: {'set' if used.secret else 'not set: set AUTOGRADER_SECRET before grading'}")
    print(f"groups: {len(used.groups)}")
    if used.roster:
        print(f"roster: {_describe_roster(used)}")


def _describe_roster(used: Course) -> str:
    file = course.find_course_file().resolve().parent / used.roster
    if not file.is_file():
        return f"{file}, not there yet: grade needs it"
    roster = load_people(used)
    return f"{file}, {len(roster.persons) if roster else 0} students"


def _print_rules(used: Course) -> None:
    """Print what this course has that most have not."""
    late, exam = used.late, used.exam
    zone = f", by the clocks of {late.zone}" if late.zone else ""
    if late.free_days or zone:
        print(f"free late days: {late.free_days} for each submission{zone}")
    for extension in used.extensions:
        ids = ", ".join(extension.milestones) or "all"
        print(f"extension: {extension.whose}, {ids}, until {extension.until.isoformat(' ')}")
    if used.check_weights:
        print(f"weights of checks: {_list_numbers(used.check_weights)}")
    if used.thresholds:
        print(f"thresholds: {_list_numbers(used.thresholds)}")
    if exam.on:
        opens = exam.feedback_from
        print(f"exam: no help{(opens and f', feedback from {opens:%Y-%m-%d %H:%M %z}') or ''}")
    elif not used.grading.hints:
        print("hints: none")


def _list_numbers(numbers: Mapping[str, float]) -> str:
    return ", ".join(f"{id} {number:g}" for id, number in numbers.items())


def _print_keys() -> None:
    print("A course's own file holds what differs from these defaults; 'version' is always there.")
    for name, default, meaning in course.list_keys():
        print(f"\n{name}{f' = {default}' if default else ''}\n  {meaning}")
