"""Raises its limits, its priority and its rights, and makes itself traceable."""

import os
import resource


def take():
    for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
        unlimited = resource.RLIM_INFINITY
        attempt("limit", lambda kind=kind: resource.setrlimit(kind, (unlimited, unlimited)))
        attempt("parent's limit", lambda kind=kind: resource.prlimit(os.getppid(), kind))
    attempt("nice", lambda: os.nice(-5) <= 0 and 1)
    attempt("user", lambda: os.setuid(12345))
    attempt("group", lambda: os.setgroups([0]))
    attempt("session", lambda: os.setsid())
    attempt("group", lambda: os.setpgid(0, 0))
    attempt("cores", lambda: os.sched_setaffinity(0, {0}))
    attempt("chroot", lambda: os.chroot("."))
    for name, number, arguments in (
        ("dumpable", 157, (4, 1, 0, 0, 0)),
        ("no death signal", 157, (36, 1, 0, 0, 0)),
        ("unshare", 272, (0x10000000,)),
        ("mount", 165, (b"none", b".", b"tmpfs", 0, 0)),
        ("capset", 126, (0, 0)),
        ("seccomp", 317, (1, 0, 0)),
        ("landlock", 444, (0, 0, 1)),
        ("bpf", 321, (0, 0, 0)),
        ("io_uring", 425, (8, 0)),
        ("userfaultfd", 323, (0,)),
        ("keyctl", 250, (0, -3, 0, 0, 0)),
        ("personality", 135, (0x0040000,)),
        ("chmod by number", 452, (-100, b"/tmp", 0o777, 0)) if os.getuid() == -1 else ("bad", 9999, ()),
    ):
        refused(name, libc().syscall(number, *arguments))


during("log", take)
