"""A server for one person: loopback alone, and only who has the token in the address.

It is `http.server` of the standard library. One learner asks a few questions a second, of which the
learner's own code takes nearly all the time; a framework (starlette with uvicorn, say) would bring
students seven more packages, none of which they have, and no more safety: who may ask stands below,
in a dozen lines.
"""

import json
import secrets
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from os import name as system_name
from typing import Any

from autograder.learning.demos import DEMOS
from autograder.learning.explore.drawings import draw_answer
from autograder.learning.explore.live_work import LiveWork
from autograder.learning.explore.page import live_page

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")  # by which a browser may call it: another was rebound to this machine
MOST_BYTES = 65_536  # of a question
IDLE_SECONDS = 60  # that a connection may say nothing
POLL_SECONDS = 0.1  # in which the server hears that it is to end
BEAT_SECONDS = 5.0  # after which a page that listens is told that there is nothing new
REFUSAL = "Open the address that autograder explore printed: it ends in a token.\n"
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}
DEMO_IDS = {demo.id for demo in DEMOS}


class PageServer(ThreadingHTTPServer):
    """Serves the page of one work.

    Parameters
    ----------
    work : LiveWork
        What answers.
    port : int
        0 for any that is free.
    token : str
        Without which nothing is served.

    Raises
    ------
    OSError
        Where the port is in use.
    """

    daemon_threads = True
    allow_reuse_address = system_name != "nt"  # there it would share a port that is in use

    def __init__(self, work: LiveWork, port: int, token: str) -> None:
        self.work = work
        self.token = token
        super().__init__((HOST, port), PageHandler)

    def server_bind(self) -> None:
        """Bind without asking for the name of this machine, which may take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    @property
    def address(self) -> str:
        """What to open."""
        return f"http://{HOST}:{self.server_port}/{self.token}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that went away in the middle."""


class PageHandler(BaseHTTPRequestHandler):
    """Answers one connection: the page, a question, or news for as long as it listens."""

    server: PageServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "autograder", ""
    timeout = IDLE_SECONDS

    def do_GET(self) -> None:
        """Send the page, or news."""
        if not self._is_admitted():
            return self._refuse()
        match self._route():
            case "":
                page = live_page(self.server.work.folder.name)
                return self._send(200, "text/html; charset=utf-8", page.encode())
            case "events":
                return self._send_news()
        return self._send(404, "text/plain; charset=utf-8", b"There is nothing here.\n")

    def do_POST(self) -> None:
        """Answer a question."""
        if not self._is_admitted():
            return self._refuse()
        question = self._read_question() if self._route() == "answer" else None
        if question is None:
            self.close_connection = True  # its body was not read
            return self._send(400, "text/plain; charset=utf-8", b"This is no question.\n")
        answer = self.server.work.answer(*question)
        shown = {**draw_answer(answer), "next": answer["next"]}
        return self._send(200, "application/json", json.dumps(shown).encode())

    def _is_admitted(self) -> bool:
        """Whether the request has the token, and came by this page or by no page at all."""
        names = {f"{name}:{self.server.server_port}" for name in NAMES}
        origin = self.headers.get("Origin")
        token = self.path.partition("?")[0].split("/")[1:2]
        is_known = secrets.compare_digest("".join(token).encode(), self.server.token.encode())
        is_own = origin is None or origin in {f"http://{name}" for name in names}
        return is_known and is_own and self.headers.get("Host") in names

    def _route(self) -> str | None:
        """Return what is asked for, behind the token."""
        parts = self.path.partition("?")[0].split("/")[2:]
        return parts[0] if len(parts) == 1 else None

    def _refuse(self) -> None:
        self.close_connection = True
        self._send(403, "text/plain; charset=utf-8", REFUSAL.encode())

    def _read_question(self) -> tuple[str, dict[str, Any]] | None:
        """Return the demo and the settings of a question; None where it is none."""
        length = self.headers.get("Content-Length", "")
        is_json = self.headers.get_content_type() == "application/json"
        if not is_json or not length.isdecimal() or int(length) > MOST_BYTES:
            return None
        with suppress(ValueError, RecursionError):
            match json.loads(self.rfile.read(int(length))):
                case {"demo": str(demo), "settings": dict(settings)} if demo in DEMO_IDS:
                    return demo, settings
        return None

    def _send(self, code: int, kind: str, body: bytes) -> None:
        self.send_response(code)
        for key, value in {**HEADERS, "Content-Type": kind, "Content-Length": len(body)}.items():
            self.send_header(key, str(value))
        self.end_headers()
        self.wfile.write(body)

    def _send_news(self) -> None:
        """Say at once which version there is, then each new one, until the page or this ends."""
        self.close_connection = True
        self.send_response(200)
        for key, value in {**HEADERS, "Content-Type": "text/event-stream"}.items():
            self.send_header(key, value)
        self.end_headers()
        work, said = self.server.work, ""
        while not work.over.is_set():
            if work.version != said:
                said = work.version
                news = json.dumps({"version": said, "words": work.words})
                self.wfile.write(f"event: work\ndata: {news}\n\n".encode())
            else:
                self.wfile.write(b": nothing new\n\n")
            work.wait_for_change(said, BEAT_SECONDS)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the address, and with it the token, would stand in it."""


@contextmanager
def serve_page(server: PageServer) -> Iterator[None]:
    """Serve, and follow the files of the work, for as long as the block runs."""
    work = server.work
    with server:
        try:
            threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True).start()
            threading.Thread(target=work.watch_files, daemon=True).start()
            yield
        finally:
            server.shutdown()
            work.close()
