"""The random provider: values made once and kept in the state.

Follows terraform-provider-random 3.x as pulumi-random bridges it: every property forces a new
value, nothing is read from anywhere.
"""

import base64
import random
import secrets
import string
from collections.abc import Mapping

import bcrypt

from lab.plugins.core.diff import Difference
from lab.plugins.core.model import Call, Failure, Provider, ProviderError, ResourceType
from lab.plugins.core.properties import Property, faults
from lab.plugins.core.schema import SchemaResource
from lab.plugins.core.values import Properties

_SPECIAL = "!@#$%&*()-_=+[]{}<>:?"
# bcrypt looks at 72 bytes at most; the official plugin hashes that many of a longer password.
_BCRYPT_LIMIT = 72


class _Kept(SchemaResource):
    def fetch(
        self, call: Call, identifier: str, state: Properties
    ) -> tuple[str, Properties] | None:
        if not state:
            raise ProviderError("the lab's stand-in for the random provider imports no values")
        return identifier, state

    def delete(self, call: Call, identifier: str, state: Properties) -> None:
        """The value goes with the state; there is nothing else to delete."""


class RandomPassword(_Kept):
    """random:index/randomPassword:RandomPassword."""

    properties: Mapping[str, Property] = {
        "length": Property("integer", required=True, force_new=True),
        "special": Property("boolean", default=True, force_new=True),
        "upper": Property("boolean", default=True, force_new=True),
        "lower": Property("boolean", default=True, force_new=True),
        "numeric": Property("boolean", default=True, force_new=True),
        "minSpecial": Property("integer", default=0, force_new=True),
        "minUpper": Property("integer", default=0, force_new=True),
        "minLower": Property("integer", default=0, force_new=True),
        "minNumeric": Property("integer", default=0, force_new=True),
        "overrideSpecial": Property(force_new=True),
        "keepers": Property("map", force_new=True),
    }
    outputs: Mapping[str, Property] = {
        "result": Property(secret=True),
        "bcryptHash": Property(secret=True),
    }

    def check(
        self, call: Call, olds: Properties, news: Properties
    ) -> tuple[Properties, list[Failure]]:
        """Checks also that the length holds the minimums and that some character is allowed."""
        inputs, failures = super().check(call, olds, news)
        length = inputs.get("length")
        least = max(1, sum(_number(inputs, f"min{kind}") for kind in _SETS))
        if isinstance(length, int) and length < least:
            failures.append(Failure("length", f"length must be at least {least}, got: {length}"))
        if not any(inputs.get(kind.lower()) for kind in _SETS):
            reason = "at least one of special, upper, lower, numeric must be true"
            failures.append(Failure("numeric", reason))
        return inputs, failures

    def make(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        """Draws the password from the operating system's source."""
        special = inputs.get("overrideSpecial")
        sets = dict(_SETS, Special=special if isinstance(special, str) and special else _SPECIAL)
        allowed = "".join(letters for kind, letters in sets.items() if inputs[kind.lower()])
        drawn: list[str] = []
        for kind, letters in sets.items():
            drawn += [secrets.choice(letters) for _ in range(_number(inputs, f"min{kind}"))]
        missing = _number(inputs, "length") - len(drawn)
        drawn += [secrets.choice(allowed) for _ in range(missing)]
        random.SystemRandom().shuffle(drawn)
        result = "".join(drawn)
        hashed = bcrypt.hashpw(result.encode()[:_BCRYPT_LIMIT], bcrypt.gensalt(10)).decode()
        return "none", {**inputs, "result": result, "bcryptHash": hashed}


class RandomBytes(_Kept):
    """random:index/randomBytes:RandomBytes.

    Its identifier is the base64 form of the bytes, IN CLEAR, because the official plugin has it so
    (pulumi-random, provider/resources.go, computeRandomBytesID): whoever derives a key from these
    bytes finds the key in the state file. The stand-in does not hide that.
    """

    properties: Mapping[str, Property] = {
        "length": Property("integer", required=True, force_new=True),
        "keepers": Property("map", force_new=True),
    }
    outputs: Mapping[str, Property] = {
        "base64": Property(secret=True),
        "hex": Property(secret=True),
    }

    def make(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        """Draws the bytes from the operating system's source."""
        drawn = secrets.token_bytes(_number(inputs, "length"))
        encoded = base64.b64encode(drawn).decode()
        return encoded, {**inputs, "base64": encoded, "hex": drawn.hex()}

    def check(
        self, call: Call, olds: Properties, news: Properties
    ) -> tuple[Properties, list[Failure]]:
        """Checks also that there is at least one byte."""
        inputs, failures = super().check(call, olds, news)
        length = inputs.get("length")
        if isinstance(length, int) and length < 1:
            failures.append(Failure("length", f"length must be at least 1, got: {length}"))
        return inputs, failures


_SETS = {
    "Numeric": string.digits,
    "Lower": string.ascii_lowercase,
    "Upper": string.ascii_uppercase,
    "Special": _SPECIAL,
}


def _number(values: Properties, name: str) -> int:
    value = values.get(name)
    return value if isinstance(value, int) else 0


class RandomProvider(Provider):
    """The random provider; it has no configuration."""

    name = "random"
    _types: Mapping[str, ResourceType] = {
        "random:index/randomPassword:RandomPassword": RandomPassword(),
        "random:index/randomBytes:RandomBytes": RandomBytes(),
    }

    def check_config(self, news: Properties) -> tuple[Properties, list[Failure]]:
        """Refuses every option but the plugin's own version."""
        return news, faults({"version": Property()}, news)

    def diff_config(self, olds: Properties, news: Properties) -> Difference:
        """Nothing to compare."""
        return Difference()

    def configure(self, config: Properties) -> None:
        """Nothing to take over."""

    def resource(self, token: str) -> ResourceType:
        """The type behind a token."""
        if token not in self._types:
            raise self.not_covered(f"resource type {token}")
        return self._types[token]
