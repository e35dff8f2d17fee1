"""The randomness that keys are derived from."""

import hashlib

import pulumi
import pulumi_random as random

LENGTH = 64
"""Letters and digits: 381 bits, more than the 256 that are derived from them."""


def seed(name: str, opts: pulumi.ResourceOptions) -> pulumi.Output[bytes]:
    """Secret: 32 bytes, drawn once and kept encrypted in the state.

    Not `random.RandomBytes`: its resource ID is the value itself, and Pulumi keeps IDs in clear
    (pulumi-random `provider/resources.go`, `computeRandomBytesID`). A RandomPassword's ID is "none".
    """
    drawn = random.RandomPassword(f"{name}-seed", length=LENGTH, special=False, opts=opts)
    result: pulumi.Output[str] = pulumi.Output.secret(drawn.result)
    return result.apply(lambda text: hashlib.sha256(text.encode()).digest())
