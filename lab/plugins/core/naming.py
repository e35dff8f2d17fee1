"""Names that the engine lets a provider choose."""

import hashlib

from lab.plugins.core.model import Call, ProviderError


def generated(call: Call, digits: int) -> str:
    """The logical name plus random hexadecimal digits, the same in a preview and its update.

    Args:
        call: The check that needs a name; its seed decides the digits.
        digits: How many, as the official plugin has them.

    Raises:
        ProviderError: the engine sent no seed.
    """
    if not call.seed:
        raise ProviderError("the engine sent no seed for a generated name")
    return f"{call.name}-{hashlib.sha256(call.seed).hexdigest()[:digits]}"
