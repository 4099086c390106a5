"""Resource limits of one worker: time, memory, file size, open files."""

from __future__ import annotations

import dataclasses
import sys

if sys.platform != "win32":
    import resource

MEGABYTE = 1024 * 1024


@dataclasses.dataclass(frozen=True)
class Limits:
    """The resources that one worker may use. Core dumps are always off.

    Parameters
    ----------
    cpu_seconds : int
        Processor time, all threads together; SIGXCPU at the limit, SIGKILL a second later.
    memory_mb : int
        Address space (RLIMIT_AS). It counts virtual memory: a thread's stack and malloc arena
        reserve tens of megabytes that are never touched.
    file_mb : int
        Size of any one file written (RLIMIT_FSIZE). It does not bound their sum.
    open_files : int
        Open descriptors.

    Raises
    ------
    ValueError
        If a limit is below 1; the kernel would read -1 as 'unlimited'.
    """

    cpu_seconds: int = 10
    memory_mb: int = 2048
    file_mb: int = 32
    open_files: int = 64

    def __post_init__(self) -> None:
        """Refuse limits that the kernel would not take as limits."""
        for name, value in dataclasses.asdict(self).items():
            if value < 1:
                raise ValueError(f"{name} must be at least 1, got {value}")


def apply_limits(limits: Limits) -> None:
    """Limit the calling process permanently: hard limits, never above those in force.

    Raises
    ------
    OSError
        If the system refuses a limit, or has none (Windows).
    """
    for name, (soft, hard) in _limit_values(limits).items():
        try:
            _set_limit(name, soft, hard)
        except (ValueError, OSError) as error:
            raise OSError(f"cannot set {name} to {soft}: {error}") from error


def _limit_values(limits: Limits) -> dict[str, tuple[int, int]]:
    memory, file = limits.memory_mb * MEGABYTE, limits.file_mb * MEGABYTE
    limits_by_name = {
        "RLIMIT_CORE": (0, 0),
        "RLIMIT_CPU": (limits.cpu_seconds, limits.cpu_seconds + 1),
        "RLIMIT_AS": (memory, memory),
        "RLIMIT_FSIZE": (file, file),
        "RLIMIT_NOFILE": (limits.open_files, limits.open_files),
    }
    if sys.platform == "darwin":
        # EINVAL on macOS: its processes start with more than any limit
        del limits_by_name["RLIMIT_AS"]
    return limits_by_name


def _set_limit(name: str, soft: int, hard: int) -> None:
    if sys.platform == "win32":
        raise OSError("Windows has no resource limits; only a deadline can stop a worker there")
    else:
        kind = getattr(resource, name)
        in_force = resource.getrlimit(kind)[1]
        if in_force != resource.RLIM_INFINITY:
            soft, hard = min(soft, in_force), min(hard, in_force)
        resource.setrlimit(kind, (soft, hard))
