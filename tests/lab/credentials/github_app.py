"""The lab's GitHub App in a stack's configuration, and what GitHub shows of a commit."""

from lab.world.surroundings import APP_ID, INSTALLATION_ID
from tests.lab.conftest import Application
from tests.world import World, eventually


def github_app(world: World) -> dict[str, object]:
    """Keys of the stack for the App."""
    return {
        "githubApp": {"id": APP_ID, "installationId": INSTALLATION_ID},
        "githubAppPrivateKey": world.directory.github_app_key.read_text(),
    }


def await_status(application: Application, sha: str, state: str) -> dict[str, str]:
    """The only commit status of a commit, once its state is the given one."""

    def check() -> dict[str, str]:
        path = f"/repos/{application.repository}/commits/{sha}/status"
        found = application.world.github.get(path).raise_for_status().json()["statuses"]
        assert [each["state"] for each in found] == [state], found
        return dict(found[0])

    status: dict[str, str] = eventually(check)
    return status
