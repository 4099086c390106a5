"""``python -m tests.evidence.run [--record]``: grade the reference, write ``out/evidence.*``.

With ``--record`` the tables also go to ``docs/evidence.md``, and a summary of them to README.
"""

import json
import re
import sys
from dataclasses import asdict
from pathlib import Path

from rich import progress as bars
from rich.console import Console

from autograder.course import Course, load_course
from autograder.judge.spec import list_checks
from autograder.run.configure import limit_threads
from tests.evidence.measure import MOST_SECONDS, ROOT, Profile, absent, measured
from tests.evidence.table import summary, table

OUT = ROOT / "out"
RECORDED = ROOT / "docs" / "evidence.md"
README = ROOT / "README.md"
MARKED = re.compile(r"(?<=<!-- measured -->\n).*(?=\n<!-- end -->)", re.DOTALL)
COURSE_OF_25_SECONDS = 4  # milestones


def main(arguments: list[str]) -> int:
    """Measure, print and write; return 1 where the reference lost points, else 0."""
    limit_threads()
    course = load_course()
    lacking = absent(course)
    names = ["quick"] if lacking else ["quick", "full"]
    profiles = _measured(course, names)
    told = table(profiles)
    missing = _missing(lacking)
    _write(told + missing, profiles)
    print(told + missing)
    if "--record" in arguments and not lacking:
        record(told)
    return _verdict(profiles)


def record(told: str) -> None:
    """Put the tables into ``docs/evidence.md``, and what they come to into README."""
    for file, text in ((RECORDED, told), (README, summary(told))):
        file.write_text(MARKED.sub(lambda _, text=text: text, file.read_text()))


def recorded(file: Path) -> str:
    """Return what stands between the marks of a document."""
    (text,) = MARKED.findall(file.read_text())
    return str(text)


def _missing(lacking: list[str]) -> str:
    if not lacking:
        return ""
    names = " and ".join(lacking)
    return (
        f"\n\nThe full profile is missing here: it needs {names}, which 'autograder data fetch "
        f"{' '.join(lacking)}' gets, or set AUTOGRADER_DATA_DIR to a folder that holds the data."
    )


def _measured(course: Course, names: list[str]) -> list[Profile]:
    checks = sum(len(list_checks(one.id, one.checks)) for one in course.milestones)
    columns = (
        bars.TextColumn("{task.description}"), bars.BarColumn(), bars.MofNCompleteColumn(),
        bars.TextColumn("checks"), bars.TimeElapsedColumn(),
    )  # fmt: skip
    console = Console(stderr=True, emoji=False)
    with bars.Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        found = []
        for name in names:
            task = bar.add_task(name, total=checks)
            found.append(measured(course, name, lambda task=task: bar.advance(task)))  # type: ignore[misc]
    return found


def _write(told: str, profiles: list[Profile]) -> None:
    OUT.mkdir(exist_ok=True)
    (OUT / "evidence.md").write_text(told + "\n")
    raw = [asdict(profile) for profile in profiles]
    (OUT / "evidence.json").write_text(json.dumps(raw, indent=2, allow_nan=False) + "\n")


def _verdict(profiles: list[Profile]) -> int:
    for profile in profiles:
        for id, message in profile.lost.items():
            print(f"LOST in {profile.name}: {id}: {message}", file=sys.stderr)
    ids = [id for id in profiles[0].totals if id != "all"][:COURSE_OF_25_SECONDS]
    spent = sum(profiles[0].totals[id].seconds for id in ids)
    if spent > MOST_SECONDS:
        print(f"SLOW: {ids[0]} to {ids[-1]} took {spent:.1f} s, aim: {MOST_SECONDS:g} s",
              file=sys.stderr)  # fmt: skip
    return 1 if any(profile.lost for profile in profiles) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
