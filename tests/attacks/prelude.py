"""What the programs share: it stands between the honest engine and the attack.

An attack prints `BROKE OUT` where it got what it should not get; the test looks for these words in
everything that the grader wrote.
"""

import struct
import sys
import zlib

WORKING = "/work-of-others"  # replaced when a class is staged: a folder with a secret in it


def attempt(name, action):
    """Return what `action` returns, and shout; None where something stopped it."""
    try:
        got = action()
    except BaseException:
        return None
    print(f"BROKE OUT: {name}: {got!r}"[:150], flush=True)
    return got


def refused(name, number):
    """Shout unless `number`, the answer of a raw system call, is -1."""
    if number != -1:
        print(f"BROKE OUT: {name}: {number}", flush=True)


def during(method, action):
    """Let `Value.method` do `action` first."""
    own = getattr(Value, method)

    def patched(self, *operands):
        action()
        return own(self, *operands)

    setattr(Value, method, patched)


def in_one_check(action):
    """Do `action` in the check of log only, and in its twin: it is costly."""

    def rarely():
        if "l = a.log()" in request().args.get("program", ()):
            action()

    during("log", rarely)


def request():
    """Return the request that is being answered, from the frames below."""
    frame = sys._getframe()
    while frame is not None:
        found = frame.f_locals.get("request")
        if hasattr(found, "probe"):
            return found
        frame = frame.f_back
    return None


def one_of(choices):
    """Return one of `choices`: always the same for the same question."""
    return choices[zlib.crc32(repr(request().args).encode()) % len(choices)]


def packed(value):
    """Return `value` as a frame of the protocol."""
    body = sys.modules["msgspec"].msgpack.encode({"value": value, "problem": None})
    return struct.pack("!Q", len(body)) + body


def raw_frame(value):
    """Return the frame of a reply whose value is `value`: bytes of msgpack."""
    body = b"\x82\xa5value" + value + b"\xa7problem\xc0"
    return struct.pack("!Q", len(body)) + body


def libc():
    """Return the C library."""
    import ctypes

    return ctypes.CDLL(None, use_errno=True)
