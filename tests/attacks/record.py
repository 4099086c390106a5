"""Print what the public checks ask and what a right engine answers: ``record.py FOLDER``."""

import json
import sys
import tempfile
import zlib
from pathlib import Path

import msgspec
from autograder.course import load_course
from autograder.intake.stage import stage_entry
from autograder.intake.submission import Entry
from autograder.judge import session
from autograder.judge.settings import Settings
from autograder.sandbox.isolation import make_launcher


def main(folder: Path) -> None:
    """Run the public checks of milestone 1 on `folder`."""
    course = load_course()
    milestone = course.milestone("m1")
    starts = make_launcher("strict", [milestone.probes])
    how = Settings(course.grading.seed, hidden=False)
    with tempfile.TemporaryDirectory() as place:
        submission = stage_entry(Entry("reference", folder), [milestone.module], Path(place))
        runs = session.run_session(submission, [milestone], how, starts).runs
    starts.close()
    told = {_key(it): _answer(it) for run in runs for it in run.exchanges}
    print(json.dumps(told, default=lambda array: array.tolist()))


def _key(exchange):
    plain = {name: it.tolist() if hasattr(it, "tolist") else it for name, it in exchange.args.items()}
    return str(zlib.crc32(msgspec.msgpack.encode([exchange.probe, plain])))


def _answer(exchange):
    if exchange.failure is not None:
        return {"raises": exchange.failure.problem.type}
    return {"value": exchange.answer}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
