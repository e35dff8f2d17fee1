"""Parameter Store as these verbs ask it: many parameters at once, values only where they are compared."""

from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime

from fluxhook.sides.github import Unanswered
from fluxhook.stacks import Stack
from recovery import parameters

AT_ONCE = 10
"""Names that one GetParameters takes."""
ATTEMPTS = 3
"""Of each request: somebody waits for the answer."""


@dataclass(frozen=True)
class Stored:
    """A parameter."""

    modified: datetime
    """When its value was written last."""
    value: str = field(repr=False)
    """Secret; encrypted unless it was asked for in clear."""


def stored(stack: Stack, names: Collection[str], *, in_clear: bool = False) -> Mapping[str, Stored]:
    """Return parameters by name; one that does not exist is missing.

    Raises:
        Unanswered: AWS refused, or did not answer.
    """
    # Imported late, since it takes long and not every verb needs it.
    from botocore.exceptions import BotoCoreError, ClientError

    wanted, found = sorted(names), {}
    try:
        client = parameters.connected(
            stack.config.get("aws:profile"), stack.config.get("aws:region"), ATTEMPTS
        )
        with closing(client):
            for first in range(0, len(wanted), AT_ONCE):
                some = wanted[first : first + AT_ONCE]
                answer = client.get_parameters(Names=some, WithDecryption=in_clear)
                for each in answer["Parameters"]:
                    found[each["Name"]] = Stored(each["LastModifiedDate"], each["Value"])
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "an error")
        message = f"Parameter Store answers {code}: the role needs ssm:GetParameters"
        raise Unanswered(message) from None
    except BotoCoreError as error:
        message = f"Parameter Store does not answer ({type(error).__name__}): look at the `AWS_…` variables"
        raise Unanswered(message) from None
    return found
