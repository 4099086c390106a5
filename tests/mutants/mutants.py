"""Running mutants: the reference with one mistake, judged like any submission."""

import hashlib
import importlib
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from autograder.course import Part, load_course
from autograder.diagnosis import catalogue as diagnosis
from autograder.diagnosis.catalogue import Catalogue
from autograder.diagnosis.fingerprint import Fingerprint
from autograder.intake.stage import stage_entry
from autograder.intake.submission import Entry
from autograder.judge import session
from autograder.judge.outcome import CheckRun
from autograder.judge.settings import Settings
from autograder.judge.spec import list_checks
from autograder.numerics.small import CUTS
from autograder.run.configure import launcher_for, limit_threads, make_settings
from autograder.run.grade import grade_submission
from autograder.run.kit import PACKAGE
from autograder.score import Score
from tests.implementations import write_reference
from tests.mutants.changes import find_changed
from tests.mutants.pitfall import Pitfall

ROOT = PACKAGE.parent
EVERY_CHECK = "EVERY_CHECK" in os.environ  # takes some minutes
LONG = 60.0  # a check with this deadline trains
TRAINING = 20.0  # a check with this deadline trains, or waits, for some seconds
SOLUTIONS = ROOT / "solutions"
MORE = 3  # runs of a mutant that answers differently from run to run
Answers = dict[str, list[Fingerprint]]  # by the check that fails


def pitfalls(milestone: Part) -> list[Pitfall]:
    """Return the mistakes of one milestone."""
    module = importlib.import_module(f"tests.mutants.{milestone.folder}")
    return list(module.PITFALLS)


def is_first(part: Part, pitfall: Pitfall) -> bool:
    """Whether `pitfall` is the first of those that show in the same check."""
    return pitfall == next(one for one in pitfalls(part) if one.shows_in == pitfall.shows_in)


def made_from(milestone: Part) -> str:
    """Return the hash of everything that the answers of mutants depend on."""
    folder = milestone.folder
    checks = PACKAGE / "checks" / folder
    files = [
        ROOT / f"tests/mutants/{folder}.py",
        *(SOLUTIONS / m.folder / f"{m.module}.py" for m in load_course().steps_to(milestone)),
        *(sorted(checks.glob("*.py")) or [checks.with_suffix(".py")]),
        PACKAGE / f"worker/probes/{folder}.py",
        PACKAGE / "diagnosis/fingerprint.py",
    ]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def public(milestone: Part) -> Settings:
    """Return how a mutant is judged: on the public inputs, without the long training runs.

    Whatever a mistake does in 200 epochs it does in three, and a hundred mutants take a while.
    """
    return replace(
        make_settings(load_course(), None, "strict", hidden=False), only=short(milestone)
    )


def short(milestone: Part) -> frozenset[str]:
    """Return the checks of `milestone` that do not train for long."""
    listed = list_checks(milestone.id, milestone.checks)
    return frozenset(check.id for check in listed if check.spec.seconds < LONG)


def reference(milestone: Part, folder: Path) -> Path:
    """Write the reference up to `milestone` into `folder`."""
    return write_reference(load_course().steps_to(milestone), folder)


def submission(milestone: Part, pitfall: Pitfall, folder: Path) -> Path:
    """Write the reference with one mistake into `folder`, earlier milestones as they are."""
    target = reference(milestone, folder) / f"{milestone.module}.py"
    target.write_text(pitfall.mutate(target.read_text()))
    return folder


def deciding(milestone_id: str, pitfall: Pitfall) -> frozenset[str]:
    """Return the checks that decide which name a mutant gets in the check it shows in.

    Where no other mistake of the catalogue answers the same there, that check alone; else all in
    which the mistake or such a rival fails, so that diagnosis has to choose.
    """
    shows_in = pitfall.shows_in
    known = diagnosis.load_catalogue(milestone_id).pitfalls
    own = next(one for one in known if one.name == pitfall.name)
    alike = [one for one in known if _alike(one.failing.get(shows_in), own.failing[shows_in])]
    rivals = [one for one in alike if one.name != pitfall.name]
    checks = [check for one in (own, *rivals) for check in one.failing] if rivals else []
    return frozenset({shows_in, *checks})


def _alike(answers: Sequence[Fingerprint] | None, others: Sequence[Fingerprint]) -> bool:
    if answers is None or len(answers) != len(others):
        return False
    return all(one.matches(other) for one, other in zip(answers, others, strict=True))


def judged(
    milestone_id: str, pitfall: Pitfall, only: frozenset[str] | None = None
) -> tuple[Score, list[CheckRun]]:
    """Return the score and the runs of one mutant: of the checks in `only`, or of all short ones."""
    course = load_course()
    milestone = course.part(milestone_id)
    with tempfile.TemporaryDirectory() as raw, tempfile.TemporaryDirectory() as place:
        entry = Entry(pitfall.name, submission(milestone, pitfall, Path(raw)))
        copy = stage_entry(entry, course.modules, Path(place).resolve())
        how = public(milestone) if only is None else replace(public(milestone), only=only)
        graded = grade_submission(copy, [milestone], how, launcher_for(how, [milestone]))
        return graded.score, graded.runs


def answers(milestone_id: str, pitfall: Pitfall) -> tuple[diagnosis.Pitfall, Score]:
    """Return what the catalogue should know of one mutant, and its score.

    What chance decides differs the second time: it would recognise nobody. Which checks it may
    decide a few more runs tell.
    """
    score, runs = judged(milestone_id, pitfall)
    stable = _failing(runs)
    seen = {*stable}
    again = _failing(judged(milestone_id, pitfall, frozenset(stable))[1])
    stable = _keep_alike(stable, again)
    for _ in range(MORE if stable.keys() < seen else 0):
        again = _failing(judged(milestone_id, pitfall)[1])
        seen |= again.keys()
        stable = _keep_alike(stable, again)
    where, varying = places(milestone_id, pitfall), sorted(seen - stable.keys())
    return diagnosis.Pitfall(pitfall.name, pitfall.text, stable, where, varying), score


def _keep_alike(answers: Answers, others: Answers) -> Answers:
    return {check: found for check, found in answers.items() if _alike(others.get(check), found)}


def places(milestone_id: str, pitfall: Pitfall) -> list[str]:
    """Return the functions that a mutant changes."""
    milestone = load_course().part(milestone_id)
    source = (SOLUTIONS / milestone.folder / f"{milestone.module}.py").read_text()
    return find_changed(source, pitfall.mutate(source))


def _failing(runs: Sequence[CheckRun]) -> Answers:
    return {
        run.listed.id: [exchange.fingerprint() for exchange in run.exchanges]
        for run in runs
        if run.result.status in ("failed", "timeout", "crashed") and run.exchanges
    }


def all_answers(milestone: Part) -> Iterator[tuple[Pitfall, diagnosis.Pitfall, Score]]:
    """Judge every mutant of `milestone`, on all cores."""
    rows = pitfalls(milestone)
    with ProcessPoolExecutor(
        os.cpu_count(), get_context("spawn"), initializer=limit_threads
    ) as pool:
        for row, (known, score) in zip(
            rows, pool.map(partial(answers, milestone.id), rows), strict=True
        ):
            yield row, known, score


def cuts(milestone: Part) -> dict[str, list[int]]:
    """Return at which cuts of its inputs the reference passes each short check."""
    course, found = load_course(), defaultdict(list)
    with tempfile.TemporaryDirectory() as raw, tempfile.TemporaryDirectory() as place:
        entry = Entry("reference", reference(milestone, Path(raw)))
        copy = stage_entry(entry, course.modules, Path(place).resolve())
        for number, cut in enumerate(CUTS):
            how = replace(public(milestone), cut=cut)
            for run in session.run_session(
                copy, [milestone], how, launcher_for(how, [milestone])
            ).runs:
                if run.result.status == "passed":
                    found[run.listed.id].append(number)
    return dict(found)


def catalogue(milestone: Part, known: Sequence[diagnosis.Pitfall]) -> Catalogue:
    """Return the catalogue of `milestone`."""
    return Catalogue(made_from(milestone), list(known), cuts(milestone))
