"""Generations of a key or token: several exist side by side, and the last of them is used (docs/rotation.md)."""

from collections.abc import Sequence
from itertools import pairwise

FIRST = (1,)
"""The generations of what was never rotated."""
LABEL = "fluxhook/generation"
"""Label of a Secret, and of the ExternalSecret that makes it, with the generation of what it contains."""


def suffix(generation: int) -> str:
    """Return how all names of a generation end, logical names included: the first has no ending, the second `-g2`."""
    return "" if generation == 1 else f"-g{generation}"


def generations_fault(generations: Sequence[int]) -> str | None:
    """Return what is wrong with a list of generations, or None."""
    if not generations:
        return "is an empty list; write at least one generation, such as [1]"
    if generations[0] < 1:
        return "has a generation below 1; the first one is 1"
    if any(one >= two for one, two in pairwise(generations)):
        return "is not ascending; write each generation once and the newest last, such as [1, 2]"
    return None


def checked(name: str, generations: Sequence[int]) -> Sequence[int]:
    """Return `generations`, the last of which is used.

    Raises:
        ValueError: there is none, or they are not ascending from 1; the message begins with `name`.
    """
    if fault := generations_fault(generations):
        raise ValueError(f"{name}: `generations` {fault}")
    return generations
