"""Values for the secret keys of a stack that work in the lab, assembled at run time."""

import secrets

from lab.world import images
from tests.world import World


def secret_value(key: str, world: World) -> str:
    """Returns a value for a secret key of the stack."""
    tokens = world.state.tokens
    known = {
        "registryToken": images.TOKEN,
        "chartToken": tokens.charts,
        "commitStatusToken": tokens.statuses,
        "githubAppPrivateKey": world.directory.github_app_key.read_text(),
    }
    # The address of a chat. No test sends anything to it, so nothing needs to listen.
    return known.get(key) or f"http://127.0.0.1:9/{secrets.token_hex()}"
