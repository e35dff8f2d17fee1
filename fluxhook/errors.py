"""How a verb ends: its exit code, and the one error that is shown without a traceback."""

from collections.abc import Mapping
from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every verb."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NO_STACK = 3
    INTERRUPTED = 130


MEANINGS: Mapping[ExitCode, str] = {
    ExitCode.DONE: "everything asked for is done, and everything looked at is as it should be",
    ExitCode.FAILED: "something could not be done, or is not as it should be; the output says what",
    ExitCode.USAGE: "the command line is wrong; nothing was looked at",
    ExitCode.NO_STACK: "the stack cannot be read: no `pulumi`, program, stack, file or passphrase",
    ExitCode.INTERRUPTED: "Ctrl-C",
}
"""What docs/cli.md says about them."""


class Refusal(Exception):
    """An error that is shown without a traceback: its message says what is wrong and what to do instead.

    It never contains a secret.
    """

    def __init__(self, message: str, code: ExitCode = ExitCode.FAILED) -> None:
        """Take the message and the exit code of the process."""
        super().__init__(message)
        self.code = code
