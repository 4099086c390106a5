"""Which isolation this machine offers, and the launcher that gives it."""

import sys
from collections.abc import Sequence

from autograder.sandbox.failures import Unavailable
from autograder.sandbox.forking import ForkLauncher
from autograder.sandbox.handle import Launcher
from autograder.sandbox.spawning import SpawnLauncher
from autograder.words import Phrase
from autograder.worker import lockin

LEVELS = ("strict", "process")


def missing_isolation() -> list[str]:
    """Return a sentence for every part of strict isolation that this machine lacks."""
    return lockin.missing_parts()


def refusal_message(level: str) -> Phrase | None:
    """Return why `level` is not available here, as a sentence; None where it is."""
    if level != "strict" or not (missing := missing_isolation()):
        return None
    return Phrase(
        "strict isolation is not available here. {missing} "
        "Or grade with --isolation process, which the score will say.",
        missing=Phrase(" ".join(missing)),
    )


def make_launcher(level: str, probes: Sequence[str]) -> Launcher:
    """Return a launcher of workers at isolation `level`.

    Parameters
    ----------
    level : str
        ``strict`` or ``process``.
    probes : sequence of str
        Probe modules, as ``short=package.module``.

    Raises
    ------
    Unavailable
        When `level` is strict and a part of it is not available here.
    """
    if refused := refusal_message(level):
        raise Unavailable(str(refused))
    return ForkLauncher(probes, level) if sys.platform == "linux" else SpawnLauncher(probes)
