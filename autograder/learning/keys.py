"""Single keys from a terminal, without Enter; none where there is no terminal."""

import contextlib
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator

POLL_SECONDS = 0.1  # seconds


def has_keys() -> bool:
    """Whether someone can press keys here and see what happens."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


@contextlib.contextmanager
def listen_for_keys(send: Callable[[str], None]) -> Iterator[None]:
    """Call `send` with every pressed key, from a thread; restore the terminal at the end."""
    if not has_keys():
        yield
        return
    over = threading.Event()
    read_keys = _read_windows_keys if os.name == "nt" else _read_posix_keys
    with _single_key_mode():
        thread = threading.Thread(target=read_keys, args=(over, send), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(1)


def _read_posix_keys(over: threading.Event, send: Callable[[str], None]) -> None:
    fd = sys.stdin.fileno()
    while not over.is_set():
        if select.select([fd], [], [], POLL_SECONDS)[0]:
            data = os.read(fd, 64)
            if not data:  # the terminal is gone
                send("q")
                return
            if not data.startswith(b"\x1b"):  # not an arrow
                for char in data.decode(errors="ignore"):
                    send(char)


def _read_windows_keys(over: threading.Event, send: Callable[[str], None]) -> None:
    import msvcrt  # noqa: PLC0415  (only there)

    while not over.is_set():
        if msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
            send(msvcrt.getwch())  # type: ignore[attr-defined,unused-ignore]
        time.sleep(POLL_SECONDS)


@contextlib.contextmanager
def _single_key_mode() -> Iterator[None]:
    if os.name == "nt":
        yield
        return
    import termios  # noqa: PLC0415  (not on Windows)
    import tty  # noqa: PLC0415

    fd = sys.stdin.fileno()
    before = termios.tcgetattr(fd)

    def resume(*_: object) -> None:
        tty.setcbreak(fd)

    handler = signal.signal(signal.SIGCONT, resume)  # after Ctrl-Z and fg
    try:
        tty.setcbreak(fd)
        yield
    finally:
        termios.tcsetattr(fd, termios.TCSADRAIN, before)
        signal.signal(signal.SIGCONT, handler)
