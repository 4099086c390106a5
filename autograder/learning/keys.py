"""Single keys from a terminal, without Enter; none where there is no terminal."""

import contextlib
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator

POLL = 0.1  # seconds


def has_keys() -> bool:
    """Whether someone can press keys here and see what happens."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


@contextlib.contextmanager
def listening(tell: Callable[[str], None]) -> Iterator[None]:
    """Call `tell` with every key that is pressed, from a thread; leave the terminal as it was."""
    if not has_keys():
        yield
        return
    over = threading.Event()
    read = _windows if os.name == "nt" else _posix
    with _single_keys():
        thread = threading.Thread(target=read, args=(over, tell), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(1)


def _posix(over: threading.Event, tell: Callable[[str], None]) -> None:
    fd = sys.stdin.fileno()
    while not over.is_set():
        if select.select([fd], [], [], POLL)[0]:
            data = os.read(fd, 64)
            if not data:  # the terminal is gone
                tell("q")
                return
            if not data.startswith(b"\x1b"):  # not an arrow
                for char in data.decode(errors="ignore"):
                    tell(char)


def _windows(over: threading.Event, tell: Callable[[str], None]) -> None:
    import msvcrt  # noqa: PLC0415  (only there)

    while not over.is_set():
        if msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
            tell(msvcrt.getwch())  # type: ignore[attr-defined,unused-ignore]
        time.sleep(POLL)


@contextlib.contextmanager
def _single_keys() -> Iterator[None]:
    if os.name == "nt":
        yield
        return
    import termios  # noqa: PLC0415  (not on Windows)
    import tty  # noqa: PLC0415

    fd = sys.stdin.fileno()
    before = termios.tcgetattr(fd)

    def again(*_: object) -> None:
        tty.setcbreak(fd)

    old = signal.signal(signal.SIGCONT, again)  # after Ctrl-Z and fg
    try:
        tty.setcbreak(fd)
        yield
    finally:
        termios.tcsetattr(fd, termios.TCSADRAIN, before)
        signal.signal(signal.SIGCONT, old)
