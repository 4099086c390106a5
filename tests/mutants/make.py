"""``python -m tests.mutants.make [m1 ...]``: store what mutants answer, for diagnosis."""

import sys

import msgspec

from autograder.course import load_course
from autograder.course.course import is_any_of
from autograder.diagnosis import catalogue
from tests.mutants import mutants


def main(ids: list[str]) -> None:
    """Judge all mutants of the milestones and write their catalogues."""
    for milestone in load_course().parts:
        if not ids or is_any_of(milestone.id, ids):
            known = []
            for row, answers, score in mutants.all_answers(milestone):
                known.append(answers)
                if all(check.status == "passed" for check in score.checks):
                    print(f"  SURVIVES {row.name}")
                elif row.shows_in not in answers.failing:
                    print(f"  {row.name} does not fail {row.shows_in}: {[*answers.failing]}")
            file = catalogue.FOLDER / f"{milestone.id}.msgpack"
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(msgspec.msgpack.encode(mutants.catalogue(milestone, known)))
            print(f"{file}: {len(known)} pitfalls, {file.stat().st_size >> 10} KiB")


if __name__ == "__main__":
    main(sys.argv[1:])
