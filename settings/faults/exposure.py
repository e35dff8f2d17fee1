"""Faults of the way in which GitHub reaches the receiver."""

from collections.abc import Iterator

from components.rules.choices import Scheme
from settings.models.settings import PROJECT, Settings

WAYS = ("gateway", "ingress", "nodePort", "loadBalancer")


def exposure_faults(settings: Settings) -> Iterator[str]:
    """Yield what does not fit together between the ways in, host and scheme."""
    stack, keys = settings.stack, settings.keys
    ways = [way for way in WAYS if way in keys]
    if len(ways) != 1:
        found = f"stands beside {' and '.join(ways[1:])}" if ways else "is missing"
        yield (
            f"{PROJECT}:{ways[0] if ways else 'gateway'}: {found};"
            " write exactly one of gateway, ingress, nodePort and loadBalancer"
        )
    if "host" not in keys and ("loadBalancer" not in ways or stack.ephemeral):
        yield f"{PROJECT}:host: is missing; write the public DNS name on which GitHub reaches the receiver"
    if stack.verify_tls and stack.scheme is Scheme.HTTP and (stack.gateway or stack.ingress):
        yield f"{PROJECT}:scheme: must be https while verifyTls is true; write https, or set verifyTls to false"
