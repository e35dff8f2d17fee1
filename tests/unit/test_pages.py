"""Every configuration in docs/ is read without a fault and registers the kinds that its page is about."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.deployment import ROOT
from tests.pages import BROUGHT_UP, Block, blocks, read, set_secret
from tests.unit.conftest import CONFIG, Engine

PLAIN = {
    *("RandomPassword", "RepositoryDeployKey", "Parameter", "ExternalSecret", "GitRepository"),
    *("Kustomization", "Receiver", "HTTPRoute", "RepositoryWebhook"),
}
"""Kinds of an application of which nothing is said but its repository."""
AUTOMATION = {"ImageRepository", "ImagePolicy", "ImageUpdateAutomation"}
MORE: dict[str, set[str]] = {
    "commit-status-0": {"Provider", "Alert"},
    "credentials-1": {"Secret"},
    "environments-0": {*AUTOMATION, "UserGpgKey", "Namespace"},
    "ephemeral-0": {"Namespace"},
    "exposure-1": {"Ingress"},
    "exposure-2": {"Service", "NetworkPolicy"},
    "exposure-3": {"Service", "NetworkPolicy"},
    "flux-instance-0": {"FluxInstance", "ClusterSecretStore"},
    "helm-0": {"HelmRelease", "Namespace"},
    "helm-1": {"HelmRelease", "HelmRepository", "Namespace"},
    "image-automation-0": {*AUTOMATION, "UserGpgKey"},
    "image-automation-1": AUTOMATION,
    "monitoring-0": {"HelmRepository", "HelmRelease", "AlertmanagerConfig", "Provider", "Alert"},
    "notifications-0": {"Provider", "Alert"},
    "scaffolding-0": {"Namespace", "RepositoryFile"},
    "several-deliveries-0": {"HelmRelease", "Namespace"},
    "several-deliveries-1": {"Namespace"},
}
"""Kinds that a page's configuration adds to those."""
LESS: dict[str, set[str]] = {
    "credentials-0": {"RepositoryDeployKey"},
    "credentials-1": {"Parameter", "ExternalSecret"},
    "exposure-1": {"HTTPRoute"},
    "exposure-2": {"HTTPRoute"},
    "exposure-3": {"HTTPRoute"},
    "helm-0": {"Kustomization"},
    "helm-1": {"Kustomization"},
}
"""Kinds that it replaces."""
BLOCKS = {block.name: block for block in blocks()}


@pytest.fixture(scope="module")
def app_key() -> str:
    """What the page has a reader set for the GitHub App."""
    key = rsa.generate_private_key(65537, 2048)
    pem, classic = Encoding.PEM, PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(pem, classic, NoEncryption()).decode()


def kinds(engine: Engine) -> set[str]:
    """Kinds of the resources that were registered; components and providers left out."""
    others = ("fluxhook:", "pulumi:")
    types = [each.typ for each in engine.registered if not each.typ.startswith(others)]
    return {each.rpartition(":")[2] for each in types}


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())
def test_a_pages_configuration_registers_what_its_page_is_about(
    block: Block, app_key: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_BOT_TOKEN", "some" + "-token")
    config = read(block.text)
    for path in block.secrets:
        set_secret(config, path, {"githubAppPrivateKey": app_key}.get(path, "some" + "-value"))
    engine.up(**{**dict.fromkeys(CONFIG), **config})
    expected = (PLAIN | MORE.get(block.name, set())) - LESS.get(block.name, set())
    assert kinds(engine) == expected


@pytest.mark.parametrize("name", BROUGHT_UP)
def test_a_page_that_does_not_come_up_in_the_lab_has_a_module_there_that_does(name: str) -> None:
    assert name in BLOCKS
    assert list((ROOT / "tests" / "lab").rglob(f"{BROUGHT_UP[name]}.py"))
