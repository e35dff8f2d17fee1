"""Order where it does not follow from a value."""

from typing import TypeVar

import pulumi

T = TypeVar("T")


def known_after(resource: pulumi.CustomResource, value: pulumi.Input[T]) -> pulumi.Output[T]:
    """Return `value`, known only when `resource` exists and its wait is over, so that its users come later.

    pulumi-kubernetes' CustomResource has no typed outputs to take the value from.
    """
    return pulumi.Output.all(value, resource.id).apply(lambda known: known[0])
