"""Which isolation this machine offers, and the launcher that gives it."""

import sys
from collections.abc import Sequence

from autograder.sandbox.failures import Unavailable
from autograder.sandbox.forking import Zygote
from autograder.sandbox.handle import Launcher
from autograder.sandbox.spawning import Spawner
from autograder.worker import lockin

LEVELS = ("strict", "process")


def lacking() -> list[str]:
    """Return a sentence for everything that strict isolation lacks here; none where it is there."""
    return lockin.missing()


def refusal(level: str) -> str:
    """Return the sentence by which work at `level` is refused here; empty where it is not."""
    if level != "strict" or not (missing := lacking()):
        return ""
    return (
        f"strict isolation is not available here. {' '.join(missing)} "
        "Or grade with --isolation process, which the score will say."
    )


def launcher(level: str, probes: Sequence[str]) -> Launcher:
    """Return what starts workers at isolation `level`.

    Parameters
    ----------
    level : str
        ``strict`` or ``process``.
    probes : sequence of str
        Probe modules, as ``short=package.module``.

    Raises
    ------
    Unavailable
        When `level` is strict and a part of it is not to be had here.
    """
    if refused := refusal(level):
        raise Unavailable(refused)
    return Zygote(probes, level) if sys.platform == "linux" else Spawner(probes)
