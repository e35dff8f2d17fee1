"""An Application in a program of its own: no stack file, no settings, no command line."""

import subprocess
import sys
from typing import Any, cast

import pytest
from pulumi.runtime.mocks import MockResourceArgs

from components import Application, ApplicationArgs
from tests.unit.components.inputs import EXPOSURE, PRIVATE_KEY, everything, stored
from tests.unit.conftest import ROOT, TOKEN, Engine, revealed

FIVE_LINES = """\
from components import Application

exposure = {"host": "flux.example.com", "gateway": {"name": "public"}}
application = Application("acme/shop", {"repository": "acme/shop", "exposure": exposure})
webhook_id = application.webhook_id
"""
MINIMAL: ApplicationArgs = {"repository": "acme/shop", "exposure": EXPOSURE}
APP = {"app_id": 12, "installation_id": 34, "private_key": stored("app-key")}


def up(engine: Engine, **changes: object) -> Engine:
    args = cast(ApplicationArgs, {**MINIMAL, **changes})
    engine.run(lambda: Application("acme/shop", args))
    return engine


def spec(made: MockResourceArgs) -> Any:
    return revealed(made.inputs["spec"])


def custom(engine: Engine) -> list[MockResourceArgs]:
    return [each for each in engine.registered if not each.typ.startswith("fluxhook:")]


def test_five_lines_deliver_a_repository(engine: Engine) -> None:
    engine.run(lambda: exec(FIVE_LINES, {}))  # noqa: S102 - the program that a reader would write
    assert [each.typ.rpartition(":")[2] for each in custom(engine)].count("Kustomization") == 1
    assert spec(engine.one("GitRepository"))["url"] == "ssh://git@github.com/acme/shop"
    assert {each.inputs["name"] for each in engine.of("Parameter")} == {
        "/github/acme/shop/deploy-key",
        "/github/acme/shop/flux-system/receiver/token",
    }
    hook = engine.one("RepositoryWebhook")
    configuration: Any = revealed(hook.inputs["configuration"])
    assert configuration["url"].startswith("https://flux.example.com/hook/")
    assert custom(engine)[-1] is hook


def test_the_components_load_nothing_of_the_stack_file_or_the_lab() -> None:
    ask = "import sys, components; print([m for m in sys.modules if '.' not in m])"
    done = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, check=True)
    assert "'components'" in done.stdout.decode()
    for other in ("settings", "fluxhook", "lab", "pydantic", "lightkube", "jinja2"):
        assert f"'{other}'" not in done.stdout.decode()


def test_everything_at_once_needs_nothing_of_the_stack_file(engine: Engine) -> None:
    up(engine, **everything("shop")["Application"])
    kinds = {each.typ.rpartition(":")[2] for each in engine.registered}
    assert kinds >= {"Application", "DeployKey", "Image", "Webhook"}
    assert kinds >= {"ImagePolicy", "ImageUpdateAutomation", "RepositoryFile", "Provider", "Alert"}
    assert engine.one("RepositoryDeployKey").inputs["readOnly"] is False, "the bot commits"
    assert custom(engine)[-1].typ.endswith("RepositoryWebhook")


def test_a_helm_release_takes_the_place_of_the_kustomization(engine: Engine) -> None:
    charts = {"url": "https://charts.example.com", "username": "u", "password": "chart" + "-token"}
    up(engine, helm_release={"chart": "shop", "repository": charts, "target_namespace": "there"})
    assert not engine.of("Kustomization")
    assert spec(engine.one("HelmRelease"))["targetNamespace"] == "there"
    assert spec(engine.one("HelmRepository"))["secretRef"] == {"name": "shop-helm"}
    names = {each.inputs["name"] for each in engine.of("Parameter")}
    assert "/github/acme/shop/chart-token" in names


def test_a_kustomization_goes_where_its_inputs_say(engine: Engine) -> None:
    up(engine, kustomization={"path": "./deploy", "target_namespace": "there"})
    assert spec(engine.one("Kustomization"))["targetNamespace"] == "there"
    assert spec(engine.one("Kustomization"))["path"] == "./deploy"


def test_a_github_app_clones_and_writes_commit_statuses(engine: Engine) -> None:
    up(engine, credentials="github-app", github_app=APP, commit_status={})
    assert not engine.of("RepositoryDeployKey")
    assert not engine.of("DeployKey")
    names = {revealed(each.inputs["metadata"])["name"] for each in engine.of("ExternalSecret")}  # type: ignore[index]
    assert names == {"shop-github-app", "shop-commit-status", "shop-webhook-token"}
    assert spec(engine.one("GitRepository"))["provider"] == "github"
    assert spec(engine.one("Provider"))["secretRef"] == {"name": "shop-commit-status"}


def test_the_backend_kubernetes_makes_nothing_of_aws(engine: Engine) -> None:
    app = {**APP, "private_key": {"value": PRIVATE_KEY}}
    token = 'quo"ted\\' + TOKEN
    image = {"name": "ghcr.io/acme/shop", "token": token}
    up(engine, secrets={"backend": "kubernetes"}, github_app=app, commit_status={}, image=image)
    kinds = {each.typ.partition(":")[0] for each in engine.registered}
    assert "aws" not in kinds
    assert not engine.of("ExternalSecret")
    assert len(engine.of("Secret")) == 4


def test_an_image_without_a_bot_has_a_pull_secret_alone(engine: Engine) -> None:
    up(engine, image={"name": "ghcr.io/acme/shop", "token": TOKEN})
    assert not engine.of("ImagePolicy")
    assert engine.one("RepositoryDeployKey").inputs["readOnly"] is True


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"credentials": "github-app"}, "acme/shop: needs `github_app`, which is missing"),
        ({"commit_status": {}}, "acme/shop: needs `github_app`, which is missing"),
        ({"scaffold": {}}, "acme/shop: `scaffold` needs an `image` to deploy"),
    ],
)
def test_an_application_that_lacks_an_input_is_refused_by_name(
    changes: dict[str, object], fault: str, engine: Engine
) -> None:
    with pytest.raises(ValueError, match=fault):
        up(engine, **changes)
