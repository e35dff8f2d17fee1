"""The random stand-in: passwords, drawn once and kept in the state.

Follows terraform-provider-random 3.x as pulumi-random bridges it: every change of an input makes a
new password, and nothing is read from anywhere.
"""

import secrets
import string
from collections.abc import Mapping

import bcrypt

from lab.plugins.core.diff import Difference
from lab.plugins.core.model import Call, Failure, Provider, ProviderError, ResourceType
from lab.plugins.core.properties import Property, errors_in
from lab.plugins.core.schema import SchemaResource
from lab.plugins.core.values import Properties

_SPECIAL = "!@#$%&*()-_=+[]{}<>:?"
# bcrypt reads 72 bytes at most; the official plugin hashes that many of a longer password.
_BCRYPT_LIMIT = 72


class RandomPassword(SchemaResource):
    """random:index/randomPassword:RandomPassword, of all kinds of characters or all but special ones."""

    properties: Mapping[str, Property] = {
        "length": Property("integer", required=True, force_new=True),
        "special": Property("boolean", default=True, force_new=True),
        "keepers": Property("map", force_new=True),
    }
    outputs: Mapping[str, Property] = {
        "result": Property(secret=True),
        "bcryptHash": Property(secret=True),
    }

    def check(self, call: Call, news: Properties) -> tuple[Properties, list[Failure]]:
        """Checks, besides, that there is at least one character."""
        inputs, failures = super().check(call, news)
        length = inputs.get("length")
        if isinstance(length, int) and length < 1:
            failures.append(Failure("length", f"length must be at least 1, got: {length}"))
        return inputs, failures

    def make(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        """Draws the password from the operating system's source of random numbers."""
        letters = string.ascii_letters + string.digits + (_SPECIAL if inputs["special"] else "")
        result = "".join(secrets.choice(letters) for _ in range(int(str(inputs["length"]))))
        hashed = bcrypt.hashpw(result.encode()[:_BCRYPT_LIMIT], bcrypt.gensalt(10)).decode()
        return "none", {**inputs, "result": result, "bcryptHash": hashed}

    def fetch(
        self, call: Call, identifier: str, state: Properties
    ) -> tuple[str, Properties] | None:
        """Returns the state as it is; a password cannot be imported."""
        if not state:
            raise ProviderError("the lab's stand-in for the random provider imports no passwords")
        return identifier, state

    def delete(self, call: Call, identifier: str, state: Properties) -> None:
        """Does nothing: the password exists in the state alone."""


class RandomProvider(Provider):
    """The random provider; it has no configuration."""

    name = "random"
    _types: Mapping[str, ResourceType] = {
        "random:index/randomPassword:RandomPassword": RandomPassword(),
    }

    def check_config(self, news: Properties) -> tuple[Properties, list[Failure]]:
        """Refuses every option but the plugin's version."""
        return news, errors_in({"version": Property()}, news)

    def diff_config(self, olds: Properties, news: Properties) -> Difference:
        """Returns no difference: there is nothing to configure."""
        return Difference()

    def configure(self, config: Properties) -> None:
        """Does nothing: there is nothing to configure."""

    def resource(self, token: str) -> ResourceType:
        """The type behind a token."""
        if token not in self._types:
            raise self.not_covered(f"resource type {token}")
        return self._types[token]
