"""What a reader would set by `pulumi config set --secret`, as the lab knows it; made at run time."""

import secrets

from lab.world import images
from tests.world import World


def secret_value(key: str, world: World) -> str:
    """A value of a secret key of the stack that works in the lab."""
    tokens = world.state.tokens
    known = {
        "registryToken": images.TOKEN,
        "chartToken": tokens.charts,
        "commitStatusToken": tokens.statuses,
        "githubAppPrivateKey": world.directory.github_app_key.read_text(),
    }
    # A webhook of a chat is a URL; nothing is sent to it, so nobody needs to listen.
    return known.get(key) or f"http://127.0.0.1:9/{secrets.token_hex()}"
