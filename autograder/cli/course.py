"""``autograder course``, and which course file the other commands use.

A course's own file is used where ``--course`` or AUTOGRADER_COURSE names it, and never silently: a
``course.toml`` that merely lies in the current folder is spoken of, not read.
"""

import os
import sys
from pathlib import Path

from autograder.course import course, load_course


def use(file: Path | None) -> None:
    """Let this process, and those it starts, use `file`; None for what the environment names."""
    if file is not None:
        os.environ[course.COURSE_VARIABLE] = str(file.resolve())
    elif not os.environ.get(course.COURSE_VARIABLE) and Path("course.toml").is_file():
        print("autograder: ./course.toml is not used; add --course course.toml", file=sys.stderr)


def run(explain: bool) -> None:
    """Print the keys, or the course in use."""
    if explain:
        _explain()
        return
    found = load_course()
    print(f"course: {course.find_course_file()}")
    total = sum(milestone.weight for milestone in found.milestones) or 1.0
    for one in found.milestones:
        until = f", until {one.deadline.isoformat(' ')}" if one.deadline else ""
        print(f"  {one.id}  {100 * one.weight / total:5.1f} %  {one.title}{until}")
    grading = found.grading
    level = grading.isolation or "as the system offers"
    print(f"profile {grading.profile}, {grading.seconds:g} s a submission, isolation {level}")
    late = found.late
    if late.times:
        file = course.find_course_file().resolve().parent / late.times
        print(f"submitted: {file}{'' if file.is_file() else ', not there yet: grade needs it'}")
    print(
        f"late: {late.grace_hours:g} h grace, {late.percent_a_day:g} % a day, "
        f"at most {late.cap_percent:g} %"
    )
    print(f"secret: {'set' if found.secret else 'not set: set AUTOGRADER_SECRET before grading'}")
    print(f"groups: {len(found.groups)}")


def _explain() -> None:
    print("A course's own file holds what differs from these defaults; 'version' is always there.")
    for name, default, meaning in course.list_keys():
        print(f"\n{name}{f' = {default}' if default else ''}\n  {meaning}")
