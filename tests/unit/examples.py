"""Entries of stack files that several tests write."""

from collections.abc import Mapping

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import settings
from tests.unit.conftest import CONFIG, raw

PEM = (
    rsa.generate_private_key(65537, 2048)
    .private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    .decode()
)
APP = {"githubApp": {"id": 12, "installationId": 34}, "githubAppPrivateKey": PEM}
BOT = {"login": "bot", "name": "Bot", "email": "bot@example.com"}
KMS = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def app(**values: object) -> Mapping[str, object]:
    """An entry of `applications`."""
    return {"repository": "echo-server", **values}


def faults(**changes: object) -> list[str]:
    """The faults of the smallest stack file with some keys changed; None removes one."""
    written = {key: value for key, value in {**CONFIG, **changes}.items() if value is not None}
    return settings.parse(raw(written), "unit")[1]
