"""Linux capabilities: what root may do beyond an ordinary user, given up permanently."""

from __future__ import annotations

import ctypes
import errno
import functools
import struct

from autograder.worker import kernel

CAPSET = {"x86_64": 126, "aarch64": 91}
VERSION_3 = 0x20080522
HIGHEST_POSSIBLE = 63

PR_CAPBSET_DROP = 24
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4


def drop_capabilities() -> None:
    """Empty the ambient, bounding, effective, permitted and inheritable sets.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    ambient = kernel.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    kernel.check_result(ambient, "cannot clear the ambient capabilities")
    empty_bounding_set()
    _drop_held_sets()


@functools.cache
def empty_bounding_set() -> None:
    """Empty the bounding set, once per process: no child can get it back.

    It bounds what an exec may grant; dropping it capability by capability costs 0.2 ms, which a
    process that forks workers can spend once for all of them.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    for capability in range(HIGHEST_POSSIBLE + 1):
        if kernel.prctl(PR_CAPBSET_DROP, capability) == 0:
            continue
        # EINVAL: past this kernel's last one. EPERM: not root, so that there is nothing in the
        # set that an exec could give us, and exec is refused.
        if ctypes.get_errno() in (errno.EINVAL, errno.EPERM):
            return
        kernel.check_result(-1, f"cannot drop capability {capability} from the bounding set")


def _drop_held_sets() -> None:
    header = ctypes.create_string_buffer(struct.pack("=Ii", VERSION_3, 0), 8)
    empty_sets = ctypes.create_string_buffer(24)
    number = CAPSET[kernel.architecture() or ""]
    kernel.check_result(kernel.syscall(number, header, empty_sets), "cannot drop the capabilities")
