"""Every configuration in docs/ works when it is pasted: it comes up, stays unchanged, and goes without a trace."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import yaml

from lab.world.surroundings import APP_ID, BOT, BOT_EMAIL, INSTALLATION_ID
from settings import SECRETS
from tests.deployment import ROOT, deployed
from tests.lab.secret_values import secret_value
from tests.world import World

BLOCK = re.compile(r"^```yaml\n(config:\n.*?)^```", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"pulumi config set (?:--path )?--secret (?:--path )?([\w.]+)")
PAGES = [page for page in sorted((ROOT / "docs").glob("*.md")) if BLOCK.search(page.read_text())]


def blocks() -> Iterator[object]:
    """Each configuration, with the secrets that the text after it has a reader set."""
    for page in PAGES:
        text = page.read_text()
        found = list(BLOCK.finditer(text))
        ends = [match.start() for match in found[1:]] + [len(text)]
        for number, (match, end) in enumerate(zip(found, ends, strict=True)):
            secrets = COMMAND.findall(text[match.end() : end])
            yield pytest.param(match[1], secrets, id=f"{page.stem}-{number}")


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
    text = re.sub(r"\bmy-(\w+)", rf"{name}-\1", text)
    config: dict[str, object] = yaml.safe_load(text)["config"]
    assert all(key.startswith("fluxhook:") for key in config)
    return {key.removeprefix("fluxhook:"): value for key, value in config.items()}


@pytest.mark.usefixtures("without_monitoring", "flux_operator")
@pytest.mark.parametrize(("block", "secrets"), list(blocks()))
def test_a_pages_configuration_works_when_pasted(
    block: str,
    secrets: Sequence[str],
    world: World,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    name = f"docs-{request.node.callspec.id}"
    with deployed(world, name, tmp_path) as stack:
        config = in_the_lab(block, name)
        stack.config = {**config, "kubeContext": "fluxhook-lab", "parameterPrefix": f"/{name}"}
        for path in secrets:
            set_secret(stack.config, path, world)
        for repository in repositories(stack.config) - {name}:
            world.make_repository(repository)
        before = world.objects("")
        stack.up()
        assert stack.up("--expect-no-changes").steps == {}
        stack.operate("destroy")
        assert world.objects("") == before
        assert world.parameters(f"/{name}") == {}


def set_secret(config: dict[str, object], path: str, world: World) -> None:
    """What the page has a reader set by `pulumi config set --secret`, if this configuration has a use for it."""
    key, *rest = path.split(".")
    assert key in SECRETS, path
    value = secret_value(key, world)
    if rest:
        group = config.setdefault(key, {})
        assert isinstance(group, dict)
        name, leaf = rest
        group.setdefault(name, {})[leaf] = value
    else:
        config[key] = value


def repositories(config: dict[str, object]) -> set[str]:
    """Names of the repositories that a configuration delivers."""
    entries = [*config.get("applications", []), config.get("clusterSync")]  # type: ignore[misc]
    return {str(entry["repository"]).rpartition("/")[2] for entry in entries if entry}
