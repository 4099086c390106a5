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
from autograder.language.catalogue import translate, translate_count
from autograder.language.choice import choose_again
from autograder.language.phrases import translate_phrase


def use_course(file: Path | None) -> None:
    """Let this process, and those it starts, use `file`, or what the environment names."""
    if file is not None:
        os.environ[course.COURSE_VARIABLE] = str(file.resolve())
    elif not os.environ.get(course.COURSE_VARIABLE) and Path("course.toml").is_file():
        unused = translate("./course.toml is not used; add --course course.toml")
        print(f"autograder: {unused}", file=sys.stderr)
    choose_again()


def run(explain: bool) -> None:
    """Print the keys, or the course in use."""
    if explain:
        _print_keys()
        return
    used = load_course()
    print(translate("course: {file}", file=course.find_course_file()))
    _print_milestones(used)
    _print_extras(used)
    _print_grading(used)
    _print_late(used)
    _print_rules(used)
    unset = "secret: not set: set AUTOGRADER_SECRET before grading"
    print(translate("secret: set" if used.secret else unset))
    print(translate("groups: {count}", count=len(used.groups)))
    if used.roster:
        _print_roster(used)


def _print_milestones(used: Course) -> None:
    counted = [milestone for milestone in used.milestones if not milestone.extra_credit]
    total = sum(milestone.weight for milestone in counted) or 1.0
    for milestone in used.milestones:
        facts = [translate(milestone.title)]
        if milestone.deadline:
            facts.append(translate("until {time}", time=milestone.deadline.isoformat(" ")))
        if milestone.extra_credit:
            facts.append(translate("extra credit"))
        print(f"  {milestone.id}  {100 * milestone.weight / total:5.1f} %  {', '.join(facts)}")


def _print_extras(used: Course) -> None:
    ids = ", ".join(part.id for part in used.parts if part.is_extra)
    capped = "extras: {ids}; add at most {cap:g} %"
    uncounted = "extras: {ids}; shown, not counted"
    if ids and used.extras.cap:
        print(translate(capped, ids=ids, cap=used.extras.cap))
    elif ids:
        print(translate(uncounted, ids=ids))


def _print_grading(used: Course) -> None:
    grading = used.grading
    text = "profile {profile}, {seconds:g} s per submission, isolation {level}"
    level = grading.isolation or translate("as the system offers")
    print(translate(text, profile=grading.profile, seconds=grading.seconds, level=level))


def _print_late(used: Course) -> None:
    late = used.late
    if late.times:
        file = course.find_course_file().resolve().parent / late.times
        there, absent = "submitted: {file}", "submitted: {file}, not there yet: grade needs it"
        print(translate(there if file.is_file() else absent, file=file))
    rates = "late: {hours:g} h grace, {percent:g} % per day, at most {most:g} %"
    values = {"hours": late.grace_hours, "percent": late.percent_a_day, "most": late.cap_percent}
    print(translate(rates, **values))


def _print_roster(used: Course) -> None:
    file = course.find_course_file().resolve().parent / used.roster
    if not file.is_file():
        print(translate("roster: {file}, not there yet: grade needs it", file=file))
        return
    roster = load_people(used)
    one, many = "roster: {file}, {count} student", "roster: {file}, {count} students"
    print(translate_count(one, many, len(roster.persons) if roster else 0, file=file))


def _print_rules(used: Course) -> None:
    """Print what this course has that most have not."""
    late = used.late
    if late.free_days or late.zone:
        plain = "free late days: {count} for each submission"
        zoned = "free late days: {count} for each submission, by the clocks of {zone}"
        print(translate(zoned if late.zone else plain, count=late.free_days, zone=late.zone))
    for extension in used.extensions:
        text = "extension: {whose}, {ids}, until {time}"
        ids = ", ".join(extension.milestones) or translate("all")
        whose, time = translate_phrase(extension.whose), extension.until.isoformat(" ")
        print(translate(text, whose=whose, ids=ids, time=time))
    if used.check_weights:
        print(translate("weights of checks: {list}", list=_list_numbers(used.check_weights)))
    if used.thresholds:
        print(translate("thresholds: {list}", list=_list_numbers(used.thresholds)))
    _print_help(used)


def _print_help(used: Course) -> None:
    opens = used.exam.feedback_from
    if used.exam.on and opens:
        text = "exam: no help, feedback from {time}"
        print(translate(text, time=opens.strftime("%Y-%m-%d %H:%M %z")))
    elif used.exam.on:
        print(translate("exam: no help"))
    elif not used.grading.hints:
        print(translate("hints: none"))


def _list_numbers(numbers: Mapping[str, float]) -> str:
    return ", ".join(f"{id} {number:g}" for id, number in numbers.items())


def _print_keys() -> None:
    head = "A course's own file holds what differs from these defaults; 'version' is always there."
    print(translate(head))
    for name, default, meaning in course.list_keys():
        print(f"\n{name}{f' = {default}' if default else ''}\n  {translate_phrase(meaning)}")
