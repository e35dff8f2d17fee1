"""Whether GitHub's first call to a new webhook arrived."""

import time

from preflight.findings import Unanswered
from preflight.github_api import GitHub

WITHIN = 12.0
"""Seconds until GitHub has a result: it gives a receiver 10. Source: GitHub, "Handling failed webhook deliveries"."""
AGAIN = 0.5
"""Seconds until it is asked again."""


def failure(github: GitHub, repository: str, hook_id: str) -> str | None:
    """Return why GitHub's ping to a webhook did not succeed; None when it did, or nobody can say.

    GitHub sends the ping by itself when it creates the webhook.
    """
    try:
        return _failure(github, repository, hook_id)
    except Unanswered:
        return None
    finally:
        github.close()


def _failure(github: GitHub, repository: str, hook_id: str) -> str | None:
    path = f"/repos/{repository}/hooks/{hook_id}"
    deadline = time.monotonic() + WITHIN
    while True:
        answer = github.get(f"{path}/deliveries", per_page=10)
        if not answer.is_success:
            return None
        pings = [each for each in answer.json() if each["event"] == "ping"]
        if pings:
            break
        if time.monotonic() > deadline:
            return f"GitHub has not called its webhook {hook_id} within {WITHIN:g} s, so nobody knows if it can"
        time.sleep(AGAIN)
    ping = pings[0]
    if 200 <= ping["status_code"] < 400:
        return None
    result = (
        f"answered {ping['status_code']}" if ping["status_code"] else f"failed: {ping['status']}"
    )
    return (
        f"GitHub's ping to the receiver {result}. A push will not arrive either until that is mended;"
        f" see https://github.com/{repository}/settings/hooks/{hook_id}"
    )
