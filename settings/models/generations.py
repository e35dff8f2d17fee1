"""Generations of keys and tokens: several exist side by side, and the last of them is used."""

from typing import Annotated

from pydantic import Field

from components.rules.generations import FIRST, generations_fault
from settings.models.group import Group
from settings.models.types import refuse

Numbers = Annotated[
    tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1), refuse(generations_fault)
]


class Generations(Group):
    """Generations that exist of each key and token; the last of each list is used."""

    webhook_token: Numbers = Field(
        default=FIRST, description="of the webhook token, with its Receiver and route"
    )
    deploy_key: Numbers = Field(default=FIRST, description="of the deploy key")
    registry_token: Numbers = Field(
        default=FIRST,
        description="of the Secret with `registryToken`; a former one keeps its token",
    )
    signing_key: Numbers = Field(default=FIRST, description="of the bot's signing key")


class OwnGenerations(Group):
    """Generations of one application, each in place of the stack's."""

    webhook_token: Numbers | None = Field(
        default=None, description="of its webhook token; the stack's by default"
    )
    deploy_key: Numbers | None = Field(
        default=None, description="of its deploy key; the stack's by default"
    )
    registry_token: Numbers | None = Field(
        default=None, description="of its pull Secret; the stack's by default"
    )
