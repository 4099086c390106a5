"""The settings of one grading run."""

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Protocol

import numpy as np

from autograder.intake.submission import Submission
from autograder.numerics import small
from autograder.numerics.small import Cut


class JudgedMilestone(Protocol):
    """The parts of a milestone that the judge needs."""

    @property
    def id(self) -> str:
        """``m1``."""

    @property
    def name(self) -> str:
        """What a stub calls it: ``milestone 3``, ``unit x.norm``."""

    @property
    def is_extra(self) -> bool:
        """Whether it stands beside the six milestones."""

    @property
    def title(self) -> str:
        """As a learner reads it."""

    @property
    def core_checks(self) -> Sequence[str]:
        """The checks of milestones without which its points do not count."""

    @property
    def questions(self) -> Sequence[str]:
        """What a person asks of its prose, which no machine judges."""

    @property
    def most_by_person(self) -> float:
        """The points that a person may add for it."""

    @property
    def module(self) -> str:
        """The learner's module."""

    @property
    def checks(self) -> Sequence[ModuleType]:
        """The modules of its checks, in order."""

    @property
    def probes(self) -> str:
        """Its probe module, as ``short=package.module``."""

    @property
    def own_sha256(self) -> str:
        """The hash of what judges it, where that lies outside the kit."""


@dataclass(frozen=True)
class Settings:
    """How a submission is judged.

    Attributes
    ----------
    seed : int
        Public inputs are drawn from it.
    secret : str
        Hidden inputs are drawn from it and the submission's hash.
    profile : str
        ``quick`` or ``full``.
    isolation : str
        ``strict`` or ``process``.
    hidden : bool
        Whether hidden twins run.
    memory_mb : int
        Address space of one worker.
    seconds : float
        Wall-clock budget of one submission.
    only : frozenset of str or None
        Ids of the checks to run; None for all.
    data_dir : str
        A folder with data sets, searched before any download; it changes no score.
    cap : float
        The most by which extras may raise the final percentage.
    cores : int
        How many judges may work at a time on a learner's own checks.
    run_seconds : float
        How long a learner's own experiment may run.
    cut : Cut or None
        Makes inputs smaller: for a script that reproduces a failure, never for a score.
    trials : int
        The most small edits of a failing milestone that are tried; none for 0.
    hints : bool
        Whether known mistakes are named.
    thresholds : tuple
        What a course wants otherwise: a check, the name of its result, and the number.
    news : str
        A file that gets a line when a check begins or ends, or empty; it changes no score.
    """

    seed: int
    secret: str = field(default="", repr=False)
    profile: str = "quick"
    isolation: str = "strict"
    hidden: bool = True
    memory_mb: int = 2048
    seconds: float = 600.0
    only: frozenset[str] | None = None
    data_dir: str = field(default="", repr=False)
    cap: float = 0.0
    cores: int = field(default=1, repr=False)
    run_seconds: float = 60.0
    cut: Cut | None = field(default=None, repr=False)
    trials: int = 0
    hints: bool = True
    thresholds: tuple[tuple[str, str, float], ...] = ()
    news: str = field(default="", repr=False)

    def find_threshold(self, check: str) -> tuple[str, float] | None:
        """Return what the course wants of a check: the name of its result, and the number."""
        return next(((of, wanted) for id, of, wanted in self.thresholds if id == check), None)

    def check_generator(
        self, check: str, visibility: str, submission: Submission
    ) -> np.random.Generator:
        """Return the random generator of one check's inputs; its hidden twin has another."""
        if visibility == "public":
            return small.make_generator([self.seed, zlib.crc32(check.encode())], self.cut)
        material = f"{self.secret}\0{submission.sha256}\0{check}".encode()
        return np.random.default_rng(list(hashlib.sha256(material).digest()))
