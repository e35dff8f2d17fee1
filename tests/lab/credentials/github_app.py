"""Configures the lab's GitHub App in a stack, and reads commit statuses."""

from lab.world.surroundings import APP_ID, INSTALLATION_ID
from tests.lab.conftest import Application
from tests.world import World, eventually


def github_app(world: World) -> dict[str, object]:
    """Returns the keys of a stack that uses the App."""
    return {
        "githubApp": {"id": APP_ID, "installationId": INSTALLATION_ID},
        "githubAppPrivateKey": world.directory.github_app_key.read_text(),
    }


def await_status(application: Application, sha: str, state: str) -> dict[str, str]:
    """Waits until a commit has exactly one commit status, in `state`, and returns it."""

    def check() -> dict[str, str]:
        path = f"/repos/{application.repository}/commits/{sha}/status"
        found = application.world.github.get(path).raise_for_status().json()["statuses"]
        assert [each["state"] for each in found] == [state], found
        return dict(found[0])

    status: dict[str, str] = eventually(check)
    return status
