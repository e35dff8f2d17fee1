"""The randomness that keys are derived from."""

import hashlib

import pulumi
import pulumi_random as random

from components.rules.generations import suffix

LENGTH = 64
"""Letters and digits: 381 bits, more than the 256 that are derived from them."""


def seed(name: str, generation: int, parent: pulumi.Resource) -> pulumi.Output[bytes]:
    """Return 32 secret bytes, drawn once and kept encrypted in the state.

    Not `random.RandomBytes`: its resource ID is the value itself, and Pulumi keeps IDs in clear
    (pulumi-random `provider/resources.go`, `computeRandomBytesID`). A RandomPassword's ID is "none".
    """
    password = random.RandomPassword(
        f"{name}-seed{suffix(generation)}",
        length=LENGTH,
        special=False,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    result: pulumi.Output[str] = pulumi.Output.secret(password.result)
    return result.apply(lambda text: hashlib.sha256(text.encode()).digest())
