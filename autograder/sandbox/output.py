"""What a worker prints: kept to a cap, the rest counted."""

import os

KEPT = 64 << 10  # bytes


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
        """Take what waits in the non-blocking pipe `fd`; return False when it has ended."""
        try:
            while data := os.read(fd, 1 << 16):
                self.add(data)
        except BlockingIOError:
            return True
        return False

    @property
    def text(self) -> str:
        """The kept output as text, with a line that says how much was dropped."""
        more = f"\n[{self.dropped} more bytes]" if self.dropped else ""
        return self.kept.decode("utf-8", "replace") + more
