"""How a verb ends: its exit code, and the one error that is shown without a traceback."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every verb; `docs/cli.md` says the same."""

    DONE = 0
    """Everything asked for is done, and everything looked at is as it should be."""
    FAILED = 1
    """Something asked for could not be done, or something looked at is not as it should be; the output says what."""
    USAGE = 2
    """The command line itself is wrong; nothing was looked at."""
    NO_STACK = 3
    """The stack could not be read: no `pulumi`, no program, no such stack, or its passphrase is missing."""
    INTERRUPTED = 130
    """Ctrl-C."""


class Refusal(Exception):
    """An error that is shown without a traceback: its message says what is wrong and what to do instead.

    It never contains a secret.
    """

    def __init__(self, message: str, code: ExitCode = ExitCode.FAILED) -> None:
        """Take the message and the exit code of the process."""
        super().__init__(message)
        self.code = code
