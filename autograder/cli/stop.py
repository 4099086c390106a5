"""Ending a command with one sentence."""

STOPPED = 130  # the exit code of Ctrl-C


class Stop(Exception):
    """The command cannot go on; `message` says what was got, what was wanted, what to do."""

    def __init__(self, message: str, code: int = 2) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
