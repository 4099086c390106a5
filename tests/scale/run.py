"""``python -m tests.scale.run``: a class graded in peace, then killed, resumed, and on a cluster.

``SCALE`` is the number of entries, ``SEED`` decides the class and the moments of the kills.
"""

import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.scale.command import (
    Command,
    grading,
    list_checks,
    list_finished,
    read_scores,
    round_scores,
)
from tests.scale.entries import write_inbox

KILLS = 5
MOST_GROWTH = 10.0  # MB
HEAD = (
    "| run | seconds | entries | byte for byte as in peace | but for rounding | graded twice or lost "
    "| left behind | MB |\n|---|--:|--:|--:|--:|--:|--:|--:|"
)


@dataclass
class Place:
    """Where a class lies, and where a run keeps what is temporary and what it found."""

    root: Path
    names: list[str]

    @property
    def inbox(self) -> Path:
        """The class."""
        return self.root / "in"

    def make_folders(self, name: str) -> tuple[Path, Path]:
        """Return an empty place for scores, and one for what is temporary."""
        out, scratch = self.root / name, self.root / f"{name}-t"
        scratch.mkdir()
        return out, scratch


@dataclass
class Finding:
    """What a run came to."""

    name: str
    seconds: float
    scores: dict[str, bytes]
    wrong: int  # entries that were graded twice or lost
    left: int  # processes and files that stayed
    growth: float

    def is_sound(self, wanted: dict[str, bytes]) -> bool:
        """Whether nothing shows that it was disturbed, but for the rounding of some numbers.

        Work that adds up a set of objects does so in the order of their addresses.
        """
        return (
            round_scores(self.scores) == round_scores(wanted)
            and not self.wrong
            and not self.left
            and self.growth <= MOST_GROWTH
        )

    def describe_differences(self, wanted: dict[str, bytes]) -> Iterator[str]:
        """Yield a line for every check that ended otherwise than in peace."""
        for name in (name for name, score in wanted.items() if self.scores.get(name) != score):
            (one, other) = (list_checks(scores.get(name)) for scores in (wanted, self.scores))
            for id in sorted({*one, *other}):
                if one.get(id) != other.get(id):
                    yield f"{name} {id}: {one.get(id)}, then {other.get(id)}"

    def row(self, wanted: dict[str, bytes]) -> str:
        """Return its line of the table."""
        same = sum(self.scores.get(name) == score for name, score in wanted.items())
        rounded, others = round_scores(wanted), round_scores(self.scores)
        alike = sum(others.get(name) == score for name, score in rounded.items())
        cells = [
            f"{self.seconds:.0f}", len(self.scores), same, alike - same, self.wrong,
            self.left, f"{self.growth:.1f}",
        ]  # fmt: skip
        return f"| {self.name} | {' | '.join(map(str, cells))} |"


def main() -> int:
    """Run everything, print the table; return 1 where a score or anything else is not right."""
    count, seed = int(os.environ.get("SCALE", "1000")), int(os.environ.get("SEED", "16"))
    print(f"{count} entries of m1 and m2, seed {seed}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="scale-") as folder:
        place = Place(Path(folder).resolve(), [])
        place.names = write_inbox(place.inbox, count, seed)
        peace = _grade_in_peace(place)
        others = [_grade_and_kill(place, random.Random(seed)), _grade_on_cluster(place)]
    findings = [peace, *others]
    for finding in others:
        for line in finding.describe_differences(peace.scores):
            print(f"  {finding.name}: {line}", file=sys.stderr)
    print(f"\n{HEAD}", *(finding.row(peace.scores) for finding in findings), sep="\n")
    is_sound = all(finding.is_sound(peace.scores) for finding in findings)
    print("\nsound" if is_sound else "\nNOT SOUND")
    return 0 if is_sound and {*peace.scores} == {*place.names} else 1


def _grade_in_peace(place: Place) -> Finding:
    out, scratch = place.make_folders("peace")
    with grading("in peace", place.inbox, out, scratch, ["--jobs", "1"]) as command:
        command.follow()
    return _find("in peace, one job", place, command, scratch)


def _grade_and_kill(place: Place, rng: random.Random) -> Finding:
    """Kill the command at random moments; what is graded by then is not graded again."""
    out, scratch = place.make_folders("killed")
    began, wrong, left, before = time.monotonic(), 0, 0, list_finished(out)
    moments = sorted(rng.sample(range(1, len(place.names)), KILLS))
    for moment in [*moments, None, None]:  # to its end, and once more
        name = f"killed at {moment}" if moment else "to the end"
        with grading(name, place.inbox, out, scratch, ["--jobs", "2"]) as command:
            if command.follow(moment):
                time.sleep(rng.random())
                command.kill()
        left += len(command.list_left())
        after = list_finished(out)
        wrong += sum(after.get(name) != state for name, state in before.items())
        before = after
    found = _find(f"killed {KILLS} times, two jobs", place, command, scratch)
    found.seconds, found.wrong, found.left = (
        time.monotonic() - began, found.wrong + wrong, found.left + left,
    )  # fmt: skip
    return found


def _grade_on_cluster(place: Place) -> Finding:
    """Let one of two workers die for good when a third is graded."""
    from distributed import LocalCluster

    out, scratch = place.make_folders("cluster")
    os.environ["TMPDIR"] = str(scratch)  # the workers' judges get it, too
    local = {"host": "127.0.0.1", "dashboard_address": ":0"}
    with LocalCluster(n_workers=2, threads_per_worker=1, **local) as cluster:
        options = ["--cluster", cluster.scheduler_address]
        with grading("on a cluster", place.inbox, out, scratch, options) as command:
            if command.follow(max(1, len(place.names) // 3)):
                nanny = next(iter(cluster.workers.values()))
                nanny.auto_restart = False
                os.kill(nanny.pid, signal.SIGKILL)
            command.follow()
    return _find("on a cluster, one of two workers dies", place, command, scratch)


def _find(name: str, place: Place, command: Command, scratch: Path) -> Finding:
    """Return what a finished run came to."""
    seconds = time.monotonic() - command.began
    left = [*command.list_left(), *scratch.iterdir()]
    if left:
        print(*(f"  left: {each}" for each in left), sep="\n", file=sys.stderr)
    scores = read_scores(command.out)
    lost = len({*place.names} ^ {*scores})
    return Finding(name, seconds, scores, lost, len(left), command.growth())


if __name__ == "__main__":
    sys.exit(main())
