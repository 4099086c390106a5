"""A worker started as a fresh interpreter: ``python -m autograder.worker.spawned FOLDER PROBE``.

The protocol runs on the standard streams.
"""

import os
import sys

from autograder.worker import serve


class StandardStreams:
    """The protocol on the standard streams; what learner code prints goes to standard error."""

    def __init__(self) -> None:
        self.source = os.fdopen(os.dup(0), "rb")
        self.sink = os.fdopen(os.dup(1), "wb", buffering=0)
        os.dup2(2, 1)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)

    def read(self, size: int) -> bytes:
        """Return `size` bytes, fewer at the end."""
        return self.source.read(size)

    def write(self, data: bytes) -> None:
        """Write all of `data`."""
        view = memoryview(data)
        while view:
            view = view[self.sink.write(view) or 0 :]


if __name__ == "__main__":
    serve.serve_requests(StandardStreams(), sys.argv[1], serve.load_probes(sys.argv[2:]))
