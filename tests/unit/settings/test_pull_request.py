"""The environment of a pull request: beside the stack that it is a copy of, and nothing in common with it."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

import settings
from settings import models
from tests.unit.conftest import CONFIG, Engine, raw, revealed
from tests.unit.examples import PEM

SECRET = "s3cr3t-" + "canary"
ENVIRONMENT = {"name": "pr-7", "branch": "feature"}
KEPT_BY_THE_BASE: Mapping[str, object] = {
    "bot": {"login": "bot", "name": "Bot", "email": "bot@example.com"},
    "botPassphrase": SECRET,
    "registryToken": SECRET,
    "notifications": [{"name": "chat", "type": "slack"}],
    "notificationSecrets": {"chat": {"address": SECRET}},
    "monitoring": {"channel": "#alerts"},
    "slackWebhook": SECRET,
    "discordWebhook": SECRET,
    "clusterSync": {"repository": "clusters", "path": "./clusters/staging"},
    "fluxInstance": {"version": "2.9.x"},
    "secrets": {"store": {"region": "eu-central-1"}},
}
IMAGE = {"name": "ghcr.io/o/shop", "private": True}
Applications = dict[str, models.Application]


def app(repository: str = "shop", **entry: object) -> dict[str, object]:
    return {"repository": repository, **entry}


def parsed(
    *applications: dict[str, object], **changes: object
) -> tuple[settings.Settings, Applications, list[str]]:
    """The settings, their applications by repository, and the faults."""
    given = {**CONFIG, "applications": applications, "ephemeral": ENVIRONMENT, **changes}
    written = {key: value for key, value in given.items() if value is not None}
    found, faults = settings.parse(raw(written), "unit")
    return found, {each.repository: each for each in found.applications}, faults


def environment(*applications: dict[str, object], **changes: object) -> Applications:
    _, deployed, faults = parsed(*applications, **changes)
    assert faults == []
    return deployed


def object_names(engine: Engine, kind: str) -> list[str]:
    found = [revealed(each.inputs["metadata"]) for each in engine.of(kind)]
    return sorted(each["name"] for each in found)  # type: ignore[index]


def test_what_is_made_has_names_of_its_own_and_follows_the_branch(engine: Engine) -> None:
    engine.up(applications=[app()], ephemeral=ENVIRONMENT)
    for kind in ("GitRepository", "Kustomization", "Receiver"):
        assert object_names(engine, kind) == ["shop-pr-7"], kind
    assert object_names(engine, "HTTPRoute") == ["shop-pr-7-receiver"]
    assert object_names(engine, "ExternalSecret") == ["shop-pr-7-git", "shop-pr-7-webhook-token"]
    git, receiver, delivery = (
        revealed(engine.one(kind).inputs["spec"])
        for kind in ("GitRepository", "Receiver", "Kustomization")
    )
    assert git["ref"] == {"branch": "feature"}  # type: ignore[index]
    assert '"refs/heads/feature"' in receiver["resourceFilter"]  # type: ignore[index]
    assert delivery["targetNamespace"] == "shop-pr-7"  # type: ignore[index]
    key = engine.one("RepositoryDeployKey").inputs
    assert (key["title"], key["readOnly"]) == ("flux pr-7", True)
    assert {each.inputs["name"] for each in engine.of("Parameter")} == {
        "/github/pr-7/developer-friendly/shop/deploy-key",
        "/github/pr-7/developer-friendly/shop-pr-7/flux-system/receiver/token",
    }


def test_its_namespace_is_made_for_it(engine: Engine) -> None:
    engine.up(applications=[app()], ephemeral=ENVIRONMENT)
    assert object_names(engine, "Namespace") == ["shop-pr-7"]


def test_the_base_keeps_what_a_cluster_has_once(engine: Engine) -> None:
    def made(engine: Engine, **written: object) -> set[tuple[str, str]]:
        engine.up(**written)
        return {(each.typ, each.name) for each in engine.registered}

    everything = {**KEPT_BY_THE_BASE, "applications": [app(image=IMAGE)]}
    least = made(engine, applications=[app()], ephemeral=ENVIRONMENT)
    assert made(Engine(), **everything, ephemeral=ENVIRONMENT) == least
    assert len(made(Engine(), **everything)) > len(least)


@pytest.mark.parametrize(
    "left_out", [*KEPT_BY_THE_BASE, "everything"], ids=lambda name: f"without-{name}"
)
def test_it_needs_none_of_the_secrets_of_what_it_leaves_out(left_out: str) -> None:
    """Every key of these has another that it needs, but the environment needs neither."""
    kept = {} if left_out == "everything" else {**KEPT_BY_THE_BASE, left_out: None}
    assert environment(app(image=IMAGE), **kept)


def test_it_needs_no_secret_of_an_application_that_it_does_not_deliver() -> None:
    chart = {"chart": "web", "repository": {"url": "https://charts.example.com", "username": "u"}}
    other = app("till", helmRelease=chart, commitStatus=True, credentials="github-app")
    only = {**ENVIRONMENT, "repository": "shop"}
    assert list(environment(app(), other, ephemeral=only)) == ["developer-friendly/shop"]
    assert len(parsed(app(), other)[2]) > 1


@pytest.mark.parametrize("way", ["nodePort", "loadBalancer"])
def test_the_service_of_the_base_is_used_and_not_made_again(engine: Engine, way: str) -> None:
    exposure = {"gateway": None, "verifyTls": False, way: {"port": 31000}}
    engine.up(**exposure)
    assert len(engine.of("Service")) == 1
    beside = Engine()
    beside.up(**exposure, ephemeral=ENVIRONMENT)
    assert beside.of("Service") == []
    url = revealed(beside.one("RepositoryWebhook").inputs["configuration"])["url"]  # type: ignore[index]
    assert url.startswith("http://flux.example.com:31000/hook/")


def test_it_waits_for_its_own_applications_and_for_the_base_s_others() -> None:
    ours, theirs = (
        {"dependsOn": ["shop", "infrastructure"]},
        {"chart": "./charts/bank", "dependsOn": ["shop"], "releaseName": "bank"},
    )
    found = environment(app(), app("till", kustomization=ours), app("bank", helmRelease=theirs))
    till, bank = found["developer-friendly/till"], found["developer-friendly/bank"].helm_release
    assert till.kustomization.depends_on == ("shop-pr-7", "infrastructure")
    assert bank
    assert (bank.depends_on, bank.release_name) == (("shop-pr-7",), "bank-pr-7")


def test_applications_that_share_a_namespace_share_the_environment_s(engine: Engine) -> None:
    delivery = {"targetNamespace": "web"}
    both = [app(kustomization=delivery), app("till", kustomization=delivery)]
    engine.up(applications=both, ephemeral=ENVIRONMENT)
    assert object_names(engine, "Namespace") == ["web-pr-7"]
    targets = [revealed(e.inputs["spec"])["targetNamespace"] for e in engine.of("Kustomization")]  # type: ignore[index]
    assert targets == ["web-pr-7"] * 2


def test_pull_requests_of_one_number_share_no_namespace() -> None:
    delivery = {"targetNamespace": "web"}
    both = app(kustomization=delivery), app("till", kustomization=delivery)
    targets = {
        each.kustomization.target_namespace
        for only in ("shop", "till")
        for each in environment(*both, ephemeral={**ENVIRONMENT, "repository": only}).values()
    }
    assert targets == {"shop-pr-7", "till-pr-7"}


@pytest.mark.parametrize("written", ["shop", "developer-friendly/shop", "Developer-Friendly/Shop"])
def test_the_only_repository_is_given_by_its_name_or_with_its_owner(written: str) -> None:
    only = {**ENVIRONMENT, "repository": written}
    found = environment(app(), app("till"), app("other/shop", name="s2"), ephemeral=only)
    assert list(found) == ["developer-friendly/shop"]


def test_it_scaffolds_nothing_into_a_branch() -> None:
    (found,) = environment(app(image={"name": "o/shop", "automation": False}, scaffold={})).values()
    assert found.scaffold is None


def test_a_github_app_clones_for_it_too() -> None:
    keys = {"githubApp": {"id": 1, "installationId": 2}, "githubAppPrivateKey": PEM}
    assert environment(app(credentials="github-app"), **keys)


def test_every_written_ssm_name_lies_below_the_environment_s() -> None:
    charts = {"url": "https://charts.example.com", "username": "user", "parameter": "/x/charts"}
    found, _, faults = parsed(
        app(
            deployKey={"parameter": "/x/key"},
            receiver={"parameter": "/x/token"},
            helmRelease={"chart": "shop", "repository": charts},
        ),
        chartToken=SECRET,
    )
    assert faults == []
    assert {each.name for each in settings.parameter_names(found)} == {
        f"/github/pr-7/x/{each}" for each in ("key", "token", "charts")
    }


# Without a dash: whoever calls something `shop-pr-7` by hand has to look out.
NAMES = st.from_regex(r"[a-z][a-z0-9]{0,7}", fullmatch=True)
SSM_NAMES = st.none() | st.lists(NAMES, min_size=1, max_size=4).map(
    lambda parts: "/x/" + "/".join(parts)
)


@given(
    name=NAMES,
    receiver=st.none() | NAMES,
    parameter=SSM_NAMES,
    numbers=st.lists(st.integers(1, 999), min_size=2, max_size=2, unique=True),
    namespace=NAMES,
)
def test_environments_and_their_base_share_no_name(
    name: str, receiver: str | None, parameter: str | None, numbers: list[int], namespace: str
) -> None:
    entry = app(
        name,
        deployKey={"parameter": f"{parameter}/key"} if parameter else {},
        receiver={
            **({"name": receiver} if receiver else {}),
            **({"parameter": f"{parameter}/token"} if parameter else {}),
        },
        kustomization={"targetNamespace": namespace},
    )
    stacks = [
        parsed(entry, ephemeral=each)
        for each in (
            None,
            *({**ENVIRONMENT, "name": f"pr-{n}", "repository": name} for n in numbers),
        )
    ]
    uses: dict[str, list[str]] = {"object": [], "receiver": [], "namespace": [], "SSM name": []}
    for found, deployed, faults in stacks:
        assert faults == []
        for each in deployed.values():
            uses["object"].append(each.name)
            uses["receiver"].append(each.receiver_name)
            uses["namespace"].append(str(each.delivered[0].target_namespace))
        uses["SSM name"] += [each.name for each in settings.parameter_names(found)]
    for what, names in uses.items():
        assert len(set(names)) == len(names), what
