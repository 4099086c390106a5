"""The next worker, forked before anybody asks for it.

A fork takes a millisecond or two. A standby worker is forked while the judge is busy with something
else, gets ready, and waits for the plan that makes a worker of it.
"""

import os
import socket
from collections.abc import Callable


class StandbyWorker:
    """A process that becomes a worker when it is given a plan, or ends with its parent.

    Parameters
    ----------
    live : callable
        What the process does; plan and descriptors come to it through a socket.

    Attributes
    ----------
    pid : int
        Its process.

    Raises
    ------
    OSError
        When there is no process to be had.
    """

    def __init__(self, live: Callable[[socket.socket], None]) -> None:
        self._line, theirs = socket.socketpair()
        with theirs:
            try:
                self.pid = os.fork()
            except OSError:
                self._line.close()
                raise
            if self.pid == 0:
                self._line.close()
                _become_worker(live, theirs)

    def begin(self, plan: bytes, fds: list[int]) -> int:
        """Make it a worker; return its process, or 0 when it is dead: the system was short."""
        try:
            with self._line:
                socket.send_fds(self._line, [plan], fds)
        except BrokenPipeError:
            os.waitpid(self.pid, 0)
            return 0
        return self.pid


def _become_worker(live: Callable[[socket.socket], None], line: socket.socket) -> None:
    try:
        live(line)
    except BaseException as problem:
        os.write(2, f"worker: {type(problem).__name__}: {problem}\n".encode())
    finally:
        os._exit(70)
