"""Every attack is graded beside honest neighbours: it gains nothing, breaks nothing, leaves nothing.

All entries are graded by the real command, each time with honest neighbours: these alone, among
attacks, among attacks that stall (under a small time budget), and among hostile archives. To keep
it short, checks that ask nothing new of the sandbox are left out: EVERY_CHECK=1 has all.
"""

import csv
import ctypes
import hashlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from autograder.sandbox.scratch import remove_folder
from autograder.worker import lockin

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))
import attack_table  # noqa: E402
import hostile_entries  # noqa: E402

REFERENCE = ROOT / "solutions" / "m1_scalar_autograd" / "engine.py"
NEIGHBOURS = {"alice": REFERENCE, "mia": attack_table.HONEST, "zoe": attack_table.HONEST}
HONEST = "mia"
PATIENCE = 300.0  # seconds for one run of the command
BUDGET = 4.0  # seconds of a submission that stalls
EVERY_CHECK = "EVERY_CHECK"  # an environment variable: takes a few minutes
MOST = frozenset(
    {
        "m1.add",
        "m1.mul",
        "m1.tanh",
        "m1.sigmoid",
        "m1.relu",
        "m1.log",
        "m1.topological_order",
        "m1.deep_chain",
        "m1.bad_input",
        "m1.operations_golden",
        "m1.hand_worked",
        "m1.numerical_gradient",
        "m1.one_coordinate_at_a_time",
        "m1.gradcheck_rejects",
    }
)  # every probe, and every method that attacks are tied to
FEW = frozenset({"m1.add", "m1.tanh"})  # enough to see whether an entry is graded or refused
PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/root", "/home", "/", str(ROOT), str(ROOT / "autograder"))
PR_SET_CHILD_SUBREAPER = 36
COMMAND = """
import dataclasses, sys
from autograder.cli import app, grade
usual = grade.make_settings
grade.make_settings = lambda *a, **k: dataclasses.replace(usual(*a, **k), **CHANGES)
app.main(sys.argv[1:])
"""

pytestmark = pytest.mark.skipif(bool(lockin.missing_parts()), reason=" ".join(lockin.missing_parts()))


@dataclass
class Run:
    """One grading of one class folder."""

    code: int
    printed: str
    out: Path
    scores: dict[str, dict]
    left_processes: list[str]
    left_files: list[str]
    is_untouched: bool
    seconds: float


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Return a folder with a secret in it; what outlives a run becomes this process's child."""
    folder = tmp_path_factory.mktemp("attacks")
    secret = secrets.token_hex(16)
    (folder / "secret.txt").write_text(secret)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    yield SimpleNamespace(folder=folder, secret=secret)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
    remove_folder(folder)  # too deep for pytest


@pytest.fixture(scope="module")
def recorded(place):
    """Return the reference's answers to the public questions."""
    command = [sys.executable, str(HERE / "record.py"), str(REFERENCE.parent)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def alone(place):
    """Grade the neighbours alone."""
    return _graded(place, "alone", lambda folder: None, only=_most())


@pytest.fixture(scope="module")
def alone_in_few(place):
    """Grade the neighbours alone, in few checks."""
    return _graded(place, "few", lambda folder: None, only=FEW)


def _most():
    return None if EVERY_CHECK in os.environ else MOST


@pytest.fixture(scope="module")
def attacked(place, recorded):
    """Grade the neighbours among attacks."""
    names = attack_table.QUICK
    return _graded(place, "class", lambda it: _put(it, names, place, recorded), only=_most())


@pytest.fixture(scope="module")
def invaded(place):
    """Grade the neighbours among hostile archives, folders and files."""

    def fill(folder):
        slow = hostile_entries.SLOW if EVERY_CHECK in os.environ else ()
        for entry in (*hostile_entries.ENTRIES, *slow):
            entry(folder, attack_table.HONEST.read_text(), place.folder)

    return _graded(place, "archives", fill, only=FEW)


@pytest.fixture(scope="module")
def stalled(place, recorded):
    """Grade the neighbours among attacks that stall."""
    names = attack_table.STALLS
    fill = lambda folder: _put(folder, names, place, recorded)  # noqa: E731
    return _graded(place, "stalls", fill, only=FEW, seconds=BUDGET)


@pytest.fixture(params=["attacked", "stalled", "invaded"])
def run(request):
    """Return each of the runs with attacks."""
    return request.getfixturevalue(request.param)


def _put(folder, names, place, recorded):
    for name in names:
        (folder / f"attack-{name}").mkdir()
        source = attack_table.engine(name, place.folder, recorded)
        (folder / f"attack-{name}" / "engine.py").write_text(source)


def _graded(place, name, fill, **changes):
    folder, out = place.folder / name, place.folder / f"{name}-out"
    for neighbour, source in NEIGHBOURS.items():
        (folder / neighbour).mkdir(parents=True)
        (folder / neighbour / "engine.py").write_bytes(source.read_bytes())
    fill(folder)
    private = {key: place.folder / f"{name}-{key}" for key in ("TMPDIR", "HOME", "cwd")}
    for made in private.values():
        made.mkdir()
    before, children, begun = _content(folder), set(_children()), time.monotonic()
    done = _command(folder, out, private, changes)
    seconds = time.monotonic() - begun
    return Run(
        code=done.returncode,
        printed=done.stdout + done.stderr,
        out=out,
        scores=_scores(out),
        left_processes=_survivors(children),
        left_files=_left(private.values()),
        is_untouched=_content(folder) == before,
        seconds=seconds,
    )


def _command(folder, out, private, changes):
    """Run the command; end it, with all that it started, when it takes far too long."""
    arguments = ["grade", str(folder), "--out", str(out), "--milestone", "m1", "--jobs", "2"]
    program = COMMAND.replace("CHANGES", repr(changes))
    started = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        env=os.environ | {key: str(value) for key, value in private.items()} | {"PYTHONSAFEPATH": "1"},
        cwd=private["cwd"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        printed, told = started.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(started.pid, signal.SIGKILL)
        raise
    return SimpleNamespace(returncode=started.returncode, stdout=printed, stderr=told)


def _scores(out):
    found = [json.loads(file.read_bytes()) for file in out.glob("*/score.json")]
    return {score["submission"]["id"]: score for score in found}


def _content(folder):
    """Return a hash of every file's name and content, read without following links."""
    paths = [Path(top, name) for top, *both in os.walk(folder) for names in both for name in names]
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() if _is_small(path) else None
        for path in paths
        if len(str(path)) < os.pathconf("/", "PC_PATH_MAX")
    }


def _is_small(path):
    return not path.is_symlink() and path.is_file() and path.stat().st_size < 1 << 24


def _children():
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return [int(pid) for pid in listed.split()]


def _survivors(before, patience=5.0):
    """Return the command lines of new children that do not end by themselves; collect the dead."""
    end = time.monotonic() + patience
    while new := [pid for pid in _children() if pid not in before]:
        for pid in new:
            os.waitpid(pid, os.WNOHANG)
        if time.monotonic() > end:
            return [Path(f"/proc/{pid}/cmdline").read_text() for pid in new]
        time.sleep(0.05)
    return []


def _left(private):
    inside = [str(path) for folder in private for path in folder.rglob("*")]
    outside = [str(path) for place in PLACES for path in Path(place).glob("*planted*")]
    return inside + outside


def _passed(score):
    return {
        check["id"]
        for milestone in score["milestones"]
        for check in milestone["checks"]
        if check["status"] == "passed"
    }


def _timeless(score):
    return json.dumps({key: value for key, value in score.items() if key != "timing"})


def _texts(value):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def _steering(text):
    return {char for char in text if unicodedata.category(char)[0] == "C" and char != "\n"}


def test_honest_work_leaves_something_to_gain(alone):
    score = alone.scores[HONEST]
    assert 0.25 <= score["points"] / score["max_points"] <= 0.7
    assert alone.scores["alice"]["points"] == alone.scores["alice"]["max_points"]


@pytest.mark.parametrize("name", attack_table.ATTACKS)
def test_attack_gains_nothing(request, name):
    stalls = name in attack_table.STALLS
    run = request.getfixturevalue("stalled" if stalls else "attacked")
    alone = request.getfixturevalue("alone_in_few" if stalls else "alone")
    score, honest = run.scores[f"attack-{name}"], alone.scores[HONEST]
    assert score["points"] <= honest["points"]
    assert _passed(score) <= _passed(honest)
    assert score["max_points"] == honest["max_points"]
    statuses = {check["status"] for it in score["milestones"] for check in it["checks"]}
    assert "error" not in statuses


@pytest.mark.parametrize("name", attack_table.ATTACKS)
def test_attack_gets_nothing_that_it_should_not(request, place, name):
    run = request.getfixturevalue("stalled" if name in attack_table.STALLS else "attacked")
    for text in _texts(run.scores[f"attack-{name}"]):
        assert "BROKE OUT" not in text
        assert place.secret not in text


def test_every_program_is_in_the_table():
    there = {path.stem for path in attack_table.PROGRAMS.glob("*.py")}
    assert there == set(attack_table.ATTACKS)
    assert len(there) == len(attack_table.ATTACKS) >= 45


def test_the_command_succeeds_and_scores_every_entry(run):
    assert run.code == 0, run.printed[-2000:]
    folder = run.out.with_name(run.out.name.removesuffix("-out"))
    entries = {path.name.partition(".")[0] for path in folder.iterdir()}
    assert len(run.scores) == len(list(folder.iterdir())), entries ^ set(run.scores)
    assert len(list(csv.reader((run.out / "grades.csv").open()))) == len(run.scores) + 1


@pytest.mark.parametrize("neighbour", NEIGHBOURS)
def test_neighbours_are_graded_as_if_alone(request, run, neighbour):
    is_most = "attacked" in request.node.callspec.params.values()
    alone = request.getfixturevalue("alone" if is_most else "alone_in_few")
    assert _timeless(run.scores[neighbour]) == _timeless(alone.scores[neighbour])


def test_nothing_survives(run):
    assert run.left_processes == []


def test_nothing_is_left_or_changed_outside_the_output_folder(run, place):
    assert run.left_files == []
    assert run.is_untouched
    assert (place.folder / "secret.txt").read_text() == place.secret


def test_hostile_entries_gain_nothing(invaded, alone_in_few):
    honest = alone_in_few.scores[HONEST]
    for name, score in invaded.scores.items():
        if name not in NEIGHBOURS:
            assert _passed(score) <= _passed(honest), name
    for name in hostile_entries.GRADED:
        assert invaded.scores[name]["points"] == honest["points"], name


def test_what_is_refused_says_why(invaded):
    for name, why in {
        "many": "more than 10000 files",
        "zeros": "more than 512 KiB",
        "bomb-skipped": "unpacks to more than 256 MiB",
        "bomb-read": "more than 512 KiB",
        "pipe": "neither a folder nor a file",
        "link": "symbolic link",
        "sparse.zip": "is no archive",
        "source-large": "more than 512 KiB",
        "source-forbidden": "imports pytest, torch",
    }.items():
        check = invaded.scores[name]["milestones"][0]["checks"][0]
        assert (check["status"], check["points"]) == ("rejected", 0.0), name
        assert why in check["message"], name


def test_reports_steer_nothing(run):
    for score in run.scores.values():
        checks = [check for it in score["milestones"] for check in it["checks"]]
        assert not _steering("".join(_texts(checks)))
    page = (run.out / "index.html").read_text()
    assert page.lower().count("<script") == 2  # its rows, and its own
    assert "<img" not in page.lower()
    for row in csv.reader((run.out / "grades.csv").open()):
        assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert not _steering(run.printed)


def test_stalling_costs_the_budget_and_no_more(stalled):
    for name in attack_table.STALLS:
        assert stalled.scores[f"attack-{name}"]["timing"]["seconds"] < BUDGET + 6, name
