"""The messages of the protocol: a judge's requests and a worker's replies."""

from typing import Any

import msgspec

READY, READY_TO_MOUNT = b"\x01", b"\x02"  # a zygote's first byte


class Plan(msgspec.Struct):
    """How one worker is to run: where it works and what it may use.

    `submission` is the folder with the learner's modules, `scratch` the only folder it may write.
    """

    submission: str
    scratch: str
    cpu_seconds: int = 10
    memory_mb: int = 2048


class Request(msgspec.Struct):
    """Call the probe `probe` (``"m1.evaluate"``) with `args` as keywords."""

    probe: str
    args: dict[str, Any]


class Frame(msgspec.Struct):
    """One line of the learner's own traceback."""

    file: str
    line: int
    function: str
    code: str


class Problem(msgspec.Struct):
    """Why a probe has no answer: the exception, its bases and the learner's own frames."""

    type: str
    bases: list[str]
    message: str
    frames: list[Frame] = []
    importing: bool = False


class Reply(msgspec.Struct):
    """The value that a probe returned, or the problem it met."""

    value: Any = None
    problem: Problem | None = None


class Ended(msgspec.Struct):
    """How a worker's process ended, as the kernel reports it."""

    status: int
    cpu_seconds: float
    peak_memory_mb: float
