"""What the checks see of a planted submission, kept by the hash of all that decides it."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import msgspec

from autograder.course import Milestone, load_course
from autograder.diagnosis.fingerprint import Fingerprint
from autograder.intake.stage import stage_entry
from autograder.intake.submission import Entry
from autograder.judge import session
from autograder.run.configure import launcher_for, limit_threads
from autograder.run.kit import PACKAGE
from tests.diagnosis import corpus
from tests.diagnosis.planting import Planting
from tests.implementations import ROOT
from tests.mutants import mutants

STORE = ROOT / "out/diagnosis"


class Evidence(msgspec.Struct, frozen=True):
    """How each check ended, and what came back.

    Attributes
    ----------
    statuses : dict
        Check id to ``passed``, ``failed``, ...
    answers : dict
        Check id to the fingerprints of all its answers.
    """

    statuses: dict[str, str]
    answers: dict[str, list[Fingerprint]]

    def of_status(self, *wanted: str) -> dict[str, list[Fingerprint]]:
        """Return the answers of the checks that ended so."""
        return {
            check: found for check, found in self.answers.items() if self.statuses[check] in wanted
        }


def gather_evidence(plantings: Sequence[Planting]) -> Iterator[tuple[Planting, Evidence]]:
    """Yield what the checks see of each planting, run on all cores where it is not stored."""
    missing = []
    for planting in plantings:
        file = _stored_file(planting)
        if file.exists():
            yield planting, msgspec.msgpack.decode(file.read_bytes(), type=Evidence)
        else:
            missing.append(planting)
    context = get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), context, initializer=limit_threads) as pool:
        running = {pool.submit(find_evidence, planting): planting for planting in missing}
        for future in as_completed(running):
            yield running[future], future.result()


def find_evidence(planting: Planting) -> Evidence:
    """Judge one planting on the public inputs, without long training runs, and store the result."""
    milestone = corpus.find_milestones([planting.milestone])[0]
    with tempfile.TemporaryDirectory() as raw, tempfile.TemporaryDirectory() as stage:
        folder = corpus.write_submission(milestone, planting, Path(raw))
        evidence = judge_folder(milestone, folder, Path(stage).resolve())
    file = _stored_file(planting)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(msgspec.msgpack.encode(evidence))
    return evidence


def judge_folder(milestone: Milestone, folder: Path, stage: Path) -> Evidence:
    """Return what the checks of one milestone see of the work in `folder`."""
    copy = stage_entry(Entry("planted", folder), load_course().modules, stage)
    settings = mutants.public(milestone)
    launcher = launcher_for(settings, [milestone])
    runs = session.run_session(copy, [milestone], settings, launcher).runs
    return Evidence(
        {run.listed.id: run.result.status for run in runs},
        {run.listed.id: [exchange.fingerprint() for exchange in run.exchanges] for run in runs},
    )


def _stored_file(planting: Planting) -> Path:
    milestone = corpus.find_milestones([planting.milestone])[0]
    source = planting.apply(corpus.base_source(milestone, planting.base))
    parts = [planting.base, source, hash_checks(milestone.folder)]
    name = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24]
    return STORE / planting.milestone / f"{name}.msgpack"


@cache
def hash_checks(folder: str) -> str:
    """Return the hash of what decides the answers beside the work: checks, probes, numerics."""
    files = [
        *(PACKAGE / "checks" / folder).glob("*.py"),
        PACKAGE / f"worker/probes/{folder}.py",
        PACKAGE / "diagnosis/fingerprint.py",
    ]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in sorted(files))).hexdigest()


def cases_made_from(folder: str) -> str:
    """Return the hash of what decides the cases of a milestone: its checks, and our words."""
    words = (PACKAGE / "diagnosis/relations.py").read_bytes()
    return hashlib.sha256(hash_checks(folder).encode() + words).hexdigest()
