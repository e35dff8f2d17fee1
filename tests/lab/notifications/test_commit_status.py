"""Commit status with a token of its own, beside a deploy key."""

from lab.world import push
from tests.lab.conftest import OVERLAY, delivered
from tests.lab.credentials.github_app import await_status
from tests.world import World


def test_a_commit_shows_whether_it_is_applied(world: World) -> None:
    with delivered(world, "shown") as application:
        first = application.applied().rpartition(":")[2]
        application.stack.config["commitStatusToken"] = world.state.tokens.statuses
        application.stack.config["applications"][0]["commitStatus"] = True  # type: ignore[index]
        application.stack.up()
        good = await_status(application, application.push(3), "success")
        assert good["context"].startswith("kustomization/shown/")
        with push.connect(world.state) as github:
            broken = {OVERLAY: "resources: [missing.yaml]\n"}
            sha = push.commit(github, application.repository, "Break it", broken)
        bad = await_status(application, sha, "failure")
        assert bad["context"] == good["context"]
        path = f"/repos/{application.repository}/commits/{first}/status"
        assert world.github.get(path).json()["statuses"] == [], "before it was asked for"
        assert application.stack.up("--expect-no-changes").steps == {}
