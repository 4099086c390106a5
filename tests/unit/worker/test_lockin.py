"""Programs that try to get out of the lock-in, and programs that must not notice it.

Each test forks a child, locks it in and compares exactly what the child met: a value, an error
number, or the signal that ended it. All of it runs as root and as an ordinary user.
"""

import ast
import contextlib
import ctypes
import errno
import faulthandler
import mmap
import os
import resource
import signal
import socket
import stat
import struct
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from autograder.worker import kernel, landlock, lockin, seccomp

ROOT = Path(lockin.__file__).parents[2]
LIMITS = lockin.Limits(cpu_seconds=5, memory_mb=1024, file_mb=1, open_files=64)
ROOMY = lockin.Limits(memory_mb=8192)  # for what allocates: the process of a test may be large
# Extension modules of the standard library load shared libraries when they are first imported.
LIBRARIES = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache"]
PYTHON = [sys.prefix, sys.base_prefix, str(Path(np.__file__).parent), "/dev/urandom"]

IS_X86 = os.uname().machine == "x86_64"
LIBC = ctypes.CDLL(None, use_errno=True)
NAMES = {number: name for name, number in vars(errno).items() if name.startswith("E")}


def locked(action, writable=(), readable=PYTHON, limits=LIMITS, abi=None, keeps_files=False):
    """Return what `action` returns in a locked-in child, or how it failed or died."""
    _require_strict()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        arguments = (limits, readable, list(map(str, writable)), keeps_files)
        _child(writing, action, arguments, abi)
    os.close(writing)
    with open(reading, "rb") as stream:
        told = stream.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return ast.literal_eval(told.decode()) if told else signal.Signals(-status).name


def lock_in(limits, readable, writable, keeps_files=False):
    confinement = lockin.Confinement(keeps_files)
    confinement.allow(readable, writable)
    confinement.enter(limits)


def _require_strict():
    if not (lacking := lockin.missing_parts()):
        return
    with pytest.raises(OSError) as caught:
        lockin.Confinement()
    assert str(caught.value) == " ".join(lacking)
    pytest.skip(" ".join(lacking))


def _child(writing, action, arguments, abi):
    own = os.getpid()
    try:
        if abi is not None:
            lockin._abi_and_filter.cache_clear()
            landlock.landlock_abi = lambda: abi
        lock_in(*arguments)
        told = outcome(action)
    except BaseException as problem:
        told = f"lock_in failed: {problem!r}"
    if os.getpid() != own:  # a fork that should have been refused must not speak
        os._exit(1)
    os.write(writing, repr(told).encode())
    os._exit(0)


def outcome(action):
    """Return what `action` returns; for an OSError its error's name, for others the type's."""
    try:
        return action()
    except OSError as problem:
        return NAMES.get(problem.errno, str(problem))
    except Exception as problem:
        return type(problem).__name__


def raw(number, *arguments):
    """Make a system call past Python and past libc's wrappers; return an error's name."""
    ctypes.set_errno(0)
    answer = LIBC.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
    return NAMES[ctypes.get_errno()] if answer == -1 else answer


@pytest.fixture
def scratch(tmp_path):
    """Return the folder that the child may write."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def outside(tmp_path):
    """Return a file of the same user that the child has no business with."""
    file = tmp_path / "expected_values"
    file.write_text("secret")
    file.chmod(0o644)
    return file


# ---- what is missing here ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (-errno.ENOSYS, "Linux 5.13 or newer"),
        (-errno.EOPNOTSUPP, "disabled at boot"),
        (-errno.EPERM, "container's seccomp profile"),
        (-errno.EIO, "Input/output error"),
    ],
)
def test_missing_names_landlock_and_the_cure(monkeypatch, answer, words):
    monkeypatch.setattr(landlock, "landlock_abi", lambda: answer)
    (sentence,) = [told for told in lockin.missing_parts() if "Landlock" in told]
    assert words in sentence


def test_missing_names_seccomp(monkeypatch):
    monkeypatch.setitem(seccomp.SECCOMP, kernel.architecture(), 5000)
    assert seccomp.UNAVAILABLE in lockin.missing_parts()


def test_missing_names_the_machine_and_no_cell_is_made(monkeypatch):
    monkeypatch.setattr(kernel, "architecture", lambda: None)
    lockin._abi_and_filter.cache_clear()
    assert lockin.missing_parts() == [lockin.WRONG_MACHINE]
    with pytest.raises(OSError, match="64-bit Linux"):
        lockin.Confinement()
    lockin.prepare_lock_in()


def test_missing_is_cheap_and_changes_nothing():
    before = Path("/proc/self/status").read_text().split("Seccomp")[0].split("CapInh")[1]
    start = time.perf_counter()
    for _ in range(100):
        lockin.missing_parts()
    assert (time.perf_counter() - start) / 100 < 1e-3
    assert Path("/proc/self/status").read_text().split("Seccomp")[0].split("CapInh")[1] == before


@pytest.mark.parametrize("abi", range(1, 8))
def test_every_landlock_abi_closes_what_it_can(abi, scratch, outside):
    if landlock.landlock_abi() < abi:
        assert landlock.landlock_abi() >= landlock.MINIMUM_ABI or lockin.missing_parts()
        pytest.skip(f"this kernel's Landlock ABI is {landlock.landlock_abi()}")

    def attack():
        (scratch / "a").write_text("mine")
        os.replace(scratch / "a", scratch / "b")
        attempts = (
            lambda: outside.read_text(),
            lambda: outside.write_text("forged"),
            lambda: os.truncate(outside, 0),
            lambda: os.open(outside, os.O_RDONLY | os.O_TRUNC),
            lambda: os.open(outside, 3 | os.O_TRUNC),
            lambda: os.unlink(outside),
            lambda: os.kill(os.getppid(), 0),
            lambda: socket.socket(socket.AF_UNIX),
        )
        return (scratch / "b").read_text(), *map(outcome, attempts)

    truncated = "EACCES" if abi >= 3 else "EPERM"
    expected = ("EACCES", "EACCES", truncated, "EPERM", "EPERM", "EACCES", "EPERM", "EPERM")
    assert locked(attack, [scratch], abi=abi) == ("mine", *expected)
    assert outside.read_text() == "secret"


# ---- processes, signals, scheduling --------------------------------------------------------


def _forked_raw(number, *arguments):
    own = os.getpid()
    answer = raw(number, *arguments)
    if os.getpid() != own:
        os._exit(1)
    return answer


def _exec():
    os.execv("/bin/true", ["true"])


CLONE = 56 if IS_X86 else 220
NO_PROCESSES = {
    "fork": (os.fork, "EPERM"),
    "forkpty": (os.forkpty, "EACCES"),
    "exec": (_exec, "EPERM"),
    "posix_spawn": (lambda: os.posix_spawn("/bin/true", ["true"], {}), "EPERM"),
    "subprocess": (lambda: subprocess.run(["/bin/true"]), "EPERM"),
    "system": (lambda: os.system("true") == 0, False),
    "clone as fork": (lambda: _forked_raw(CLONE, int(signal.SIGCHLD), 0, 0, 0, 0), "EPERM"),
    "clone a user namespace": (lambda: raw(CLONE, 0x10000000 | 0x00010000, 0, 0, 0, 0), "EPERM"),
    "clone3": (lambda: _forked_raw(435, 0, 0), "ENOSYS"),
    "execveat": (lambda: raw(322 if IS_X86 else 281, -1, 0, 0, 0, 0), "EPERM"),
    "setsid": (os.setsid, "EPERM"),
    "setpgid": (lambda: os.setpgid(0, 0), "EPERM"),
}

NO_SIGNALS = {
    "kill the parent": (lambda: os.kill(os.getppid(), signal.SIGKILL), "EPERM"),
    "probe the parent": (lambda: os.kill(os.getppid(), 0), "EPERM"),
    "kill init": (lambda: os.kill(1, 0), "EPERM"),
    "kill everyone": (lambda: os.kill(-1, 0), "EPERM"),
    "kill the group": (lambda: os.kill(0, 0), "EPERM"),
    "killpg": (lambda: os.killpg(os.getpgrp(), 0), "EPERM"),
    "tkill": (lambda: raw(200 if IS_X86 else 130, os.getppid(), 0), "EPERM"),
    "tgkill": (lambda: raw(234 if IS_X86 else 131, os.getppid(), os.getppid(), 0), "EPERM"),
    "high half": (lambda: raw(62 if IS_X86 else 129, os.getppid() | 1 << 32, 0), "EPERM"),
    "rt_sigqueueinfo": (lambda: raw(129 if IS_X86 else 138, os.getppid(), 9, 0), "EPERM"),
    "rt_tgsigqueueinfo": (lambda: raw(297 if IS_X86 else 240, os.getppid(), 1, 9, 0), "EPERM"),
    "pidfd_open": (lambda: raw(434, os.getppid(), 0), "EPERM"),
    "pidfd_send_signal": (lambda: raw(424, 0, 9, 0, 0), "EPERM"),
    "pidfd_getfd": (lambda: raw(438, 0, 0, 0), "EPERM"),
    "process_mrelease": (lambda: raw(448, 0, 0), "EPERM"),
}


def _fcntl(*arguments):
    import fcntl

    reading, _ = os.pipe()
    return fcntl.fcntl(reading, *arguments)


NO_SIDE_DOORS = {
    "F_SETOWN": (lambda: _fcntl(8, os.getppid()), "EPERM"),
    "F_SETOWN_EX": (lambda: _fcntl(15, bytes(8)), "EPERM"),
    "F_SETSIG": (lambda: _fcntl(10, 9), "EPERM"),
    "F_SETLEASE": (lambda: _fcntl(1024, 0), "EPERM"),
    "FIOSETOWN": (lambda: raw(16 if IS_X86 else 29, 0, 0x8901, 0), "ENOTTY"),
    "FS_IOC_SETFLAGS": (lambda: raw(16 if IS_X86 else 29, 0, 0x40086602, 0), "ENOTTY"),
    "ioctl above 32 bits": (lambda: raw(16 if IS_X86 else 29, 0, 0x40086602 | 1 << 40), "ENOTTY"),
    "prlimit on the parent": (
        lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CORE, (0, 0)),
        "EPERM",
    ),
    "prlimit asks the parent": (
        lambda: resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE),
        "EPERM",
    ),
    "renice the parent": (lambda: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19), "EPERM"),
    "renice the user": (lambda: os.setpriority(os.PRIO_USER, 0, 19), "EPERM"),
    "renice the group": (lambda: os.setpriority(os.PRIO_PGRP, 0, 19), "EPERM"),
    "pin the parent": (lambda: os.sched_setaffinity(os.getppid(), {0}), "EPERM"),
    "leave its processor": (lambda: os.sched_setaffinity(0, {0}), "EPERM"),
    "schedule the parent": (
        lambda: os.sched_setscheduler(os.getppid(), os.SCHED_IDLE, os.sched_param(0)),
        "EPERM",
    ),
    "ioprio_set": (lambda: raw(251 if IS_X86 else 30, 1, os.getppid(), 0), "EPERM"),
    "sched_setattr": (lambda: raw(314 if IS_X86 else 274, os.getppid(), 0, 0), "EPERM"),
    "PR_SET_PDEATHSIG": (lambda: raw(157 if IS_X86 else 167, 1, 0, 0, 0, 0), "EPERM"),
    "PR_SET_DUMPABLE": (lambda: raw(157 if IS_X86 else 167, 4, 1, 0, 0, 0), "EPERM"),
    "PR_SET_SECCOMP": (lambda: raw(157 if IS_X86 else 167, 22, 2, 0, 0, 0), "EPERM"),
    "seccomp": (lambda: raw(317 if IS_X86 else 277, 0, 0, 0), "EPERM"),
    "ptrace the parent": (lambda: raw(101 if IS_X86 else 117, 16, os.getppid(), 0, 0), "EPERM"),
    "ptrace me": (lambda: raw(101 if IS_X86 else 117, 0, 0, 0, 0), "EPERM"),
    "process_vm_readv": (
        lambda: raw(310 if IS_X86 else 270, os.getppid(), 0, 0, 0, 0, 0),
        "EPERM",
    ),
    "process_vm_writev": (
        lambda: raw(311 if IS_X86 else 271, os.getppid(), 0, 0, 0, 0, 0),
        "EPERM",
    ),
    "kcmp": (lambda: raw(312 if IS_X86 else 272, os.getpid(), os.getppid(), 0, 0, 0), "EPERM"),
    "process_madvise": (lambda: raw(440, 0, 0, 0, 0, 0), "EPERM"),
    "move_pages": (lambda: raw(279 if IS_X86 else 239, os.getppid(), 0, 0, 0, 0, 0), "EPERM"),
    "migrate_pages": (lambda: raw(256 if IS_X86 else 238, os.getppid(), 0, 0, 0), "EPERM"),
    "perf_event_open": (lambda: raw(298 if IS_X86 else 241, 0, 0, -1, -1, 0), "EPERM"),
}

# ---- network, IPC, memory, the machine -------------------------------------------------------

NO_NETWORK = {
    "TCP": (lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM), "EPERM"),
    "UDP": (lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM), "EPERM"),
    "Unix": (lambda: socket.socket(socket.AF_UNIX), "EPERM"),
    "netlink": (lambda: socket.socket(16, socket.SOCK_RAW), "EPERM"),
    "datagram pair": (lambda: socket.socketpair(type=socket.SOCK_DGRAM), "EPERM"),
    "raw pair": (lambda: socket.socketpair(type=socket.SOCK_RAW), "EPERM"),
    "other family pair": (lambda: raw(53 if IS_X86 else 199, 30, 1, 0, 0), "EPERM"),
    "connect": (lambda: socket.socketpair()[0].connect("\0name"), "EPERM"),
    "bind": (lambda: socket.socketpair()[0].bind("\0name"), "EPERM"),
    "listen": (lambda: socket.socketpair()[0].listen(), "EPERM"),
    "accept": (lambda: socket.socketpair()[0].accept(), "EPERM"),
    "sendto": (lambda: socket.socketpair()[0].sendto(b"x", "\0name"), "EPERM"),
    "sendto, low half zero": (lambda: raw(44 if IS_X86 else 206, 0, 0, 0, 0, 1 << 32, 0), "EPERM"),
}

BY_NUMBER = {  # on x86-64, on aarch64: from the kernel's system-call tables
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "userfaultfd": (323, 282),
    "io_setup": (206, 0),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "inotify_init1": (294, 26),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "sethostname": (170, 161),
    "syslog": (103, 116),
    "personality": (135, 92),
    "setuid": (105, 146),
    "setgroups": (116, 159),
    "capset": (126, 91),
    "landlock_create_ruleset": (444, 444),
    "vhangup": (153, 58),
}

REFUSALS = NO_PROCESSES | NO_SIGNALS | NO_SIDE_DOORS | NO_NETWORK


@pytest.mark.parametrize("name", REFUSALS)
def test_refused(name):
    action, expected = REFUSALS[name]
    assert locked(action, limits=ROOMY) == expected


def test_refused_by_number():
    column = 0 if IS_X86 else 1
    met = locked(lambda: {name: raw(row[column], *[0] * 6) for name, row in BY_NUMBER.items()})
    assert met == dict.fromkeys(BY_NUMBER, "EPERM")


def test_calls_newer_than_the_filter_do_not_exist():
    probes = [470, 471, 500, 547, 1000, 0x3FFFFFFF]
    assert locked(lambda: [raw(number, *[0] * 6) for number in probes]) == ["ENOSYS"] * len(probes)


def test_openat2_does_not_exist(outside):
    path = ctypes.create_string_buffer(os.fsencode(outside))
    how = ctypes.create_string_buffer(24)
    arguments = (437, -100, ctypes.addressof(path), ctypes.addressof(how), 24)
    assert locked(lambda: raw(*arguments)) == "ENOSYS"


def test_x32_numbers_end_the_process():
    assert locked(lambda: raw(0x40000000 | 39)) == "SIGSYS"


@pytest.mark.skipif(not IS_X86, reason="int 0x80 is an x86 instruction")
def test_int_0x80_ends_the_process():
    def attack():
        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")  # mov eax, 20 (getpid); int 0x80; ret
        return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()

    assert locked(attack, limits=ROOMY) in (
        "SIGSYS",
        "SIGSEGV",
    )  # SIGSEGV: a kernel without 32-bit emulation


def test_an_abstract_socket_of_the_parent_is_out_of_reach():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind("\0autograder-lockin-test-" + str(os.getpid()))
        server.setblocking(False)
        name = server.getsockname()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inherited:
            attempts = (
                lambda: inherited.sendto(b"hello", name),
                lambda: inherited.connect(name),
                lambda: inherited.sendmsg([b"hello"], [], 0, name),  # past seccomp: Landlock
            )
            met = locked(lambda: [outcome(attempt) for attempt in attempts])
        assert met[:2] == ["EPERM", "EPERM"]
        if landlock.landlock_abi() >= 6:
            assert met[2] == "EPERM"
            assert outcome(lambda: server.recv(9)) == "EAGAIN"


def test_landlock_alone_scopes_signals_and_tcp():
    """The second wall stands without the first."""
    if landlock.landlock_abi() < 6:
        assert landlock.landlock_abi() >= landlock.MINIMUM_ABI or lockin.missing_parts()
        pytest.skip("Landlock ABI 6 scopes signals")

    def child():
        kernel.prctl(lockin.PR_SET_NO_NEW_PRIVS, 1)
        ruleset = landlock.create_ruleset(landlock.landlock_abi())
        landlock.allow_paths(ruleset, PYTHON, [], landlock.landlock_abi())
        landlock.enter_ruleset(ruleset, landlock.landlock_abi())
        with socket.socket() as client:
            return [
                outcome(lambda: os.kill(os.getppid(), 0)),
                outcome(lambda: client.connect(("127.0.0.1", 9))),
                outcome(lambda: client.bind(("127.0.0.1", 0))),
                outcome(lambda: os.kill(os.getpid(), 0)),
            ]

    assert _in_plain_child(child) == ["EPERM", "EACCES", "EACCES", None]


def _in_plain_child(action):
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        told = outcome(action)
        os.write(writing, repr(told).encode())
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as stream:
        told = stream.read()
    os.waitpid(pid, 0)
    return ast.literal_eval(told.decode())


# ---- files ---------------------------------------------------------------------------------


def test_outside_files_can_be_neither_read_nor_changed(scratch, outside):
    folder = outside.parent
    attempts = {
        "read": outside.read_bytes,
        "write": lambda: outside.write_text("forged"),
        "append": lambda: outside.open("a"),
        "truncate": lambda: os.truncate(outside, 0),
        "unlink": outside.unlink,
        "rename": lambda: os.rename(outside, folder / "elsewhere"),
        "list": lambda: os.listdir(folder),
        "create": lambda: (folder / "new").write_text("x"),
        "mkdir": lambda: (folder / "new").mkdir(),
        "dot dot": lambda: (scratch / ".." / outside.name).read_bytes(),
        "list /": lambda: os.listdir("/"),
        "list /proc": lambda: os.listdir("/proc"),
        "own memory": lambda: os.open("/proc/self/mem", os.O_RDWR),
        "own status": lambda: Path("/proc/self/status").read_text(),
        "parent": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
        "passwd": lambda: Path("/etc/passwd").read_text(),
    }
    met = locked(lambda: {key: outcome(action) for key, action in attempts.items()}, [scratch])
    assert met.pop("rename") in ("EACCES", "EXDEV")
    assert met == dict.fromkeys(set(attempts) - {"rename"}, "EACCES")
    assert outside.read_text() == "secret"
    assert sorted(os.listdir(folder)) == [outside.name, "scratch"]


def test_an_outside_file_cannot_be_moved_or_linked_in(scratch, outside):
    attempts = (
        lambda: os.rename(outside, scratch / "mine"),
        lambda: os.link(outside, scratch / "mine"),
        lambda: os.symlink(outside, scratch / "mine"),
        lambda: os.mkfifo(scratch / "mine"),
        lambda: os.mknod(scratch / "mine", stat.S_IFCHR | 0o600, os.makedev(1, 3)),
    )
    met = locked(lambda: list(map(outcome, attempts)), [scratch])
    assert met[0] in ("EACCES", "EXDEV")
    assert met[1:] == ["EPERM"] * 4
    assert os.listdir(scratch) == []


def test_readable_means_read_only(scratch, outside):
    attempts = (
        outside.read_text,
        lambda: outside.write_text("forged"),
        lambda: os.truncate(outside, 0),
        lambda: os.open(outside, os.O_RDONLY | os.O_TRUNC),
        lambda: (outside.parent / "other").read_text(),
    )
    (outside.parent / "other").write_text("x")
    met = locked(lambda: list(map(outcome, attempts)), readable=[*PYTHON, str(outside)])
    assert met == [
        "secret",
        "EACCES",
        "EACCES" if landlock.landlock_abi() >= 3 else "EPERM",
        "EPERM",
        "EACCES",
    ]
    assert outside.read_text() == "secret"


def test_one_file_can_be_writable(outside):
    def write():
        outside.write_text("mine")
        return outside.read_text(), outcome(outside.unlink)

    assert locked(write, [outside]) == ("mine", "EACCES")
    assert outside.read_text() == "mine"


def test_a_missing_readable_path_is_skipped_and_a_missing_writable_one_is_not(tmp_path):
    nowhere = str(tmp_path / "nowhere")
    assert locked(lambda: "in", readable=[*PYTHON, nowhere]) == "in"
    assert "FileNotFoundError" in locked(lambda: "in", [nowhere])


def test_attributes_of_an_outside_file_stay_though_the_calls_succeed(outside):
    before = outside.stat()
    calls = (
        lambda: os.chmod(outside, 0o777),
        lambda: os.chown(outside, os.getuid(), os.getgid()),
        lambda: os.lchown(outside, os.getuid(), os.getgid()),
        lambda: os.utime(outside, (1, 1)),
        lambda: os.setxattr(outside, "user.mark", b"x"),
        lambda: os.removexattr(outside, "user.mark"),
        lambda: raw(452, -100, 0, 0, 0) or None,
        lambda: raw(90, 0, 0) or None if IS_X86 else None,
    )
    assert locked(lambda: list(map(outcome, calls))) == [None] * len(calls)
    after = outside.stat()
    assert (after.st_mode, after.st_mtime_ns) == (before.st_mode, before.st_mtime_ns)
    with pytest.raises(OSError):
        os.getxattr(outside, "user.mark")


def test_nothing_is_left_that_its_owner_could_not_remove(scratch):
    attempts = (
        lambda: os.mkdir(scratch / "sealed", 0),
        lambda: os.mkdir(scratch / "sticky", 0o2755),
        lambda: os.umask(0o777),
        lambda: os.open(scratch / "set-id", os.O_CREAT | os.O_WRONLY, 0o4755),
        lambda: os.open(scratch, os.O_TMPFILE | os.O_WRONLY, 0o4755),
    )
    assert locked(lambda: list(map(outcome, attempts)), [scratch]) == ["EPERM"] * len(attempts)
    assert os.listdir(scratch) == []


def test_disk_is_taken_by_writing_alone(scratch):
    def take():
        file = os.open(scratch / "x", os.O_CREAT | os.O_RDWR)
        allocated = raw(285 if IS_X86 else 47, file, 0, 0, 1 << 20)
        os.posix_fallocate(file, 0, 1 << 16)
        return allocated, os.fstat(file).st_size

    assert locked(take, [scratch]) == (NAMES[errno.EOPNOTSUPP], 1 << 16)


def test_where_files_are_kept_none_is_removed_or_replaced(scratch):
    def attempt():
        for name in "ab":
            (scratch / name).write_text(name)
        os.mkdir(scratch / "folder")
        path, other = (ctypes.create_string_buffer(os.fsencode(scratch / name)) for name in "ab")
        where = [ctypes.addressof(path), ctypes.addressof(other)]
        tried = (
            LIBC.unlink(path),
            LIBC.unlinkat(-100, path, 0),
            outcome(lambda: os.rename(scratch / "a", scratch / "b")),
            raw(316 if IS_X86 else 276, -100, where[0], -100, where[1], 0),
            raw(316 if IS_X86 else 276, -100, where[0], -100, where[1], 1),
            raw(316 if IS_X86 else 276, -100, where[0], -100, where[1], 2),
            os.rmdir(scratch / "folder"),
        )
        return tried, (scratch / "a").read_text(), (scratch / "b").read_text()

    met = locked(attempt, [scratch], keeps_files=True)
    assert met == ((0, 0, "EPERM", "EPERM", "EEXIST", 0, None), "b", "a")


def test_nothing_can_be_executed_even_by_mapping_rights(scratch):
    script = scratch / "run"
    script.write_bytes(Path("/bin/true").read_bytes())
    script.chmod(0o755)
    assert locked(lambda: os.execv(script, ["run"]), [scratch]) == "EPERM"


# ---- who it is and what it may use ---------------------------------------------------------


def test_capabilities_are_gone_and_cannot_come_back():
    status = locked(Path("/proc/self/status").read_text, readable=[*PYTHON, "/proc"])
    lines = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    held = ["CapInh", "CapPrm", "CapEff", "CapAmb"] + ["CapBnd"] * (os.geteuid() == 0)
    assert {name: int(lines[name], 16) for name in held} == dict.fromkeys(held, 0)
    assert (lines["NoNewPrivs"], lines["Seccomp"]) == ("1", "2")


def test_root_has_no_power_over_files_that_are_not_its_own(tmp_path):
    sealed = tmp_path / "sealed"
    sealed.write_text("x")
    sealed.chmod(0)
    assert locked(sealed.read_text, [tmp_path]) == "EACCES"


EVERY_LIMIT = {
    "RLIMIT_CORE": (0, 0),
    "RLIMIT_CPU": (5, 6),
    "RLIMIT_AS": (1 << 30, 1 << 30),
    "RLIMIT_FSIZE": (1 << 20, 1 << 20),
    "RLIMIT_NOFILE": (64, 64),
}


@pytest.mark.parametrize("name", EVERY_LIMIT)
def test_limits_hold_and_cannot_be_raised(name):
    kind = getattr(resource, name)

    def attack():
        raised = outcome(lambda: resource.setrlimit(kind, (resource.RLIM_INFINITY,) * 2))
        return raised, resource.getrlimit(kind)

    assert locked(attack) == ("ValueError", EVERY_LIMIT[name])


def test_limits_never_exceed_those_in_force():
    def child():
        resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))
        lockin.apply_limits(LIMITS)
        return resource.getrlimit(resource.RLIMIT_NOFILE)

    assert _in_plain_child(child) == (20, 20)


@pytest.mark.parametrize("name", ["cpu_seconds", "memory_mb", "file_mb", "open_files"])
@pytest.mark.parametrize("value", [0, -1])
def test_a_limit_that_is_none_is_refused(name, value):
    with pytest.raises(ValueError, match=f"{name} must be at least 1, got {value}"):
        lockin.Limits(**{name: value})


def test_processor_time_ends_even_who_ignores_the_signal():
    def spin():
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        while True:
            pass

    started = time.monotonic()
    assert locked(spin, limits=lockin.Limits(cpu_seconds=1)) == "SIGKILL"
    assert time.monotonic() - started > 1.9


def test_memory_files_and_descriptors_are_bounded(scratch):
    attempts = (
        lambda: bytearray(2 << 30),
        lambda: np.ones(1 << 28),
        lambda: (scratch / "big").write_bytes(bytes(2 << 20)),
        lambda: [os.open(scratch, os.O_RDONLY) for _ in range(100)],
    )
    met = locked(lambda: list(map(outcome, attempts)), [scratch])
    assert met == ["MemoryError", "MemoryError", "EFBIG", "EMFILE"]
    assert (scratch / "big").stat().st_size == 1 << 20


def test_a_second_thread_is_refused():
    def child():
        stop = threading.Event()
        thread = threading.Thread(target=stop.wait)
        thread.start()
        told = outcome(lambda: lock_in(LIMITS, PYTHON, []))
        stop.set()
        thread.join()
        return told

    _require_strict()
    assert "more than one thread" in _in_plain_child(child)


# ---- what must keep working ----------------------------------------------------------------


def _signals_itself():
    caught = []
    signal.signal(signal.SIGUSR1, lambda number, frame: caught.append(number))
    os.kill(os.getpid(), signal.SIGUSR1)
    signal.raise_signal(signal.SIGUSR1)
    signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
    return caught == [signal.SIGUSR1] * 3


def _interrupts_itself():
    signal.signal(signal.SIGALRM, lambda number, frame: 1 / 0)
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    with contextlib.suppress(ZeroDivisionError):
        time.sleep(5)
        return "slept"
    return "interrupted"


def _talks_over_a_pair():
    one, other = socket.socketpair()
    one.sendall(b"ping")
    other.settimeout(1)
    return other.recv(4)


def _lowers_its_own_limit():
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    return resource.prlimit(os.getpid(), resource.RLIMIT_NOFILE)


def _aborts():
    faulthandler.disable()
    os.abort()


WORKS = {
    "signals to itself": (_signals_itself, True),
    "timers": (_interrupts_itself, "interrupted"),
    "socket pair": (_talks_over_a_pair, b"ping"),
    "own limits": (_lowers_its_own_limit, (32, 32)),
    "nice": (lambda: os.nice(1) - os.nice(0), 0),
    "random": (lambda: len(os.urandom(16)), 16),
    "isatty": (lambda: os.isatty(os.pipe()[0]), False),
    "umask": (lambda: os.umask(0o077) >= 0, True),
    "sync": (os.sync, None),
    "abort": (_aborts, "SIGABRT"),
    "exit": (lambda: os.kill(os.getpid(), signal.SIGTERM), "SIGTERM"),
}


@pytest.mark.parametrize("name", WORKS)
def test_works(name):
    action, expected = WORKS[name]
    assert locked(action) == expected


LEARNER = """
    import os, sys
    import numpy as np
    from autograder.worker import lockin

    scratch, *readable = sys.argv[1:]
    os.environ["TMPDIR"] = scratch
    os.chdir(scratch)
    lockin.prepare_lock_in()
    confinement = lockin.Confinement()
    confinement.allow(readable, [scratch, "/dev/null"])
    confinement.enter(lockin.Limits(memory_mb=2048))

    import asyncio, bz2, collections, concurrent.futures, copy, csv, dataclasses, decimal
    import enum, faulthandler, fractions, functools, gzip, heapq, inspect, io, itertools, json
    import logging, lzma, math, operator, pathlib, pickle, pprint, queue, random, re, shelve
    import shutil, statistics, string, tarfile, tempfile, textwrap, threading, time, timeit
    import traceback, types, typing, unittest, uuid, warnings, zipfile
    import numpy.ctypeslib, numpy.fft, numpy.linalg, numpy.ma, numpy.polynomial, numpy.random
    import numpy.testing

    def threads():
        with concurrent.futures.ThreadPoolExecutor(24) as pool:
            assert sum(pool.map(lambda n: n * n, range(1000))) == 332833500
        found = []
        thread = threading.Thread(target=found.append, args=(1,), name="learner")
        thread.start(); thread.join()
        assert found == [1]

    def arrays():
        rng = np.random.default_rng(0)
        a = rng.normal(size=(50, 50))
        np.testing.assert_allclose(a @ np.linalg.inv(a), np.eye(50), atol=1e-8)
        assert np.fft.ifft(np.fft.fft(a)).real.shape == (50, 50)
        np.savez("weights.npz", a=a); assert (np.load("weights.npz")["a"] == a).all()
        np.save("a.npy", a); assert (np.load("a.npy", mmap_mode="r") == a).all()
        np.savetxt("a.txt", a); assert np.loadtxt("a.txt").shape == (50, 50)
        assert np.zeros(500 * 2**20 // 8).nbytes == 500 * 2**20
        try:
            np.ones(4 * 2**30 // 8)
        except MemoryError:
            pass
        else:
            raise AssertionError("no MemoryError")

    def files():
        os.mkdir("sub"); os.makedirs("deep/er", mode=0o755)
        pathlib.Path("one").write_text("1"); os.replace("one", "two")
        shutil.copy("two", "three"); shutil.copy2("two", "four"); shutil.copytree("deep", "deeper")
        shutil.move("four", "sub/four")
        assert pathlib.Path("sub/four").read_text() == "1"
        with gzip.open("z.gz", "wt") as stream: stream.write("zip")
        assert gzip.open("z.gz", "rt").read() == "zip"
        with tempfile.TemporaryDirectory() as folder:
            with tempfile.NamedTemporaryFile(dir=folder) as file: file.write(b"x")
        with tempfile.TemporaryFile() as file: file.write(b"x"); file.truncate(0)
        with zipfile.ZipFile("z.zip", "w") as archive: archive.write("two")
        with tarfile.open("z.tar", "w") as archive: archive.add("two")
        with shelve.open("shelf") as shelf: shelf["key"] = [1, 2]
        with open(os.devnull, "w") as stream: stream.write("x")
        shutil.rmtree("deep"); os.chmod("two", 0o600); os.utime("two")

    def runtime():
        async def answer():
            await asyncio.sleep(0.001)
            return await asyncio.to_thread(lambda: 42)
        assert asyncio.run(answer()) == 42
        faulthandler.enable(); faulthandler.dump_traceback_later(60)
        faulthandler.cancel_dump_traceback_later()
        assert timeit.timeit("pass", number=10) >= 0
        assert len({uuid.uuid4(), random.random(), random.SystemRandom().random()}) == 3
        time.sleep(0.001); time.localtime(); logging.warning("seen"); warnings.warn("seen")
        assert os.cpu_count() and os.getcwd() and os.getpriority(0, 0) >= 0

    for work in (threads, arrays, files, runtime): work()
    print("all right")
"""


def test_right_learner_code_does_not_notice(scratch):
    _require_strict()
    numpy_home = Path(np.__file__).parent
    readable = [sys.prefix, sys.base_prefix, numpy_home, numpy_home.with_name("numpy.libs")]
    readable += LIBRARIES
    ran = subprocess.run(
        [sys.executable, "-B", "-c", textwrap.dedent(LEARNER), scratch, *readable, "/dev/urandom"],
        env={"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ran.returncode, ran.stdout) == (0, "all right\n"), ran.stderr


# ---- the filter as a program: both architectures, on any machine ------------------------------

WORD = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
MUST_WORK = {  # on x86-64, on aarch64
    **{"read": (0, 63), "write": (1, 64), "close": (3, 57), "fstat": (5, 80), "lseek": (8, 62)},
    **{"mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215), "brk": (12, 214)},
    **{"rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139)},
    **{"futex": (202, 98), "getrandom": (318, 278), "exit": (60, 93), "exit_group": (231, 94)},
    **{"set_robust_list": (273, 99), "rseq": (334, 293), "madvise": (28, 233)},
    **{"getdents64": (217, 61), "unlinkat": (263, 35), "renameat2": (316, 276), "dup": (32, 23)},
    **{"ftruncate": (77, 46), "clock_nanosleep": (230, 115), "statx": (332, 291)},
    **{"newfstatat": (262, 79), "setitimer": (38, 103), "sigaltstack": (131, 132)},
    **{"sendmsg": (46, 211), "recvfrom": (45, 207), "ppoll": (271, 73), "mremap": (25, 216)},
}
ALLOW, EPERM, ENOSYS, KILL = 0x7FFF0000, 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS, 0x80000000


def verdict(program, word, number, *arguments, pid=1234):
    """Run the filter as the kernel would and return the action."""
    code = bytearray(program.code)
    for slot in program.pid_slots:
        struct.pack_into("=I", code, slot, pid)
    padded = [argument & (1 << 64) - 1 for argument in arguments] + [0] * (6 - len(arguments))
    data = struct.pack("<IIQ6Q", number & 0xFFFFFFFF, word, 0, *padded)
    at = accumulator = 0
    while True:
        operation, if_true, if_false, operand = struct.unpack_from("=HBBI", code, 8 * at)
        at += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, operand)
        elif operation == 0x54:
            accumulator &= operand
        elif operation == 0x05:
            at += operand
        elif operation == 0x06:
            return operand
        else:
            holds = {0x15: accumulator == operand, 0x35: accumulator >= operand}[operation]
            at += if_true if holds else if_false


@pytest.mark.parametrize(("column", "architecture"), [*enumerate(WORD)])
class TestFilter:
    """Verdicts of each architecture's program."""

    def test_by_number(self, column, architecture):
        program, word = seccomp.compile_filter(architecture), WORD[architecture]
        for name, row in BY_NUMBER.items():
            assert verdict(program, word, row[column]) == EPERM, name
        for name, row in MUST_WORK.items():
            assert verdict(program, word, row[column]) == ALLOW, name
        for number in (400, 470, 10**6, 0x3FFFFFFF):
            assert verdict(program, word, number) == ENOSYS

    def test_by_architecture(self, column, architecture):
        program, word = seccomp.compile_filter(architecture), WORD[architecture]
        for other in {0x40000003, 0x40000028, *WORD.values()} - {word}:
            assert verdict(program, other, MUST_WORK["read"][column]) == KILL
        for number in (0x40000000, 0x40000027, -1):
            assert verdict(program, word, number) == KILL

    def test_by_argument(self, column, architecture):
        program, word = seccomp.compile_filter(architecture), WORD[architecture]
        rows = [
            ((56, 220), (0x3D0F00,), ALLOW),  # what pthread_create passes
            ((56, 220), (0x1200011,), EPERM),  # what fork passes
            ((56, 220), (0x4111,), EPERM),  # what vfork passes
            ((56, 220), (0x3D0F00 | 0x20000000,), EPERM),
            ((62, 129), (1234, 9), ALLOW),
            ((62, 129), (0, 9), EPERM),
            ((62, 129), (-1234, 9), EPERM),
            ((234, 131), (1234, 77, 9), ALLOW),
            ((234, 131), (1235, 1234, 9), EPERM),
            ((302, 261), (0, 7), ALLOW),
            ((302, 261), (1234, 7), ALLOW),
            ((302, 261), (1, 7), EPERM),
            ((141, 140), (0, 0, 5), ALLOW),
            ((141, 140), (1, 0, 5), EPERM),
            ((141, 140), (0, 1235, 5), EPERM),
            ((53, 199), (1, 0o2000001), ALLOW),
            ((53, 199), (1, 5), ALLOW),
            ((53, 199), (1, 2), EPERM),
            ((44, 206), (3, 0, 0, 0, 0, 0), ALLOW),
            ((44, 206), (3, 0, 0, 0, 1, 0), EPERM),
            ((257, 56), (-100, 0, 0o101, 0o644), ALLOW),
            ((257, 56), (-100, 0, 0o1101, 0o644), ALLOW),
            ((257, 56), (-100, 0, 0o1000, 0), EPERM),
            ((257, 56), (-100, 0, 3, 0), EPERM),
            ((257, 56), (-100, 0, 0, 0o4755), ALLOW),  # mode is not looked at: nothing is made
            ((257, 56), (-100, 0, 0o101, 0o4755), EPERM),
            ((258, 34), (-100, 0, 0o777), ALLOW),
            ((258, 34), (-100, 0, 0o077), EPERM),
            ((268, 53), (-100, 0, 0o777), 0x50000),
            ((162, 81), (), 0x50000),
            ((306, 267), (3,), 0x50000),
            ((16, 29), (1, 0x5401), ALLOW),
            ((16, 29), (1, 0x5412), 0x50000 | errno.ENOTTY),  # TIOCSTI
        ]
        for numbers, arguments, expected in rows:
            met = verdict(program, word, numbers[column], *arguments)
            assert met == expected, (numbers, arguments)


def test_calls_that_only_x86_has():
    program, word = seccomp.compile_filter("x86_64"), WORD["x86_64"]
    rows = [
        ((57,), EPERM),  # fork
        ((58,), EPERM),  # vfork
        ((2, 0, 0o101, 0o644), ALLOW),  # open
        ((2, 0, 0o1000, 0), EPERM),
        ((2, 0, 0o101, 0o4755), EPERM),
        ((85, 0, 0o644), ALLOW),  # creat
        ((85, 0, 0o2755), EPERM),
        ((83, 0, 0o777), ALLOW),  # mkdir
        ((83, 0, 0), EPERM),
        ((90, 0, 0o777), 0x50000),  # chmod
    ]
    assert [verdict(program, word, *call) for call, _ in rows] == [told for _, told in rows]


def test_the_whole_lock_in_takes_no_tenth_of_a_second(scratch):
    lockin._abi_and_filter()

    def timed():
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            start = time.perf_counter()
            lock_in(LIMITS, PYTHON, [str(scratch)])
            os.write(writing, repr(time.perf_counter() - start).encode())
            os._exit(0)
        os.waitpid(pid, 0)
        seconds = float(os.read(reading, 100))
        os.close(reading)
        os.close(writing)
        return seconds

    _require_strict()
    assert min(timed() for _ in range(5)) < 0.1
