"""``autograder course``, and which course file the other commands use.

A course's own file is used where ``--course`` or AUTOGRADER_COURSE names it, and never silently: a
``course.toml`` that merely lies in the current folder is mentioned, not read.
"""

import os
import sys
from pathlib import Path

from autograder.course import course, load_course
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
    total = sum(milestone.weight for milestone in used.milestones) or 1.0
    for milestone in used.milestones:
        until = f", until {milestone.deadline.isoformat(' ')}" if milestone.deadline else ""
        percent = f"{100 * milestone.weight / total:5.1f} %"
        print(f"  {milestone.id}  {percent}  {milestone.title}{until}")
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
    print(f"secret: {'set' if used.secret else 'not set: set AUTOGRADER_SECRET before grading'}")
    print(f"groups: {len(used.groups)}")


def _print_keys() -> None:
    print("A course's own file holds what differs from these defaults; 'version' is always there.")
    for name, default, meaning in course.list_keys():
        print(f"\n{name}{f' = {default}' if default else ''}\n  {meaning}")
