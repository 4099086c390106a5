"""``autograder explore``: a page to play with, of the learner's own code."""

import sys
import time
import webbrowser
from contextlib import suppress
from pathlib import Path

from autograder.course import load_course
from autograder.files import explain_os_error, write_atomically
from autograder.language.catalogue import translate
from autograder.learning import demos
from autograder.learning.exam_rules import require_no_exam
from autograder.learning.explore.addresses import (
    Address,
    keep_address,
    new_address,
    read_address,
)
from autograder.learning.explore.live_work import LiveWork
from autograder.learning.explore.page import recorded_page
from autograder.learning.explore.server import PageServer, serve_page
from autograder.run import selection
from autograder.run.configure import limit_threads
from autograder.stop import STOPPED, Stop, stop_on_write_error, stop_unless_writable
from autograder.words import Phrase

TICK = 0.5  # seconds in which Ctrl-C is heard everywhere
ADVICE = "name another file with --export"


def run(
    demo: str | None, submission: Path, port: int | None, browser: bool, export: Path | None
) -> None:
    """Serve the page until Ctrl-C, or write a recording of it to `export`."""
    require_no_exam("explore")
    selection.require_folder(submission)
    selection.require_word(demo, [each.id for each in demos.DEMOS], "demo")
    limit_threads()
    if export is not None:
        return _export_page(submission.resolve(), export)
    server = _open_server(LiveWork(submission.resolve(), load_course()), port)
    try:
        with serve_page(server):
            _show_address(server.address + (f"#demo-{demo}" if demo else ""), browser)
            while True:
                time.sleep(TICK)
    except KeyboardInterrupt:
        print(file=sys.stderr)  # below the ^C
        message = "stopped; a page that is still open goes on when you start explore again"
        raise Stop(message, STOPPED) from None


def _open_server(work: LiveWork, port: int | None) -> PageServer:
    """Return a server at the address of the last time, where it is free, or at another."""
    server = _reopen_server(work, port) or _open_new(work, port)
    keep_address(work.folder, Address(server.server_port, server.token))
    return server


def _reopen_server(work: LiveWork, port: int | None) -> PageServer | None:
    kept = read_address(work.folder)
    if kept and port in (None, kept.port):
        with suppress(OSError):  # another page of this folder is served
            return PageServer(work, *kept)
    return None


def _open_new(work: LiveWork, port: int | None) -> PageServer:
    try:
        return PageServer(work, *new_address(port or 0))
    except OSError as problem:
        reason = explain_os_error(problem)
        advice = "leave --port out to take one that is free" if port else "is there a network card?"
        raise Stop(
            "port {port} cannot be used: {reason}; {advice}",
            1,
            port=port or Phrase("any"),
            reason=Phrase(reason),
            advice=Phrase(advice),
        ) from None


def _show_address(address: str, browser: bool) -> None:
    ending = translate("Ctrl-C ends it; what you save is shown there at once")
    print(f"{address}\n{ending}", flush=True)
    if browser and not webbrowser.open(address):
        alone = "there is no browser here: open that address in one of this machine"
        print(translate(alone), flush=True)


def _export_page(folder: Path, file: Path) -> None:
    stop_unless_writable(file, ADVICE)
    if sys.stderr.isatty():
        waiting = "your code answers for every setting that is recorded: some seconds"
        print(translate(waiting), file=sys.stderr)
    with demos.open_stage(folder, load_course()) as stage:
        records = demos.record_all(stage)
    if not records:
        empty = "there is nothing in {folder} to record yet; start with engine.py"
        raise Stop(empty, folder=folder)
    page = recorded_page(folder.name, records).encode()
    with stop_on_write_error(file, ADVICE):
        write_atomically(file, page)
    made = "{file}: {count} demos, {size} kB; it needs nothing but a browser"
    print(translate(made, file=file, count=len(records), size=len(page) // 1000))
