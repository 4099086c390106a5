"""The system-call filter: `syscalls` as a BPF program, a binary search by call number.

The kernel runs the program once for every call number when it is installed, and every time for
calls whose arguments matter, so that depth costs and length hardly does.
"""

from __future__ import annotations

import ctypes
import dataclasses
import errno
import itertools
import struct
from collections.abc import Iterable, Sequence

from autograder.worker import kernel, syscalls
from autograder.worker.syscalls import Family, Guard, Test

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
SECCOMP = {"x86_64": 317, "aarch64": 277}
GET_ACTION_AVAIL = 2

ARCHITECTURE_WORD = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32_BIT = 0x40000000

# struct seccomp_data: int nr, u32 arch, u64 instruction_pointer, u64 args[6]; little-endian
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16

LOAD, AND, JUMP = 0x20, 0x54, 0x05
JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, RETURN = 0x15, 0x35, 0x06
INSTRUCTION = struct.Struct("=HBBI")
LONGEST_JUMP = 255

ALLOW, ERRNO, KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand
Block = list[Instruction]  # position-independent, ends with a return


@dataclasses.dataclass(frozen=True)
class Program:
    """A filter but for the process id, which goes into the four bytes at each of `pid_slots`."""

    code: bytes
    pid_slots: tuple[int, ...]


def compile_filter(architecture: str, more: Iterable[Family | Guard] = ()) -> Program:
    """Return the filter of `syscalls` for `architecture`.

    Parameters
    ----------
    architecture : str
        ``x86_64`` or ``aarch64``.
    more : iterable of Family or Guard
        Further rows, which take precedence.
    """
    blocks = _blocks_by_number(architecture, more)
    search = _search_block(_group_runs(blocks))
    instructions = [
        _load_word(ARCHITECTURE),
        (JUMP_IF_EQUAL, 1, 0, ARCHITECTURE_WORD[architecture]),
        _return_action(KILL_PROCESS),
        _load_word(NUMBER),
        *search,
    ]
    return _encode_program(instructions)


def install_filter(program: Program, pid: int) -> None:
    """Put the calling thread under `program` permanently; its own process id is `pid`.

    Raises
    ------
    OSError
        If the kernel refuses, for instance because no-new-privileges is not set.
    """
    code = ctypes.create_string_buffer(program.code, len(program.code))
    for slot in program.pid_slots:
        struct.pack_into("=I", code, slot, pid)
    length = len(program.code) // INSTRUCTION.size
    header = struct.pack("@HP", length, ctypes.addressof(code))
    buffer = ctypes.create_string_buffer(header, len(header))
    answer = kernel.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, buffer)
    kernel.check_result(answer, "cannot install the system-call filter")


def missing_seccomp(architecture: str) -> list[str]:
    """Return why the kernel cannot filter system calls, and what to do; empty if it can."""
    for action in (ERRNO, KILL_PROCESS):
        wanted = ctypes.create_string_buffer(struct.pack("=I", action), 4)
        if kernel.syscall(SECCOMP[architecture], GET_ACTION_AVAIL, 0, wanted) != 0:
            return [UNAVAILABLE]
    return []


UNAVAILABLE = (
    "The kernel offers no system-call filters (seccomp mode 2): use Linux 4.14 or newer built with "
    "CONFIG_SECCOMP_FILTER=y, or, in a container, allow seccomp in its profile."
)


def _blocks_by_number(architecture: str, more: Iterable[Family | Guard]) -> dict[int, Block]:
    unassigned = syscalls.UNASSIGNED[architecture]
    rows: Sequence[Family | Guard] = (*syscalls.FAMILIES, *syscalls.GUARDS, *more)
    blocks = {number: [_return_action(ALLOW)] for number in range(syscalls.HIGHEST + 1)}
    blocks |= {number: _errno_block(errno.ENOSYS) for number in unassigned}
    for row in rows:
        block = _guard_block(row) if isinstance(row, Guard) else _errno_block(row.answer)
        blocks |= dict.fromkeys(syscalls.call_numbers(row.calls, architecture), block)
    blocks[syscalls.HIGHEST + 1] = _errno_block(errno.ENOSYS)
    blocks[X32_BIT] = [_return_action(KILL_PROCESS)]
    return blocks


def _group_runs(blocks: dict[int, Block]) -> list[tuple[int, Block]]:
    """Return the first number and the block of each run of numbers with the same block."""
    grouped = itertools.groupby(sorted(blocks.items()), key=lambda item: item[1])
    return [(next(items)[0], block) for block, items in grouped]


def _search_block(runs: Sequence[tuple[int, Block]]) -> Block:
    if len(runs) == 1:
        return runs[0][1]
    middle = len(runs) // 2
    low, high = _search_block(runs[:middle]), _search_block(runs[middle:])
    return [*_jump_from(runs[middle][0], len(low)), *low, *high]


def _jump_from(number: int, distance: int) -> Block:
    if distance <= LONGEST_JUMP:
        return [(JUMP_IF_AT_LEAST, distance, 0, number)]
    return [(JUMP_IF_AT_LEAST, 0, 1, number), (JUMP, 0, 0, distance)]


def _guard_block(guard: Guard) -> Block:
    alternatives = [_alternative_block(tests) for tests in guard.alternatives]
    return [*itertools.chain(*alternatives), *_errno_block(guard.answer)]


def _alternative_block(tests: Sequence[Test]) -> Block:
    block = [_return_action(ALLOW)]
    for test in reversed(tests):
        block = _test_block(test, otherwise=len(block)) + block
    return block


def _test_block(test: Test, otherwise: int) -> Block:
    """Continue behind this block if the test is true; if not, skip `otherwise` more."""
    count = len(test.values)
    return [
        _load_word(ARGUMENTS + 8 * test.argument + 4 * test.high),
        (AND, 0, 0, test.mask),
        *((JUMP_IF_EQUAL, count - at, 0, value) for at, value in enumerate(test.values)),
        (JUMP, 0, 0, otherwise),
    ]


def _errno_block(number: int) -> Block:
    return [_return_action(ERRNO | number)]


def _load_word(offset: int) -> Instruction:
    return (LOAD, 0, 0, offset)


def _return_action(action: int) -> Instruction:
    return (RETURN, 0, 0, action)


def _encode_program(instructions: Sequence[Instruction]) -> Program:
    code = b"".join(INSTRUCTION.pack(*rest, max(operand, 0)) for *rest, operand in instructions)
    slots = (
        INSTRUCTION.size * (at + 1) - 4
        for at, (_, _, _, operand) in enumerate(instructions)
        if operand == syscalls.OWN_PID
    )
    return Program(code, tuple(slots))
