"""The next worker, forked before it is needed.

A fork takes a millisecond or two. A standby worker is forked while the judge is busy with something
else, gets ready, and waits for the plan that makes a worker of it.
"""

import os
import socket
from collections.abc import Callable


class StandbyWorker:
    """A process that becomes a worker when it gets a plan, or ends with its parent.

    Parameters
    ----------
    live : callable
        The function that the process runs; its socket brings plan and descriptors.

    Attributes
    ----------
    pid : int
        Its process id.

    Raises
    ------
    OSError
        When the system has no process left.
    """

    def __init__(self, live: Callable[[socket.socket], None]) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            try:
                self.pid = os.fork()
            except OSError:
                self._socket.close()
                raise
            if self.pid == 0:
                self._socket.close()
                _become_worker(live, theirs)

    def assign_plan(self, plan: bytes, fds: list[int]) -> int:
        """Make it a worker; return its process id, or 0 when the system has ended it."""
        try:
            with self._socket:
                socket.send_fds(self._socket, [plan], fds)
        except BrokenPipeError:
            os.waitpid(self.pid, 0)
            return 0
        return self.pid


def _become_worker(live: Callable[[socket.socket], None], channel: socket.socket) -> None:
    try:
        live(channel)
    except BaseException as problem:
        os.write(2, f"worker: {type(problem).__name__}: {problem}\n".encode())
    finally:
        os._exit(70)
