"""The output of a worker: captured up to a limit, the rest read and dropped."""

import os

MAX_KEPT = 64 << 10  # bytes
MAX_READS = 64  # reads before the judge looks at its clock again


class Output:
    """The captured standard output and error of one worker."""

    def __init__(self) -> None:
        self.captured = bytearray()
        self.is_cut = False

    def append(self, data: bytes) -> None:
        """Keep what fits."""
        room = MAX_KEPT - len(self.captured)
        self.captured += data[:room]
        self.is_cut = self.is_cut or len(data) > room

    def drain_pipe(self, fd: int) -> bool:
        """Read all that waits in the non-blocking pipe `fd`; return False at its end.

        A worker that prints as fast as it is read would keep its judge here forever: the rest
        of a flood stays for the next time.
        """
        try:
            for _ in range(MAX_READS):
                data = os.read(fd, 1 << 16)
                if not data:
                    return False
                self.append(data)
        except BlockingIOError:
            pass
        return True

    @property
    def captured_text(self) -> str:
        """The captured output, with a line that says that more came.

        How much more differs from run to run, and the text may stand in a score.
        """
        return self.captured.decode("utf-8", "replace") + ("\n[and more]" if self.is_cut else "")
