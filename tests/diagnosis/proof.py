"""What repair finds in a planted work, and which lines its checks run, kept like the evidence."""

import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import msgspec

from autograder.course import load_course
from autograder.course.course import Milestone
from autograder.diagnosis.places import Place
from autograder.intake.stage import stage_entry
from autograder.intake.submission import Entry
from autograder.judge import session
from autograder.judge.spec import list_checks
from autograder.judge.trials import TrialSession, find_tried
from autograder.run.configure import launcher_for, limit_threads
from autograder.run.kit import PACKAGE
from autograder.run.proving import LEARNER_TRIALS, LONG, search_repairs
from autograder.run.repair import Found
from autograder.run.spectra import record_lines
from autograder.sandbox.handle import Launcher
from tests.diagnosis import corpus
from tests.diagnosis.evidence import STORE, hash_checks
from tests.diagnosis.measure import know_without
from tests.diagnosis.planting import Planting
from tests.mutants import mutants

TRACING = ("worker/lines.py", "run/spectra.py")  # files that decide a trace
PROVING = (  # and a proof
    *TRACING,
    "worker/edits.py",
    "worker/words.py",
    "worker/edit_rules.py",
    "worker/edit_statements.py",
    "worker/edit_source.py",
    "judge/trials.py",
    "run/repair.py",
    "run/workbench.py",
    "diagnosis/places.py",
    "diagnosis/wording.py",
    "diagnosis/relations.py",
    "diagnosis/recognition.py",
    "diagnosis/changes.toml",
)


class Trace(msgspec.Struct, frozen=True):
    """Which lines each check runs, and what failed.

    Attributes
    ----------
    lines : dict
        By check.
    at_import, raising : list
        Lines that run when the module is read, and those that an exception came from.
    failed : list of str
        The checks that failed.
    """

    lines: dict[str, list[Place]]
    at_import: list[Place]
    raising: list[Place]
    failed: list[str]


class Proof(msgspec.Struct, frozen=True):
    """What a search found, and how long it took beside the checks: it is measured, not exact."""

    found: Found
    seconds: float
    checking: float


Stored = TypeVar("Stored", Trace, Proof)


def gather_traces(plantings: Sequence[Planting]) -> Iterator[tuple[Planting, Trace]]:
    """Yield the trace of each planting."""
    return _gather(plantings, trace_planting, TRACING, Trace)


def gather_proofs(plantings: Sequence[Planting]) -> Iterator[tuple[Planting, Proof]]:
    """Yield what a search finds in each planting."""
    return _gather(plantings, prove_planting, PROVING, Proof)


def _gather(
    plantings: Sequence[Planting],
    make: Callable[[Planting], Stored],
    files: Sequence[str],
    type: type[Stored],
) -> Iterator[tuple[Planting, Stored]]:
    missing = []
    for planting in plantings:
        file = _stored_file(planting, files)
        if file.exists():
            yield planting, msgspec.msgpack.decode(file.read_bytes(), type=type)
        else:
            missing.append(planting)
    context = get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), context, initializer=limit_threads) as pool:
        running = {pool.submit(make, planting): planting for planting in missing}
        for future in as_completed(running):
            yield running[future], _keep(running[future], files, future.result())


def _keep(planting: Planting, files: Sequence[str], made: Stored) -> Stored:
    file = _stored_file(planting, files)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(msgspec.msgpack.encode(made))
    return made


def trace_planting(planting: Planting) -> Trace:
    """Record which lines each check runs."""

    def trace(milestone: Milestone, folder: Path, launcher: Launcher) -> Trace:
        work = stage_entry(Entry("planted", folder), load_course().modules, folder.parent)
        trials = TrialSession(work, milestone, mutants.public(milestone), launcher)
        tried = find_tried(milestone, list_checks(milestone.id, milestone.checks))
        short = [one for one in tried.values() if one.listed.spec.seconds < LONG]
        spectra = record_lines(trials, work.folder, short)
        failed = [id for id, verdict in spectra.verdicts.items() if not verdict.passed]
        return Trace(spectra.lines, sorted(spectra.at_import), sorted(spectra.raising), failed)

    return _with_planting(planting, trace)


def prove_planting(planting: Planting) -> Proof:
    """Judge a planting, and look for repairs with the budget of ``check``.

    The search goes by works of other kinds of construction alone.
    """
    id = planting.milestone
    knowledge = know_without(id, corpus.KINDS[id][planting.base])

    def prove(milestone: Milestone, folder: Path, launcher: Launcher) -> Proof:
        work = stage_entry(Entry("planted", folder), load_course().modules, folder.parent)
        settings = replace(mutants.public(milestone), trials=LEARNER_TRIALS)
        start = time.perf_counter()
        runs = session.run_session(work, [milestone], settings, launcher).runs
        middle = time.perf_counter()
        results = [run.result for run in runs]
        found = search_repairs(results, work, milestone, settings, [launcher], knowledge)
        end = time.perf_counter()
        return Proof(found, end - middle, middle - start)

    return _with_planting(planting, prove)


def _with_planting(
    planting: Planting, make: Callable[[Milestone, Path, Launcher], Stored]
) -> Stored:
    milestone = corpus.find_milestones([planting.milestone])[0]
    with tempfile.TemporaryDirectory() as raw:
        folder = Path(raw).resolve() / "planted"
        folder.mkdir()
        corpus.write_submission(milestone, planting, folder)
        return make(milestone, folder, launcher_for(mutants.public(milestone), [milestone]))


def _stored_file(planting: Planting, files: Sequence[str]) -> Path:
    milestone = corpus.find_milestones([planting.milestone])[0]
    source = planting.apply(corpus.base_source(milestone, planting.base))
    parts = [planting.base, source, hash_checks(milestone.folder), _hash_files(tuple(files))]
    name = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
    return STORE / ("proofs" if files == PROVING else "traces") / f"{name}.msgpack"


@cache
def _hash_files(files: tuple[str, ...]) -> str:
    data = b"\0".join((PACKAGE / file).read_bytes() for file in files)
    return hashlib.sha256(data).hexdigest()
