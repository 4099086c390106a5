"""Which system calls a locked-in process may make, and the answer to all others.

Every call up to `HIGHEST` is allowed except for the rows below; anything newer is answered ENOSYS,
as an older kernel would. A call is written ``name:number on x86-64:number on aarch64``, with ``-``
where an architecture has none; the numbers are those of the kernel's system-call tables.
"""

from __future__ import annotations

import dataclasses
import errno
from collections.abc import Sequence

COLUMN = {"x86_64": 1, "aarch64": 2}
HIGHEST = 469  # file_setattr, Linux 6.17
UNASSIGNED = {"x86_64": range(335, 424), "aarch64": range(295, 424)}

PRETEND = 0  # an error number of 0: the caller sees success, and nothing has happened
OWN_PID = -1  # stands for the process id, known only when the filter is installed


@dataclasses.dataclass(frozen=True)
class Family:
    """Calls with one answer, whatever their arguments."""

    purpose: str
    answer: int
    calls: str


@dataclasses.dataclass(frozen=True)
class Test:
    """True if the low 32 bits of an argument, masked, are one of `values`.

    The kernel itself reads no more of these arguments; a pointer takes two tests, with `high`.
    """

    argument: int
    values: Sequence[int]
    mask: int = 0xFFFFFFFF
    high: bool = False


@dataclasses.dataclass(frozen=True)
class Guard:
    """Calls allowed only if every test of at least one alternative is true."""

    purpose: str
    calls: str
    alternatives: Sequence[Sequence[Test]]
    answer: int = errno.EPERM


FAMILIES = (
    Family(
        "starts another process or program",
        errno.EPERM,
        "fork:57:- vfork:58:- execve:59:221 execveat:322:281 uselib:134:-",
    ),
    Family(
        "hides its arguments in memory, where a filter cannot see them; callers fall back",
        errno.ENOSYS,
        "clone3:435:435 openat2:437:437",
    ),
    Family(
        "talks to anyone but the judge",
        errno.EPERM,
        "socket:41:198 connect:42:203 bind:49:200 listen:50:201 accept:43:202 accept4:288:242 "
        "setsockopt:54:208",
    ),
    Family(
        "looks into or writes to another process",
        errno.EPERM,
        "ptrace:101:117 process_vm_readv:310:270 process_vm_writev:311:271 kcmp:312:272 "
        "process_madvise:440:440 process_mrelease:448:448 move_pages:279:239 "
        "migrate_pages:256:238 perf_event_open:298:241 get_robust_list:274:100",
    ),
    Family(
        "signals another process through a descriptor, or takes its descriptors",
        errno.EPERM,
        "pidfd_open:434:434 pidfd_send_signal:424:424 pidfd_getfd:438:438",
    ),
    Family(
        "leaves the session or process group by which the grader ends it",
        errno.EPERM,
        "setsid:112:157 setpgid:109:154 vhangup:153:58",
    ),
    Family(
        "takes processor time from the others",
        errno.EPERM,
        "sched_setaffinity:203:122 sched_setscheduler:144:119 sched_setparam:142:118 "
        "sched_setattr:314:274 ioprio_set:251:30",
    ),
    Family(
        "changes who it is or what it may do",
        errno.EPERM,
        "setuid:105:146 setgid:106:144 setreuid:113:145 setregid:114:143 setresuid:117:147 "
        "setresgid:119:149 setfsuid:122:151 setfsgid:123:152 setgroups:116:159 capset:126:91 "
        "seccomp:317:277 landlock_create_ruleset:444:444 landlock_add_rule:445:445 "
        "landlock_restrict_self:446:446 lsm_set_self_attr:460:460 personality:135:92",
    ),
    Family(
        "keeps something beyond the process: IPC objects and keys",
        errno.EPERM,
        "shmget:29:194 shmat:30:196 shmctl:31:195 shmdt:67:197 semget:64:190 semop:65:193 "
        "semctl:66:191 semtimedop:220:192 msgget:68:186 msgsnd:69:189 msgrcv:70:188 "
        "msgctl:71:187 mq_open:240:180 mq_unlink:241:181 mq_timedsend:242:182 "
        "mq_timedreceive:243:183 mq_notify:244:184 mq_getsetattr:245:185 "
        "add_key:248:217 request_key:249:218 keyctl:250:219",
    ),
    Family(
        "holds memory that RLIMIT_AS does not count, or the kernel's own queues",
        errno.EPERM,
        "memfd_create:319:279 memfd_secret:447:447 userfaultfd:323:282 io_setup:206:0 "
        "io_submit:209:2 io_uring_setup:425:425 io_uring_enter:426:426 "
        "io_uring_register:427:427",
    ),
    Family(
        "mounts, or leaves its root or namespaces",
        errno.EPERM,
        "mount:165:40 umount2:166:39 pivot_root:155:41 chroot:161:51 unshare:272:97 "
        "setns:308:268 open_tree:428:428 move_mount:429:429 fsopen:430:430 fsconfig:431:431 "
        "fsmount:432:432 fspick:433:433 mount_setattr:442:442 statmount:457:457 "
        "listmount:458:458 open_tree_attr:467:467",
    ),
    Family(
        "reaches files by a road that Landlock does not watch, or watches those of others",
        errno.EPERM,
        "name_to_handle_at:303:264 open_by_handle_at:304:265 fanotify_init:300:262 "
        "fanotify_mark:301:263 inotify_init:253:- inotify_init1:294:26 "
        "inotify_add_watch:254:27 lookup_dcookie:212:18 file_setattr:469:469",
    ),
    Family(
        "makes what the grader could trip over when it cleans up",
        errno.EPERM,
        "mknod:133:- mknodat:259:33 symlink:88:- symlinkat:266:36 link:86:- linkat:265:37",
    ),
    Family(
        "takes disk without writing it; callers write instead",
        errno.EOPNOTSUPP,
        "fallocate:285:47",
    ),
    Family(
        "governs the machine",
        errno.EPERM,
        "init_module:175:105 finit_module:313:273 delete_module:176:106 create_module:174:- "
        "query_module:178:- kexec_load:246:104 kexec_file_load:320:294 reboot:169:142 "
        "swapon:167:224 swapoff:168:225 acct:163:89 quotactl:179:60 quotactl_fd:443:443 "
        "settimeofday:164:170 clock_settime:227:112 adjtimex:159:171 clock_adjtime:305:266 "
        "sethostname:170:161 setdomainname:171:162 syslog:103:116 bpf:321:280 iopl:172:- "
        "ioperm:173:- modify_ldt:154:- _sysctl:156:- nfsservctl:180:42",
    ),
    Family(
        "changes a file's attributes: not watched by Landlock, and others belong to the same user;"
        " shutil.copy and its like must not fail",
        PRETEND,
        "chmod:90:- fchmod:91:52 fchmodat:268:53 fchmodat2:452:452 chown:92:- fchown:93:55 "
        "lchown:94:- fchownat:260:54 utime:132:- utimes:235:- futimesat:261:- utimensat:280:88 "
        "setxattr:188:5 lsetxattr:189:6 fsetxattr:190:7 removexattr:197:14 lremovexattr:198:15 "
        "fremovexattr:199:16 setxattrat:463:463 removexattrat:466:466",
    ),
    Family(
        "flushes every file system, at the expense of all others",
        PRETEND,
        "sync:162:81 syncfs:306:267",
    ),
)

CLONE_THREAD = 0x00010000
CLONE_NEW_NAMESPACES = 0x7E020000

O_CREAT, O_TMPFILE = 0o100, 0o20000000
O_ACCMODE_AND_TRUNC = 0o1003
O_RDONLY, O_WRONLY, O_RDWR, O_TRUNC = 0, 1, 2, 0o1000
SET_ID_BITS = 0o6000
OWNER_BITS = 0o700
AT_REMOVEDIR = 0x200
RENAME_NOREPLACE, RENAME_EXCHANGE = 1, 2

AF_UNIX, SOCK_STREAM, SOCK_SEQPACKET, SOCK_TYPE = 1, 1, 5, 0xF

PRCTLS = {
    "PR_GET_PDEATHSIG": 2,
    "PR_GET_DUMPABLE": 3,
    "PR_SET_NAME": 15,
    "PR_GET_NAME": 16,
    "PR_GET_SECCOMP": 21,
    "PR_CAPBSET_READ": 23,
    "PR_SET_TIMERSLACK": 29,
    "PR_GET_TIMERSLACK": 30,
    "PR_GET_NO_NEW_PRIVS": 39,
    "PR_SET_THP_DISABLE": 41,
    "PR_GET_THP_DISABLE": 42,
    "PR_SVE_GET_VL": 51,
    "PR_SET_VMA": 0x53564D41,
}
FCNTLS = {
    **{"F_DUPFD": 0, "F_GETFD": 1, "F_SETFD": 2, "F_GETFL": 3, "F_SETFL": 4},
    **{"F_GETLK": 5, "F_SETLK": 6, "F_SETLKW": 7, "F_GETOWN": 9},
    **{"F_OFD_GETLK": 36, "F_OFD_SETLK": 37, "F_OFD_SETLKW": 38},
    **{"F_DUPFD_CLOEXEC": 1030, "F_GETPIPE_SZ": 1032, "F_GET_SEALS": 1034},
}
IOCTLS = {
    "TCGETS": 0x5401,
    "TCGETS2": 0x802C542A,
    "TIOCGWINSZ": 0x5413,
    "FIONREAD": 0x541B,
    "FIONBIO": 0x5421,
    "FIONCLEX": 0x5450,
    "FIOCLEX": 0x5451,
    "FICLONE": 0x40049409,
}


def _opening_rules(flags: int, mode: int) -> tuple[tuple[Test, ...], ...]:
    allowed = (O_RDONLY, O_WRONLY, O_RDWR, O_WRONLY | O_TRUNC, O_RDWR | O_TRUNC)
    access = Test(flags, allowed, O_ACCMODE_AND_TRUNC)
    has_name = Test(flags, (0,), O_TMPFILE)  # without one, nobody who measures a folder sees it
    makes_nothing = Test(flags, (0,), O_CREAT)
    return (access, has_name, makes_nothing), (access, has_name, Test(mode, (0,), SET_ID_BITS))


def _mkdir_rules(mode: int) -> tuple[tuple[Test, ...], ...]:
    return ((Test(mode, (OWNER_BITS,), SET_ID_BITS | OWNER_BITS),),)


GUARDS = (
    Guard(
        "makes threads, not processes",
        "clone:56:220",
        ((Test(0, (CLONE_THREAD,), CLONE_THREAD | CLONE_NEW_NAMESPACES),),),
    ),
    Guard(
        "signals itself",
        "kill:62:129 tkill:200:130 tgkill:234:131 rt_sigqueueinfo:129:138 "
        "rt_tgsigqueueinfo:297:240",
        ((Test(0, (OWN_PID,)),),),
    ),
    Guard("limits itself", "prlimit64:302:261", ((Test(0, (0, OWN_PID)),),)),
    Guard(
        "changes its own priority", "setpriority:141:140", ((Test(0, (0,)), Test(1, (0, OWN_PID))),)
    ),
    Guard(
        "speaks only to the other end: a datagram socket can reach anyone's",
        "socketpair:53:199",
        ((Test(0, (AF_UNIX,)), Test(1, (SOCK_STREAM, SOCK_SEQPACKET), SOCK_TYPE)),),
    ),
    Guard(
        "sends without an address",
        "sendto:44:206",
        ((Test(4, (0,)), Test(4, (0,), high=True)),),
    ),
    Guard(
        "keeps its death signal, and asks only", "prctl:157:167", ((Test(0, (*PRCTLS.values(),)),),)
    ),
    Guard(
        "takes no lease on a file and makes no signal go elsewhere",
        "fcntl:72:25",
        ((Test(1, (*FCNTLS.values(),)),),),
    ),
    Guard(
        "asks what Python asks, and changes no attribute of a file",
        "ioctl:16:29",
        ((Test(1, (*IOCTLS.values(),)),),),
        errno.ENOTTY,
    ),
    Guard(
        "truncates only what it opened to write; no set-id files", "open:2:-", _opening_rules(1, 2)
    ),
    Guard("the same", "openat:257:56", _opening_rules(2, 3)),
    Guard("makes no set-id files", "creat:85:-", ((Test(1, (0,), SET_ID_BITS),),)),
    Guard("makes only directories that can be removed", "mkdir:83:-", _mkdir_rules(1)),
    Guard("the same", "mkdirat:258:34", _mkdir_rules(2)),
    Guard("the same", "umask:95:166", ((Test(0, (0,), OWNER_BITS),),)),
)

KEEPING_FILES = (
    Family(
        "removes a file, which may stay on the disk without a name; it stays, and is measured",
        PRETEND,
        "unlink:87:-",
    ),
    Guard("removes folders", "unlinkat:263:35", ((Test(2, (AT_REMOVEDIR,)),),), PRETEND),
    Family("may rename over a file", errno.EPERM, "rename:82:- renameat:264:38"),
    Guard(
        "renames to a new name, or two files to each other's",
        "renameat2:316:276",
        ((Test(4, (RENAME_NOREPLACE, RENAME_EXCHANGE)),),),
    ),
)  # where the scratch folder has no size of its own

TRUNCATE = Family("truncates a file by name", errno.EPERM, "truncate:76:45")


def call_numbers(calls: str, architecture: str) -> list[int]:
    """Return the numbers of those `calls` that `architecture` has."""
    column = COLUMN[architecture]
    entries = (call.split(":")[column] for call in calls.split())
    return [int(number) for number in entries if number != "-"]
