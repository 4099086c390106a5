"""A mirror on this machine that can be told to misbehave, and data sets small enough for it."""

import gzip
import hashlib
import random
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from autograder.data.registry import DataSet, File
from autograder.data.store import Store

CONTENT = gzip.compress(random.Random(0).randbytes(50_000), mtime=0)
NAME = "three.gz"


class Mirror:
    """An HTTP server: `answers` holds, for each request to come, what to do; then it is honest."""

    def __init__(self, content: bytes = CONTENT) -> None:
        self.content = content
        self.answers: list[str] = []
        self.asked: list[str] = []
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                mirror.asked.append(self.path)
                kind = mirror.answers.pop(0) if mirror.answers else "honest"
                body = mirror.content if kind != "corrupt" else bytes(len(mirror.content))
                self.send_response(404 if kind == "lost" else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: len(body) // 2] if kind == "dropped" else body)
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/data/"
        listen = partial(self.server.serve_forever, poll_interval=0.01)
        threading.Thread(target=listen, daemon=True).start()

    def close(self) -> None:
        """Stop listening: from now on connections are refused."""
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def mirrors() -> Iterator[list[Mirror]]:
    """Two mirrors."""
    both = [Mirror(), Mirror()]
    yield both
    for mirror in both:
        mirror.close()


@pytest.fixture
def dataset(mirrors: list[Mirror]) -> DataSet:
    """A data set of one file that both mirrors hold."""
    unpacked = hashlib.sha256(gzip.decompress(CONTENT)).hexdigest()
    file = File(NAME, len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), unpacked)
    return DataSet("small", "three", "none", "downloaded", [m.url for m in mirrors], [file])


@pytest.fixture
def file(dataset: DataSet) -> File:
    """Its file."""
    return dataset.files[0]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty cache; one try a mirror, so that no test waits."""
    return Store(tmp_path / "cache", retries=0)


@pytest.fixture
def put() -> Callable[[Path, bytes], Path]:
    """Write a file with its folders."""

    def write(path: Path, content: bytes) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return write
