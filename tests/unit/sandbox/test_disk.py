"""A worker's disk has a size, wherever its bytes are; honest work writes as it always did."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from autograder.sandbox.failures import CheckFailure, Died
from autograder.sandbox.forking import ForkLauncher
from autograder.worker import disk, lockin
from tests.conftest import ROOT

ATTACKS = ROOT / "tests/attacks"
PROGRAMS = (
    "holds_files_without_a_name",
    "takes_disk_without_writing",
    "fills_sparse_files_by_maps",
    "writes_between_two_looks",
    "raises_its_limits_of_files",
)
WAYS = {"disk": True, "files kept": False}
pytestmark = pytest.mark.skipif(
    bool(lockin.missing_parts()), reason=" ".join(lockin.missing_parts())
)
LOOKING = """
import os, pathlib, shutil, tempfile
import numpy as np

def told(action):
    try:
        action()
    except OSError as problem:
        print(type(problem).__name__)

"""
HONEST = {
    "replaced": (
        "for number in range(3):\n"
        "    np.savez('new.npz', a=np.full(4, number)); os.replace('new.npz', 'w.npz')\n"
        "print(np.load('w.npz')['a'], os.path.exists('new.npz'))",
        "[2 2 2 2] False",
    ),
    "renamed": (
        "pathlib.Path('a').write_text('a'); os.rename('a', 'b'); pathlib.Path('b').rename('b')\n"
        "print(pathlib.Path('b').read_text(), os.path.exists('a'))",
        "a False",
    ),
    "removed": (
        "pathlib.Path('a').write_text('a'); os.remove('a')\nprint(os.path.exists('a'))",
        "False",
    ),
    "temporary": (
        "with tempfile.TemporaryFile() as file, tempfile.NamedTemporaryFile() as other:\n"
        "    file.write(b'a'), other.write(b'b'), file.seek(0)\n"
        "    print(file.read())",
        "b'a'",
    ),
    "folders": (
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    pathlib.Path(folder, 'x').write_text('x'); os.makedirs(f'{folder}/y/z')\n"
        "print(os.path.exists(folder)); os.makedirs('f/g'); shutil.rmtree('f')\n"
        "os.mkdir('f'); os.mkdir('h'); os.replace('f', 'h'); print(os.path.exists('f'))",
        "False False",
    ),
    "refused": (
        "os.mkdir('f'); pathlib.Path('a').write_text('a')\n"
        "for action in (lambda: os.remove('f'), lambda: os.remove('none'),\n"
        "        lambda: os.replace('a', 'f'), lambda: os.replace('f', 'a')): told(action)",
        "IsADirectoryError FileNotFoundError IsADirectoryError NotADirectoryError",
    ),
    "large": (
        "for number in range(7):\n"
        "    np.save(f'{number}.npy', np.zeros(31 << 17))\n"
        "print(sum(os.path.getsize(f'{number}.npy') for number in range(7)) >> 20)",
        "217",
    ),
}


@pytest.fixture(scope="module", params=WAYS)
def launcher(request: pytest.FixtureRequest) -> Iterator[ForkLauncher]:
    made = ForkLauncher([], "strict", WAYS[request.param])
    yield made
    made.close()


def printed(launcher: ForkLauncher, folder: Path) -> str:
    """Return what `engine` in `folder` prints while it is imported."""
    with launcher.start_worker(folder, 30, 2048) as worker:
        worker.call_probe("kit.import_module", {"name": "engine"}, 20.0)
    return " ".join(worker.printed_text.split())


@pytest.mark.parametrize("name", HONEST)
def test_honest_work_writes(launcher: ForkLauncher, write: Callable[..., Path], name: str) -> None:
    program, told = HONEST[name]
    assert printed(launcher, write(engine=LOOKING + program)) == told


HOLDING = """
import ctypes, mmap, os

libc = ctypes.CDLL(None)
held, files = [], set()
for number in range(24):
    file = os.open("planted", os.O_CREAT | os.O_RDWR)
    for _ in range(16):
        os.write(file, bytes(1 << 20))
    held.append(mmap.mmap(file, 4096))
    files.add(os.fstat(file).st_ino)
    os.close(file)
    {gone}
print("held", len(files) * 16)
"""
GONE = {
    "removed": "libc.unlink(b'planted')",
    "removed at a folder": "libc.unlinkat(-100, b'planted', 0)",
    "removed by Python": "os.remove('planted')",
    "renamed over": "os.close(os.open('x', os.O_CREAT)); libc.rename(b'x', b'planted')",
    "renamed over at a folder": (
        "os.close(os.open('x', os.O_CREAT)); libc.renameat2(-100, b'x', -100, b'planted', 0)"
    ),
    "replaced by Python": "os.close(os.open('x', os.O_CREAT)); os.replace('x', 'planted')",
}


@pytest.mark.parametrize("gone", GONE)
def test_a_file_that_is_only_mapped_counts(
    launcher: ForkLauncher, write: Callable[..., Path], gone: str
) -> None:
    folder = write(engine=HOLDING.replace("{gone}", GONE[gone]))
    try:
        told = printed(launcher, folder)
    except CheckFailure:
        return  # it was ended, or met an error
    assert told == "held 16"  # the same file again and again


@pytest.mark.parametrize("name", PROGRAMS)
def test_attacks_on_the_disk_end_with_or_without_one(
    launcher: ForkLauncher, write: Callable[..., Path], name: str
) -> None:
    prelude = (ATTACKS / "prelude.py").read_text()
    tried = "def in_one_check(action):\n    action()\n\n\n"
    program = (ATTACKS / "programs" / f"{name}.py").read_text()
    folder = write(engine=f"{prelude}\n\n{tried}{program}")
    with launcher.start_worker(folder, 30, 2048) as worker, suppress(CheckFailure):
        worker.call_probe("kit.import_module", {"name": "engine"}, 20.0)
    assert "BROKE OUT" not in worker.output.captured_text


def test_a_full_disk_is_an_error_that_a_program_can_handle(write: Callable[..., Path]) -> None:
    launcher = ForkLauncher([], "strict")
    program = (
        "told(lambda: [pathlib.Path(str(n)).write_bytes(bytes(31 << 20)) for n in range(9)])\n"
        "print(os.statvfs('.').f_blocks * os.statvfs('.').f_frsize)\n"
    )
    try:
        if "mount" in launcher.arguments and disk_is_granted():
            told = printed(launcher, write(engine=LOOKING + program))
            assert told == f"OSError {disk.MAX_BYTES}"
        else:
            with pytest.raises(Died, match="grew past its limit"):
                printed(launcher, write(engine=LOOKING + program))
    finally:
        launcher.close()


def disk_is_granted() -> bool:
    pid = os.fork()
    if pid == 0:
        os._exit(0 if disk.enter_mount_space() else 1)
    return os.waitpid(pid, 0)[1] == 0


def test_the_disk_goes_with_its_worker(write: Callable[..., Path]) -> None:
    launcher = ForkLauncher([], "strict")
    folder = write(engine="open('left', 'w').write('x')\n")
    for _ in range(3):
        printed(launcher, folder)
    mounts = Path(f"/proc/{launcher.process.pid}/mounts").read_text()
    launcher.close()
    assert "autograder" not in mounts
