"""The score of one submission, as typed structs: ``score.json`` and its schema come from here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from autograder.files import write_atomically
from autograder.lazy import Lazy

Status = Literal[
    "passed", "failed", "missing", "blocked", "timeout", "crashed", "rejected", "error"
]
Visibility = Literal["public", "hidden"]
Kind = Literal[
    "finite-difference",
    "golden",
    "overfit",
    "accuracy",
    "reproducibility",
    "equivalence",
    "property",
]

Measurement = float | str | bool

PUBLIC_SHARE = 0.75  # of a check's points; its hidden twin on other inputs has the rest
SCHEMA_VERSION = 2
OLDEST_VERSION = 1  # that is read: later ones only add fields


class NoScore(ValueError):
    """A file that holds no score; the message says why."""


class Hint(msgspec.Struct, frozen=True):
    """The mistake that wrong answers point to, or that a small edit of the work takes out.

    Attributes
    ----------
    pitfall, text : str
        Its name, and a sentence or two.
    line, function : str
        Where it is: ``engine.py:34`` (``engine.ipynb[3]:2`` in a notebook) and ``Value.exp``.
    change : str
        What is wrong with that line; not the corrected line.
    proved : bool
        Whether an edit of that line was tried, fixes checks, and breaks none that passes.
    proof : str
        What was proven, in a sentence that does not tell the line.
    """

    pitfall: str
    text: str
    line: str = ""
    function: str = ""
    change: str = ""
    proved: bool = False
    proof: str = ""


class CheckResult(msgspec.Struct):
    """The outcome of one check.

    `measurements` are deterministic numbers (errors, losses, accuracies) and samples of text, which
    the submission wrote: short and printable; seconds and memory stand in the score's `timing`.
    """

    id: str
    title: str
    kind: Kind
    visibility: Visibility
    status: Status
    points: float
    max_points: float
    message: str = ""
    hint: Hint | None = None
    measurements: dict[str, Measurement] = {}

    @property
    def verdict(self) -> str:
        """What a check says in a word beside its status: ``reproduced``; '' where it says none."""
        return str(self.measurements.get("verdict", ""))


class MilestoneScore(msgspec.Struct):
    """The checks of one milestone and their sum."""

    id: str
    title: str
    points: float
    max_points: float
    checks: list[CheckResult]


class ExtraScore(MilestoneScore):
    """The checks of one extra unit and their sum; no checks where it was not handed in.

    Where it `needs_person`, prose was handed in that no machine judges: `rubric` has the questions
    for whoever reads it, and `person_points` the most that it may add.
    """

    needs_person: bool = False
    person_points: float = 0.0
    rubric: list[str] = []


class Bonus(msgspec.Struct):
    """What extras are worth: points earned, those that count, and the course's cap on them."""

    earned: float = 0.0
    counted: float = 0.0
    cap: float = 0.0


class OwnTests(msgspec.Struct, frozen=True):
    """How many wrong engines the learner's own gradcheck tells from right ones; no points.

    Attributes
    ----------
    milestone, function : str
        ``m1`` and ``gradcheck``.
    caught, wrong : int
        Wrong engines that it says False of, and all of them.
    rejected, right : int
        Right engines that it says False of, and all of them.
    missed : list of str
        The mistakes of the wrong engines that it lets pass.
    problem : str
        Why there is no answer, where there is none: nothing was caught then, and nothing missed.
    """

    milestone: str
    function: str
    caught: int
    wrong: int
    rejected: int
    right: int
    missed: list[str] = []
    problem: str = ""


class GradedWork(msgspec.Struct):
    """The work that was graded: its name, the hash of its files, and where they lay in it."""

    id: str
    sha256: str
    files: list[str]


class Kit(msgspec.Struct):
    """The kit that graded it: version, hash of the check set, profile and public seed."""

    version: str
    checks_sha256: str
    profile: str
    seed: int


class Environment(msgspec.Struct):
    """The machine it was graded on, and the isolation."""

    python: str
    numpy: str
    platform: str
    isolation: str


class Timing(msgspec.Struct):
    """Everything that may differ between two runs of the same work."""

    graded_at: str
    seconds: float
    peak_memory_mb: float
    checks: dict[str, float]


class Score(msgspec.Struct):
    """The score of one submission."""

    submission: GradedWork
    kit: Kit
    environment: Environment
    points: float
    max_points: float
    milestones: list[MilestoneScore]
    timing: Timing
    extras: list[ExtraScore] = []
    bonus: Bonus = msgspec.field(default_factory=Bonus)
    own_tests: list[OwnTests] = []
    schema_version: int = SCHEMA_VERSION

    @property
    def parts(self) -> list[MilestoneScore]:
        """The milestones, then the extras that were handed in."""
        return [*self.milestones, *(extra for extra in self.extras if extra.checks)]

    @property
    def checks(self) -> list[CheckResult]:
        """All checks, in order, those of extras last."""
        return [check for part in self.parts for check in part.checks]


class UnusualUse(msgspec.Struct, frozen=True):
    """Something that honest work has no use for, shown to the teacher; no point depends on it.

    `location` is file and lines, `what` the code does there, and `why` a person may want to look.
    """

    location: str
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.location}: {self.what}"


@dataclass(frozen=True)
class Outcome:
    """The outcome of one entry: its score and its file, or the grader's own fault and its trace.

    `files` were graded, by their names in the copy; `notes` tell what was chosen among several,
    `unusual` what honest work has no use for.
    """

    name: str
    score: Score | None
    file: Path | None = None
    fault: str = ""
    kept: bool = False
    trace: Path | None = None
    files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unusual: tuple[UnusualUse, ...] = ()

    @property
    def is_fault(self) -> bool:
        """Whether the grader, not the submission, needs fixing."""
        return self.score is None or any(check.status == "error" for check in self.score.checks)


def list_scores(outcomes: Sequence[Outcome]) -> Sequence[Score]:
    """Return the scores of `outcomes` that have one, each looked up again when it is asked for."""
    graded = [place for place, outcome in enumerate(outcomes) if outcome.score]
    return Lazy(graded, lambda place: outcomes[place].score)  # type: ignore[arg-type, return-value]


def list_extras(scores: Sequence[Score]) -> list[str]:
    """Return the ids of the extras that anybody handed in, in the order of the course."""
    found = {extra.id: extra.checks for score in scores for extra in score.extras if extra.checks}
    return list(found)


def public_id(check: CheckResult) -> str:
    """Return the id of `check`, or of the public check whose hidden twin it is."""
    return check.id.removesuffix("_hidden") if check.visibility == "hidden" else check.id


def find_moved(
    old: Score, new: Score
) -> Iterator[tuple[str, CheckResult | None, CheckResult | None]]:
    """Yield the id of every check whose points differ, and it before and after; None where absent.

    Milestones that only one of the scores has are left out.
    """
    before = {check.id: check for check in old.checks}
    after = {check.id: check for check in new.checks}
    graded = {part.id for part in old.parts} & {part.id for part in new.parts}
    for id in dict.fromkeys([*after, *before]):
        was, now = before.get(id), after.get(id)
        points = [check.points if check else 0.0 for check in (was, now)]
        if id.rpartition(".")[0] in graded and points[0] != points[1]:
            yield id, was, now


def sum_points(checks: list[CheckResult]) -> tuple[float, float]:
    """Return the sum of the points reached and of the maximum, rounded to the cent."""
    reached = round(sum(check.points for check in checks), 2)
    return reached, round(sum(check.max_points for check in checks), 2)


def score_milestone(id: str, title: str, checks: list[CheckResult]) -> MilestoneScore:
    """Return the score of one milestone, summed over its checks."""
    return MilestoneScore(id, title, *sum_points(checks), checks)


def encode_json(value: Any) -> bytes:
    """Return strict JSON, indented; a number JSON cannot hold is an error here, never output."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def write_score(score: Score, file: Path) -> None:
    """Write `score` to `file` at once or not at all."""
    fields = {"schema_version": score.schema_version} | msgspec.structs.asdict(score)
    write_atomically(file, encode_json(fields))


def read_score(file: Path) -> Score:
    """Return the score in `file`.

    Raises
    ------
    NoScore
        Where the file holds none, or one of a later kit.
    OSError
        Where it cannot be read.
    """
    try:
        score = msgspec.json.decode(file.read_bytes(), type=Score)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise NoScore(str(problem)) from None
    if not OLDEST_VERSION <= score.schema_version <= SCHEMA_VERSION:
        wanted = f"{OLDEST_VERSION} to {SCHEMA_VERSION}"
        raise NoScore(f"its schema_version is {score.schema_version}, wanted {wanted}")
    return score


def build_schema() -> dict[str, Any]:
    """Return the JSON Schema of ``score.json``."""
    return msgspec.json.schema(Score)
