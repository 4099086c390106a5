"""Running mutants: the reference with one mistake, judged like any submission."""

import hashlib
import importlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from autograder.checks import session
from autograder.checks.grade import PACKAGE, grade
from autograder.checks.settings import Settings
from autograder.checks.spec import catalogue as catalogue_of
from autograder.cli.grading import launcher, prepare, settings
from autograder.course import Milestone, load
from autograder.grading.submission import Entry, stage
from autograder.judging import diagnosis
from autograder.judging.diagnosis import Catalogue
from autograder.score import Score
from tests.mutants.pitfall import Pitfall

ROOT = PACKAGE.parent
LONG = 60.0  # a check with this deadline trains
SOLUTIONS = ROOT / "solutions"


def pitfalls(milestone: Milestone) -> list[Pitfall]:
    """Return the mistakes of one milestone."""
    module = importlib.import_module(f"tests.mutants.{milestone.folder}")
    return list(module.PITFALLS)


def made_from(milestone: Milestone) -> str:
    """Return the hash of everything that the answers of mutants depend on."""
    folder = milestone.folder
    files = [
        ROOT / f"tests/mutants/{folder}.py",
        *(SOLUTIONS / m.folder / f"{m.module}.py" for m in load().milestones[: milestone.number]),
        PACKAGE / f"checks/{folder}.py",
        PACKAGE / f"probes/{folder}.py",
        PACKAGE / "judging/fingerprint.py",
    ]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def public(milestone: Milestone) -> Settings:
    """Return how a mutant is judged: on the public inputs, without the long training runs.

    Whatever a mistake does in 200 epochs it does in three, and a hundred mutants take a while.
    """
    listed = catalogue_of(milestone.id, milestone.checks)
    short = frozenset(check.id for check in listed if check.spec.seconds < LONG)
    return replace(settings(load(), None, "strict", hidden=False), only=short)


def submission(milestone: Milestone, pitfall: Pitfall, folder: Path) -> Path:
    """Write the reference with one mistake into `folder`, earlier milestones as they are."""
    for earlier in load().milestones[: milestone.number]:
        source = SOLUTIONS / earlier.folder / f"{earlier.module}.py"
        shutil.copy(source, folder)
    target = folder / f"{milestone.module}.py"
    target.write_text(pitfall.mutate(target.read_text()))
    return folder


def judged(milestone_id: str, pitfall: Pitfall) -> tuple[Score, list[session.Run]]:
    """Return the score and the runs of one mutant."""
    course = load()
    milestone = course.milestone(milestone_id)
    with tempfile.TemporaryDirectory() as raw, tempfile.TemporaryDirectory() as place:
        entry = Entry(pitfall.name, submission(milestone, pitfall, Path(raw)))
        copy = stage(entry, course.modules, Path(place).resolve())
        how = public(milestone)
        workers = launcher(how.isolation, (milestone.probes,))
        graded = grade(copy, [milestone], how, workers)
        return graded.score, graded.runs


def answers(milestone_id: str, pitfall: Pitfall) -> tuple[diagnosis.Pitfall, Score]:
    """Return what the catalogue should know of one mutant, and its score."""
    score, runs = judged(milestone_id, pitfall)
    failing = {
        run.listed.id: [exchange.fingerprint() for exchange in run.exchanges]
        for run in runs
        if run.result.status in ("failed", "timeout", "crashed") and run.exchanges
    }
    return diagnosis.Pitfall(pitfall.name, pitfall.text, failing), score


def all_answers(milestone: Milestone) -> Iterator[tuple[Pitfall, diagnosis.Pitfall, Score]]:
    """Judge every mutant of `milestone`, on all cores."""
    rows = pitfalls(milestone)
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), initializer=prepare) as pool:
        for row, (known, score) in zip(
            rows, pool.map(partial(answers, milestone.id), rows), strict=True
        ):
            yield row, known, score


def catalogue(milestone: Milestone, known: Sequence[diagnosis.Pitfall]) -> Catalogue:
    """Return the catalogue of `milestone`."""
    return Catalogue(made_from(milestone), list(known))
