"""Several deliveries of one repository: one source and one webhook, and each delivery apart from the others."""

from typing import Any

import pytest

from components.application.deliveries import delivered
from tests.unit.conftest import Engine, revealed
from tests.unit.examples import BOT, app, faults

pytestmark = pytest.mark.usefixtures("engine")
MONO = "developer-friendly/mono"
WEB: dict[str, object] = {
    "name": "web",
    "kustomization": {"path": "./web", "dependsOn": ["api"], "targetNamespace": "web"},
    "createNamespace": True,
}
API: dict[str, object] = {
    "name": "api",
    "helmRelease": {"chart": "./api/chart", "targetNamespace": "api"},
    "image": {"name": "ghcr.io/o/api", "private": True},
}
DB: dict[str, object] = {
    "name": "db",
    "helmRelease": {
        "chart": "postgres",
        "repository": {"url": "https://charts.example.com", "username": "u"},
    },
}
SECRETS = {"bot": BOT, "registryToken": "registry" + "-token", "chartToken": "chart" + "-token"}


def up(*deliveries: dict[str, object], **changes: object) -> Engine:
    engine = Engine()
    entry = {"repository": "mono", "deliveries": list(deliveries), **changes}
    engine.up(**SECRETS, applications=[entry])
    return engine


def spec(engine: Engine, kind: str) -> Any:
    return revealed(engine.one(kind).inputs["spec"])


def registered(engine: Engine) -> dict[tuple[str, str], object]:
    """Everything but the GitHub webhook's order, by type and logical name."""
    return {(each.typ, each.name): revealed(dict(each.inputs)) for each in engine.registered}


@pytest.fixture
def mono(engine: Engine) -> Engine:
    engine.up(**SECRETS, applications=[{"repository": "mono", "deliveries": [WEB, API, DB]}])
    return engine


def test_a_list_has_one_source_key_receiver_and_webhook_and_each_delivery_its_own_object(
    mono: Engine,
) -> None:
    for kind in ("GitRepository", "RepositoryDeployKey", "Receiver", "RepositoryWebhook"):
        mono.one(kind)
    web = spec(mono, "Kustomization")
    assert web["path"] == "./web"
    assert web["dependsOn"] == [{"name": "api"}]
    assert web["sourceRef"] == {"kind": "GitRepository", "name": "mono"}
    names = {revealed(each.inputs["metadata"])["name"] for each in mono.of("HelmRelease")}  # type: ignore[index]
    assert names == {"api", "db"}
    resources = [(each["kind"], each["name"]) for each in spec(mono, "Receiver")["resources"]]
    assert resources == [("GitRepository", "mono"), ("HelmRepository", "db")]
    assert [revealed(each.inputs["metadata"])["name"] for each in mono.of("Namespace")] == ["web"]  # type: ignore[index]


def test_the_image_of_a_delivery_has_names_and_a_directory_of_its_own(mono: Engine) -> None:
    automation = spec(mono, "ImageUpdateAutomation")
    assert automation["update"]["path"] == "./api/chart"
    assert automation["policySelector"]["matchLabels"] == {"app.kubernetes.io/instance": "api"}
    assert mono.one("RepositoryDeployKey").inputs["readOnly"] is False, "the bot commits"
    names = {each.inputs["name"] for each in mono.of("Parameter")}
    assert {f"/github/{MONO}/api/ghcr-token", f"/github/{MONO}/db/chart-token"} <= names
    assert f"/github/{MONO}/deploy-key" in names


def test_the_webhook_comes_after_every_delivery(mono: Engine) -> None:
    assert mono.registered[-1].typ.endswith(":RepositoryWebhook")


def test_adding_removing_and_reordering_deliveries_changes_no_other_one() -> None:
    both, reordered, all_three = up(WEB, API), up(API, WEB), up(DB, WEB, API)
    assert registered(both) == registered(reordered)
    one, more = registered(both), registered(all_three)
    changed = {name for (_, name), inputs in one.items() if more.get((_, name)) != inputs}
    assert changed == {f"{MONO}/receiver"}, "the Receiver names the HelmRepository of the new one"
    new = {name for _, name in more.keys() - one.keys()}
    assert all(name.startswith(f"{MONO}/db/") for name in new), new


def test_a_list_with_a_delivery_of_the_entrys_name_replaces_an_entry_without_a_list() -> None:
    engine = Engine()
    own = {key: value for key, value in WEB.items() if key != "name"}
    engine.up(**SECRETS, applications=[app(**{"repository": "mono", **own})])
    before = registered(engine)
    after = registered(up({**WEB, "name": "mono"}, API))
    key = ("github:index/repositoryDeployKey:RepositoryDeployKey", f"{MONO}/deploy-key")
    assert {name for name, inputs in before.items() if after.get(name) != inputs} == {key}
    assert len(after) > len(before), "the other delivery"


def test_commit_statuses_are_those_of_every_kustomization() -> None:
    engine = Engine()
    entry = {"repository": "mono", "commitStatus": True}
    deliveries = [WEB, API, {"name": "docs"}]
    token = {"commitStatusToken": "status" + "-token"}
    engine.up(**SECRETS, **token, applications=[{**entry, "deliveries": deliveries}])
    sources = [(each["kind"], each["name"]) for each in spec(engine, "Alert")["eventSources"]]
    assert sources == [("Kustomization", "web"), ("Kustomization", "docs")]


def test_an_environment_of_a_pull_request_renames_every_delivery() -> None:
    engine = Engine()
    ephemeral = {"name": "pr-7", "branch": "feature", "repository": "mono"}
    entry = {"repository": "mono", "deliveries": [WEB, API, {"name": "docs"}]}
    engine.up(**SECRETS, applications=[entry], ephemeral=ephemeral)
    found = {
        revealed(each.inputs["metadata"])["name"]: revealed(each.inputs["spec"])  # type: ignore[index]
        for kind in ("Kustomization", "HelmRelease")
        for each in engine.of(kind)
    }
    assert {name: each["targetNamespace"] for name, each in found.items()} == {  # type: ignore[index]
        "web-pr-7": "mono-web-pr-7",
        "api-pr-7": "mono-api-pr-7",
        "docs-pr-7": "mono-pr-7",
    }
    assert found["web-pr-7"]["dependsOn"] == [{"name": "api-pr-7"}]  # type: ignore[index]
    assert not engine.of("ImagePolicy")


STAGING = {"repository": "mono", "instance": "staging", "branch": "develop"}


def test_one_repository_stands_twice_with_a_branch_key_and_webhook_for_each() -> None:
    engine = Engine()
    other = {**STAGING, "deliveries": [{"name": "web-staging"}]}
    engine.up(applications=[{"repository": "mono", "deliveries": [{"name": "web"}]}, other])
    sources = {
        revealed(each.inputs["metadata"])["name"]: revealed(each.inputs["spec"])["ref"]  # type: ignore[index]
        for each in engine.of("GitRepository")
    }
    assert sources == {"mono": {"branch": "main"}, "mono-staging": {"branch": "develop"}}
    for kind in ("RepositoryDeployKey", "RepositoryWebhook"):
        assert [each.inputs["repository"] for each in engine.of(kind)] == ["mono"] * 2
    seeds = {each.name for each in engine.of("RandomPassword")}
    assert {f"{MONO}/deploy-key-seed", f"{MONO}@staging/deploy-key-seed"} <= seeds
    names = [each.inputs["name"] for each in engine.of("Parameter")]
    assert f"/github/{MONO}/staging/deploy-key" in names
    assert len({*names}) == len(names) == 4
    assert engine.exports["webhooks"].keys() == {MONO, f"{MONO}@staging"}  # type: ignore[attr-defined]


def test_another_instance_changes_nothing_of_the_first() -> None:
    alone, both = Engine(), Engine()
    alone.up(applications=[{"repository": "mono"}])
    both.up(applications=[STAGING, {"repository": "mono"}])
    assert registered(alone).items() <= registered(both).items()


def test_an_environment_of_a_pull_request_has_every_instance_with_its_branch() -> None:
    engine = Engine()
    ephemeral = {"name": "pr-7", "branch": "feature", "repository": "mono"}
    engine.up(applications=[STAGING, {"repository": "mono"}], ephemeral=ephemeral)
    sources = {
        revealed(each.inputs["metadata"])["name"]: revealed(each.inputs["spec"])["ref"]  # type: ignore[index]
        for each in engine.of("GitRepository")
    }
    assert sources == {key: {"branch": "feature"} for key in ("mono-pr-7", "mono-staging-pr-7")}


def test_two_entries_of_one_instance_are_refused_with_the_way_out() -> None:
    (found,) = faults(applications=[{"repository": "mono"}, {"repository": "Mono", "name": "b"}])
    assert found == (
        "fluxhook:applications[1].repository: is the repository of applications[0] too; write another,"
        " or an `instance` for another branch, or `deliveries` in one entry for several directories"
    )
    (found,) = faults(applications=[STAGING, {**STAGING, "name": "b"}])
    assert found.startswith("fluxhook:applications[1].instance: is the instance of applications[0]")


ENTRY = "fluxhook:applications[0]"
TWICE = [{"name": "a"}, {"name": "a"}]
RELEASES = [{"name": each, "helmRelease": {"chart": "./c", "releaseName": "r"}} for each in "ab"]


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ({"deliveries": []}, ".deliveries: is an empty list; write at least one entry"),
        ({"deliveries": [{}]}, ".deliveries[0].name: is missing"),
        (
            {"deliveries": TWICE},
            ".deliveries[1].name: is the name of applications[0].deliveries[0]",
        ),
        (
            {"deliveries": RELEASES},
            ".deliveries[1].helmRelease.releaseName: is the release name of applications[0].deliveries[0]",
        ),
        (
            {"deliveries": [WEB], "kustomization": {}, "createNamespace": True},
            ".deliveries: stands beside kustomization and createNamespace; write what belongs to",
        ),
        (
            {"deliveries": [{"name": "a", "kustomization": {}, "helmRelease": {"chart": "./c"}}]},
            ".deliveries[0].helmRelease: stands beside kustomization; write one of them",
        ),
        (
            {"deliveries": [{"name": "a", "kustomization": {"dependsOn": ["a"]}}]},
            ".deliveries[0].kustomization.dependsOn: names itself; remove `a`",
        ),
        (
            {"deliveries": [{"name": "a", "createNamespace": True}]},
            ".deliveries[0].createNamespace: has no namespace to create;",
        ),
        (
            {"deliveries": [{"name": "a", "image": {"name": "ghcr.io/o/r"}}]},
            ".deliveries[0].image.automation: needs a bot to commit",
        ),
        (
            {"deliveries": [{"name": "a"}], "scaffold": {}},
            ".scaffold: writes the files of one delivery, and there is a list; remove one of them",
        ),
    ],
)
def test_a_list_that_cannot_work_is_refused_once(entry: dict[str, object], fault: str) -> None:
    (found,) = faults(applications=[app(**entry)])
    assert found.startswith(f"{ENTRY}{fault}")


def test_a_delivery_with_the_name_of_another_entry_is_refused() -> None:
    entries = [app(), {"repository": "mono", "deliveries": [{"name": "echo-server"}]}]
    (found,) = faults(applications=entries)
    assert found == (
        "fluxhook:applications[1].deliveries[0].name: is the name of applications[0] too; write another"
    )


def test_a_list_beside_the_inputs_of_a_single_delivery_is_refused_by_the_component() -> None:
    args: Any = {"repository": MONO, "deliveries": [], "image": {}, "kustomization": {}}
    with pytest.raises(
        ValueError, match=f"{MONO}: `deliveries` stands beside kustomization, image"
    ):
        delivered(args, "mono")
