"""The server of the page: who may ask, and what it says when the work or the port fails."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pooch
import pytest

from autograder.cli import explore
from autograder.course import Course
from autograder.learning.explore.addresses import (
    Address,
    keep_address,
    new_address,
    read_address,
)
from autograder.learning.explore.live_work import READY, LiveWork
from autograder.learning.explore.server import MOST_BYTES, PageServer, serve_page
from autograder.learning.playground import LATE
from autograder.stop import Stop
from tests.implementations import ROOT

ENGINE = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
TANH = "        out = Value(math.tanh(self.data)"
LONG = 60.0  # seconds; machines may be busy
Serve = Callable[[Path], PageServer]


@pytest.fixture
def serve(course: Course) -> Iterator[Serve]:
    """Serve a folder on a free port."""
    with ExitStack() as opened:

        def on(folder: Path) -> PageServer:
            server = PageServer(LiveWork(folder, course), *new_address())
            opened.enter_context(serve_page(server))
            return server

        yield on


@pytest.fixture(scope="module")
def served(course: Course, reference: Path) -> Iterator[PageServer]:
    server = PageServer(LiveWork(reference, course), *new_address())
    with serve_page(server):
        yield server


def send(
    server: PageServer, path: str, method: str = "GET", body: Any = None, **headers: str
) -> tuple[int, dict[str, str], str]:
    """Return status, headers and body of a request; ``Host`` may be another."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=LONG)
    lines = {"Host": f"127.0.0.1:{server.server_port}", **headers}
    connection.putrequest(method, path, skip_host=True)
    data = body if isinstance(body, bytes) else json.dumps(body).encode() if body else b""
    lines |= {"Content-Length": str(len(data))} if method == "POST" else {}
    for name, value in lines.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders(data)
    reply = connection.getresponse()
    result = reply.status, dict(reply.getheaders()), reply.read().decode()
    connection.close()
    return result


def ask(server: PageServer, demo: str = "expression", **settings: Any) -> dict[str, str]:
    question = {"demo": demo, "settings": settings}
    path = f"/{server.token}/answer"
    code, _, body = send(server, path, "POST", question, Content_Type="application/json")
    assert code == 200
    return json.loads(body)


def test_the_page_is_for_who_has_the_token(served: PageServer) -> None:
    code, headers, body = send(served, f"/{served.token}/")
    assert code == 200
    assert '<section class="demo" id="demo-neuron"' in body
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert "127.0.0.1" not in headers["Server"]
    assert len(served.token) >= 32


@pytest.mark.parametrize(
    "path", ["/", "/answer", "/x/", "//", "/{half}/", "/{token}x/", "/?{token}"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_the_token_nothing_is_served(served: PageServer, path: str, method: str) -> None:
    asked = path.format(token=served.token, half=served.token[:16])
    code, _, body = send(served, asked, method)
    assert (code, body) == (
        403,
        "Open the address that autograder explore printed: it ends in a token.\n",
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "evil.example"},  # a name that was rebound to this machine
        {"Host": "127.0.0.1"},
        {"Host": "evil.example:{port}"},
    ],
    ids=str,
)
def test_another_origin_or_host_is_refused_with_the_token_too(
    served: PageServer, headers: dict[str, str]
) -> None:
    named = {name: text.format(port=served.server_port) for name, text in headers.items()}
    for method, path in (("GET", ""), ("GET", "events"), ("POST", "answer")):
        code, _, _ = send(served, f"/{served.token}/{path}", method, {"demo": "neuron"}, **named)
        assert code == 403


def test_its_own_origin_is_admitted_by_both_names(served: PageServer) -> None:
    for name in ("127.0.0.1", "localhost"):
        host = f"{name}:{served.server_port}"
        assert send(served, f"/{served.token}/", Host=host, Origin=f"http://{host}")[0] == 200


def test_it_listens_on_this_machine_alone(served: PageServer) -> None:
    assert served.socket.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[" * 50_000, "application/json"),
        (b"\xff\xfe", "application/json"),
        ({"demo": "nuron", "settings": {}}, "application/json"),
        ({"demo": ["neuron"], "settings": {}}, "application/json"),
        ({"demo": "neuron", "settings": []}, "application/json"),
        ({"demo": "neuron", "settings": {}}, "text/plain"),  # what a form of another page may send
        (b" " * (MOST_BYTES + 1), "application/json"),
    ],
)
def test_what_is_no_question_is_refused(served: PageServer, body: Any, kind: str) -> None:
    code, _, text = send(served, f"/{served.token}/answer", "POST", body, Content_Type=kind)
    assert (code, text) == (400, "This is no question.\n")
    assert "tanh(a*b + a)" in ask(served)["panels"]


def test_what_is_not_there_is_said(served: PageServer) -> None:
    assert send(served, f"/{served.token}/favicon.ico")[0] == 404
    assert send(served, f"/{served.token}/answer/more", "POST", {})[0] == 400


def test_a_setting_that_makes_no_sense_is_a_sentence(served: PageServer) -> None:
    assert "activation: there are tanh, relu" in ask(served, "neuron", activation="step")["status"]
    assert ask(served, expression="a +* b")["panels"] == ""
    huge = ask(served, "training", rate=0.02, state={"epoch": HUGE}, weights=[HUGE])
    assert huge["status"]


HUGE = 10**400


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise ValueError('no tanh today')", "ValueError: no tanh today"),
        ("while True: pass", LATE),
        ("print('x' * 100_000_000)", ""),
        ("import os; os._exit(3)", "exit code 3"),
    ],
    ids=["raises", "loops", "prints 100 MB", "ends"],
)
def test_an_engine_that_misbehaves_is_a_sentence_and_the_page_goes_on(
    serve: Serve, tmp_path: Path, code: str, said: str
) -> None:
    assert TANH in ENGINE
    (tmp_path / "engine.py").write_text(ENGINE.replace(TANH, f"        {code}\n{TANH}"))
    server = serve(tmp_path)
    status = ask(server)["status"]
    assert said in status
    if said.startswith("ValueError"):
        line = ENGINE[: ENGINE.index(TANH)].count("\n") + 1
        assert f"<code>engine.py:{line}</code>" in status
    if said:
        assert "Your code stopped" in status
    assert "grad -1.5" in ask(server, expression="a*b")["panels"]


def test_work_that_is_not_there_names_what_to_do(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "engine.py").write_text("def broken(:\n")
    server = serve(tmp_path)
    assert "engine.py" in ask(server)["status"]
    later = ask(server, "forward")["status"]
    assert "there is no nn.py yet" in later
    assert "Do first: <code>autograder check m2." in later


def test_a_missing_operation_names_the_check_to_do_first(serve: Serve, tmp_path: Path) -> None:
    stop = "        raise NotImplementedError('milestone 1: Value.tanh')\n"
    (tmp_path / "engine.py").write_text(ENGINE.replace(TANH, f"{stop}{TANH}"))
    status = ask(serve(tmp_path))["status"]
    assert "<strong>Not written yet:</strong> milestone 1: Value.tanh" in status
    assert "<strong>First missing:</strong> node 4 (tanh).data: nothing, right is" in status
    assert "✕" not in status
    assert "Do first: <code>autograder check m1.tanh</code>" in status


def test_a_folder_that_is_gone_is_a_sentence(serve: Serve, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    server = serve(folder)
    folder.rmdir()
    assert "Nothing to show" in ask(server)["status"]


def news_of(server: PageServer) -> Iterator[dict[str, str]]:
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=LONG) as stream:
        host = f"127.0.0.1:{server.server_port}"
        stream.sendall(f"GET /{server.token}/events HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        for line in stream.makefile():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


def test_a_save_is_news_and_the_next_answer_is_that_of_the_new_file(
    serve: Serve, tmp_path: Path
) -> None:
    file = tmp_path / "engine.py"
    file.write_text(ENGINE)
    server = serve(tmp_path)
    news = news_of(server)
    first = next(news)
    assert first["words"] == READY
    assert "Departs" not in ask(server)["status"]
    end = time.monotonic() + LONG
    saved = threading.Event()

    def save() -> None:  # until it is watched: it may take a moment to begin
        while not saved.wait(0.5) and time.monotonic() < end:
            file.write_text(f"{ENGINE.replace('math.tanh', 'math.sin')}\n# {time.monotonic()}\n")

    threading.Thread(target=save, daemon=True).start()
    second = next(news)
    saved.set()
    assert second["version"] != first["version"]
    assert second["words"] == "engine.py saved: this page shows it."
    assert "Departs first" in ask(server)["status"]


def test_two_pages_at_once_have_their_own_port_and_token(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "engine.py").write_text(ENGINE)
    servers = [serve(tmp_path), serve(tmp_path)]
    assert servers[0].server_port != servers[1].server_port
    assert servers[0].token != servers[1].token
    for server in servers:
        assert "grad -0.47" in ask(server)["panels"]


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache" / name)
    return tmp_path / "cache"


def test_an_address_is_kept_for_its_owner_alone(cache: Path, tmp_path: Path) -> None:
    address = Address(43_210, new_address().token)
    assert read_address(tmp_path) is None
    keep_address(tmp_path, address)
    assert read_address(tmp_path) == address
    (file,) = cache.rglob("*.json")
    assert file.stat().st_mode & 0o077 == 0
    for spoilt in (
        "",
        "[]",
        '{"port": 0, "token": "x"}',
        '{"port": "1", "token": "' + "x" * 32 + '"}',
    ):
        file.write_text(spoilt)
        assert read_address(tmp_path) is None
    assert read_address(tmp_path / "elsewhere") is None


def test_an_address_that_cannot_be_kept_is_done_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(pooch, "os_cache", lambda _: tmp_path / "file")
    keep_address(tmp_path, new_address(1))
    assert read_address(tmp_path) is None


def test_the_next_page_of_a_folder_has_the_address_of_the_last_one(
    cache: Path, course: Course, tmp_path: Path
) -> None:
    work = LiveWork(tmp_path, course)
    first = explore._open_server(work, None)
    second = explore._open_server(work, None)  # while the first is served
    second.server_close()
    first.server_close()
    again = explore._open_server(work, None)
    again.server_close()
    assert second.address not in (first.address, "")
    assert again.address == second.address  # the one that was opened last
    other = explore._open_server(LiveWork(tmp_path / "..", course), None)
    other.server_close()
    assert other.token != again.token


def test_a_port_in_use_is_one_sentence(cache: Path, course: Course, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            Stop, match=rf"^port {port} cannot be used: .*; leave --port out"
        ) as stop:
            explore._open_server(LiveWork(tmp_path, course), port)
    assert "\n" not in str(stop.value)
    assert stop.value.code == 1


def run_in(folder: Path, demo: str | None = None, export: Path | None = None) -> Stop:
    with pytest.raises(Stop) as stop:
        explore.run(demo, folder, None, False, export)
    assert "\n" not in str(stop.value)
    return stop.value


def test_what_cannot_be_explored_is_one_line(tmp_path: Path) -> None:
    assert str(run_in(tmp_path, "nuron")) == "there is no demo 'nuron'; did you mean neuron?"
    assert "there is no folder" in str(run_in(tmp_path / "nowhere"))
    nothing = str(run_in(tmp_path, export=tmp_path / "page.html"))
    assert nothing.startswith("there is nothing in ")
    assert nothing.endswith("; start with engine.py")
    unwritable = run_in(tmp_path, export=Path("/proc/no/page.html"))
    assert str(unwritable).startswith("cannot write /proc/no/page.html")
    assert str(unwritable).endswith("; name another file with --export")
    assert unwritable.code == 1
