"""Order where it does not follow from a value."""

from typing import TypeVar

import pulumi

T = TypeVar("T")


def after(resource: pulumi.CustomResource, value: pulumi.Input[T]) -> pulumi.Output[T]:
    """`value`, known only once `resource` is there and awaited: whoever uses it comes after.

    pulumi-kubernetes' CustomResource has no typed outputs to take the value from.
    """
    return pulumi.Output.all(value, resource.id).apply(lambda known: known[0])
