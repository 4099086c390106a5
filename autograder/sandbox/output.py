"""What a worker prints: kept to a cap, the rest counted."""

import os

KEPT = 64 << 10  # bytes
AT_ONCE = 64  # reads before the judge looks at its clock again


class Output:
    """The captured standard output and error of one worker."""

    def __init__(self) -> None:
        self.kept = bytearray()
        self.dropped = 0  # bytes

    def add(self, data: bytes) -> None:
        """Keep what fits, count the rest."""
        room = KEPT - len(self.kept)
        self.kept += data[:room]
        self.dropped += max(0, len(data) - room)

    def drain(self, fd: int) -> bool:
        """Take what waits in the non-blocking pipe `fd`; return False when it has ended.

        A worker that prints as fast as it is read would keep its judge here for good: the rest
        of a flood stays for the next time.
        """
        try:
            for _ in range(AT_ONCE):
                data = os.read(fd, 1 << 16)
                if not data:
                    return False
                self.add(data)
        except BlockingIOError:
            pass
        return True

    @property
    def text(self) -> str:
        """The kept output as text, with a line that says how much was dropped."""
        more = f"\n[{self.dropped} more bytes]" if self.dropped else ""
        return self.kept.decode("utf-8", "replace") + more
