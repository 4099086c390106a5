"""Leaves shared memory, semaphores, queues and keys in the kernel for later."""


def keep():
    for name, number, arguments in (
        ("shmget", 29, (4242, 1 << 20, 0o1666)),
        ("semget", 64, (4242, 1, 0o1666)),
        ("msgget", 68, (4242, 0o1666)),
        ("mq_open", 240, (b"planted", 0o102, 0o666, 0)),
        ("add_key", 248, (b"user", b"planted", b"x", 1, -4)),
        ("memfd_create", 319, (b"planted", 0)),
    ):
        refused(name, libc().syscall(number, *arguments))


during("log", keep)
