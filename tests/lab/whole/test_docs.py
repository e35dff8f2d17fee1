"""A configuration in docs/ whose features no other test brings up: it comes up when pasted, stays unchanged, and goes.

All others are registered by tests/unit/test_pages.py.
"""

import re
from pathlib import Path

import pytest

from lab.world.surroundings import APP_ID, BOT, BOT_EMAIL, INSTALLATION_ID
from tests.deployment import deployed
from tests.lab.secret_values import secret_value
from tests.pages import BROUGHT_UP, Block, blocks, read, set_secret
from tests.world import World

ONLY_HERE = [each for each in blocks() if each.name not in BROUGHT_UP]


def in_the_lab(text: str, name: str) -> dict[str, object]:
    """A page's configuration with the lab's own names in place of a reader's."""
    for mine, labs in {
        "my-organisation": "developer-friendly",
        "my-bot@example.com": BOT_EMAIL,
        "my-bot": BOT,
        "my-cluster": "fluxhook-lab",
        "className: nginx": "className: lab",
        "my-app": name,
        " id: 123456\n": f" id: {APP_ID}\n",
        " installationId: 12345678\n": f" installationId: {INSTALLATION_ID}\n",
        ".example.com": ".fluxhook.test",
    }.items():
        text = text.replace(mine, labs)
    # Every other repository of a reader's, and what is named after it.
    return read(re.sub(r"\bmy-(\w+)", rf"{name}-\1", text))


@pytest.mark.usefixtures("without_monitoring", "flux_operator")
@pytest.mark.parametrize("block", ONLY_HERE, ids=lambda block: block.name)
def test_a_pages_configuration_works_when_pasted(
    block: Block, world: World, tmp_path: Path
) -> None:
    name = f"docs-{block.name}"
    with deployed(world, name, tmp_path) as stack:
        config = in_the_lab(block.text, name)
        stack.config = {**config, "kubeContext": "fluxhook-lab", "parameterPrefix": f"/{name}"}
        for path in block.secrets:
            set_secret(stack.config, path, secret_value(path.partition(".")[0], world))
        for repository in repositories(stack.config) - {name}:
            world.make_repository(repository)
        before = world.objects("")
        stack.up()
        assert stack.up("--expect-no-changes").steps == {}
        stack.operate("destroy")
        assert world.objects("") == before
        assert world.parameters(f"/{name}") == {}


def repositories(config: dict[str, object]) -> set[str]:
    """Names of the repositories that a configuration delivers."""
    entries = [*config.get("applications", []), config.get("clusterSync")]  # type: ignore[misc]
    return {str(entry["repository"]).rpartition("/")[2] for entry in entries if entry}
