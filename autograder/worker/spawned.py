"""A worker started as a fresh interpreter: ``python -m autograder.worker.spawned FOLDER PROBE``.

The protocol runs on the standard streams. When its input closes, nobody listens any more, and
it ends.
"""

import os
import queue
import sys
import threading

from autograder.worker import keeping, serve


class StandardStreams:
    """The protocol on the standard streams; what learner code prints goes to standard error."""

    def __init__(self) -> None:
        self.source = os.dup(0)
        self.sink = os.fdopen(os.dup(1), "wb", buffering=0)
        os.dup2(2, 1)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        self.arrived: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.unread = bytearray()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while data := os.read(self.source, 1 << 20):
            self.arrived.put(data)
        os._exit(0)  # out of an endless loop too

    def read(self, size: int) -> bytes:
        """Return `size` bytes."""
        while len(self.unread) < size:
            self.unread += self.arrived.get()
        data = bytes(self.unread[:size])
        del self.unread[:size]
        return data

    def write(self, data: bytes) -> None:
        """Write all of `data`."""
        view = memoryview(data)
        while view:
            view = view[self.sink.write(view) or 0 :]


if __name__ == "__main__":
    probes = serve.keep_probes(sys.argv[2:])
    keeping.hide_kit()
    serve.serve_requests(StandardStreams(), sys.argv[1], probes)
