"""The components in somebody else's program: no stack file, no settings, a handful of arguments."""

from pathlib import Path

from tests.deployment import Deployment
from tests.world import World, eventually

NAME = "library-user"
PROJECT = "name: library-user\nruntime:\n  name: python\n"
PROGRAM = """\
import sys

import pulumi
from components import Application

app = Application(
    "developer-friendly/library-user",
    {
        "repository": "developer-friendly/library-user",
        "exposure": {
            "host": "flux.fluxhook.test",
            "gateway": {"name": "public", "namespace": "gateway-system"},
        },
    },
)
pulumi.export("urls", {"library-user": app.url})
assert "settings" not in sys.modules
"""


def test_a_program_of_ones_own_makes_an_application_with_a_handful_of_arguments(
    world: World, tmp_path: Path
) -> None:
    world.make_repository(NAME)
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    (tmp_path / "__main__.py").write_text(PROGRAM)
    stack = Deployment(world, NAME, tmp_path, environment={"GITHUB_OWNER": "developer-friendly"})
    stack.begin()
    try:
        steps = stack.up().steps
        assert set(steps.values()) == {"create"}
        assert [step for step in steps if step.startswith("RepositoryWebhook")]
        url = stack.output("urls")[NAME]
        assert world.post(url).status_code == 400, "served, and refused without a signature"

        def pinged() -> None:
            (hook,) = world.get(f"/repos/developer-friendly/{NAME}/hooks")
            (ping,) = world.get(f"/repos/developer-friendly/{NAME}/hooks/{hook['id']}/deliveries")
            assert (ping["event"], ping["status_code"]) == ("ping", 200)

        eventually(pinged)
        assert stack.up("--expect-no-changes").steps == {}
        stack.operate("destroy")
        assert world.get(f"/repos/developer-friendly/{NAME}/hooks") == []
        assert world.get(f"/repos/developer-friendly/{NAME}/keys") == []
        assert world.parameters(f"/github/developer-friendly/{NAME}") == {}
    finally:
        stack.end()
