"""Removes, renames or replaces the folder it stands in, so that the judge cleans up another."""

import os


def move():
    here = os.getcwd()
    attempt("removed the folder", lambda: os.rmdir(here))
    attempt("renamed the folder", lambda: os.rename(here, here + "-planted"))
    attempt("linked", lambda: os.symlink(WORKING, "planted"))
    attempt("hard link", lambda: os.link(__file__, "planted-2"))
    attempt("fifo", lambda: os.mkfifo("planted-3"))
    attempt("device", lambda: os.mknod("planted-4", 0o020666, os.makedev(1, 5)))


during("log", move)
