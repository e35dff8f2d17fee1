"""A real stack, as a verb needs it: options that name it, its settings, its outputs.

`pulumi` on PATH is asked, so a verb sees what `pulumi up` sees: the same backend, passphrase and files.
"""

from fluxhook.stacks.stack import Stack, read

__all__ = ["Stack", "read"]
