"""The kubernetes stand-in against a real API server: objects, previews, refusals."""

import base64
import copy
from pathlib import Path

import grpc
import pytest
import yaml

from lab.plugins.core.values import UNKNOWN, Properties, Secret, plain_object
from lab.plugins.kubernetes.cluster import APPLY, ApiError
from tests.plugins.protocol import StartPlugin, kinds
from tests.plugins.space import WIDGET, Space, details

CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
SEALED = "kubernetes:core/v1:Secret"
NAMESPACE = "kubernetes:core/v1:Namespace"


def test_an_object_is_created_updated_read_and_deleted(space: Space) -> None:
    plugin = space.plugin
    identifier, state = plugin.create(WIDGET, space.widget({"size": 1, "note": "to go"}))
    assert identifier == f"{space.name}/w"
    assert state["__fieldManager"] == "pulumi-kubernetes"

    wanted = space.widget({"size": 2})
    assert kinds(plugin.diff(WIDGET, state, wanted)) == {
        "spec.size": "UPDATE",
        "spec.note": "DELETE",
    }
    state = plugin.update(WIDGET, identifier, state, wanted)
    assert space.live()["spec"] == {"size": 2}
    assert kinds(plugin.diff(WIDGET, state, wanted)) == {}

    inputs = plugin.checked(WIDGET, wanted)
    assert plugin.read(WIDGET, identifier, inputs, state)[1:] == (inputs, state)

    plugin.delete(WIDGET, identifier, state)
    with pytest.raises(ApiError) as gone:
        space.live()
    assert gone.value.code == 404
    plugin.delete(WIDGET, identifier, state)
    assert plugin.read(WIDGET, identifier, inputs, state)[0] == ""


def test_drift_in_what_the_program_sets_shows_after_a_refresh_and_other_drift_does_not(
    space: Space,
) -> None:
    plugin, wanted = space.plugin, space.widget({"size": 1})
    identifier, state = plugin.create(WIDGET, wanted)
    space.patch({"spec": {"size": 5, "others": True}})
    _, inputs, state = plugin.read(WIDGET, identifier, plugin.checked(WIDGET, wanted), state)
    assert inputs["spec"] == {"size": 5}
    assert kinds(plugin.diff(WIDGET, state, wanted)) == {"spec.size": "UPDATE"}


def test_an_object_that_is_there_already_is_refused_and_left_alone(space: Space) -> None:
    space.plugin.create(WIDGET, space.widget({"size": 1}))
    with pytest.raises(grpc.RpcError) as refused:
        space.plugin.create(WIDGET, space.widget({"size": 2}))
    assert "already exists" in details(refused)
    assert "pulumi import" in details(refused)
    assert space.live()["spec"] == {"size": 1}


def test_upsert_takes_over_what_is_there_already(
    space: Space, plugin: StartPlugin, kubeconfig: Path
) -> None:
    space.plugin.create(WIDGET, space.widget({"size": 1}))
    options: Properties = {"kubeconfig": str(kubeconfig), "upsertExistingObjects": "true"}
    plugin("kubernetes", options).create(WIDGET, space.widget({"size": 1, "note": "added"}))
    assert space.live()["spec"] == {"size": 1, "note": "added"}


@pytest.mark.parametrize(
    ("identifiers", "kind"),
    [
        (("", ""), "UPDATE_REPLACE"),
        (("", "lab"), "UPDATE_REPLACE"),
        (("lab", "lab"), "UPDATE"),
    ],
)
def test_a_cluster_described_otherwise_is_another_one_unless_its_identifier_is_the_same(
    plugin: StartPlugin, kubeconfig: Path, identifiers: tuple[str, str], kind: str
) -> None:
    by_file = yaml.safe_load(kubeconfig.read_text())
    inline = copy.deepcopy(by_file)
    (cluster,) = [each["cluster"] for each in inline["clusters"]]
    authority = (kubeconfig.parent / cluster.pop("certificate-authority")).read_bytes()
    cluster["certificate-authority-data"] = base64.b64encode(authority).decode()
    olds: Properties = {"kubeconfig": yaml.safe_dump(by_file)}
    news: Properties = {"kubeconfig": yaml.safe_dump(inline)}
    for options, identifier in zip((olds, news), identifiers, strict=True):
        if identifier:
            options["clusterIdentifier"] = identifier
    found = kinds(plugin("kubernetes", olds).diff_config(olds, news))
    assert found["kubeconfig"] == kind


def test_a_field_of_another_manager_is_a_conflict_unless_forced(
    space: Space, plugin: StartPlugin, kubeconfig: Path
) -> None:
    identifier, state = space.plugin.create(WIDGET, space.widget({"size": 1}))
    query = {"fieldManager": "somebody", "force": "true"}
    path = space.cluster.path(space.widget())
    other = space.widget({"size": 7})
    space.cluster.request("PATCH", path, other, query, APPLY)
    with pytest.raises(grpc.RpcError) as refused:
        space.plugin.update(WIDGET, identifier, state, space.widget({"size": 2}))
    assert "field conflict" in details(refused)
    assert "somebody" in details(refused)
    assert space.live()["spec"] == {"size": 7}
    options: Properties = {"kubeconfig": str(kubeconfig), "enablePatchForce": "true"}
    forced = plugin("kubernetes", options)
    forced.update(WIDGET, identifier, state, space.widget({"size": 2}))
    assert space.live()["spec"] == {"size": 2}


def test_another_name_or_namespace_replaces_and_a_kept_name_deletes_first(space: Space) -> None:
    _, state = space.plugin.create(WIDGET, space.widget())
    other = space.widget()
    other["metadata"] = {**plain_object(other["metadata"]), "name": "v"}
    difference = space.plugin.diff(WIDGET, state, other)
    assert kinds(difference) == {"metadata.name": "UPDATE_REPLACE"}
    assert not difference.deleteBeforeReplace

    sealed: Properties = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s", "namespace": space.name},
        "stringData": {"token": Secret("a b c d e f")},
    }
    _, state = space.plugin.create(SEALED, sealed)
    assert kinds(space.plugin.diff(SEALED, state, sealed)) == {}
    changed: Properties = {**sealed, "stringData": {"token": Secret("g h i j k l")}}
    difference = space.plugin.diff(SEALED, state, changed)
    assert kinds(difference) == {"data.token": "UPDATE_REPLACE"}
    assert difference.deleteBeforeReplace


def test_the_data_of_a_secret_is_secret_in_the_state_through_a_refresh(space: Space) -> None:
    sealed: Properties = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s", "namespace": space.name},
        "stringData": {"token": Secret("a b c d e f")},
    }
    identifier, state = space.plugin.create(SEALED, sealed)
    assert isinstance(state["data"], Secret)
    _, inputs, state = space.plugin.read(SEALED, identifier, sealed, state)
    assert isinstance(state["data"], Secret)
    assert inputs["stringData"] == {"token": Secret("a b c d e f")}


def test_an_object_without_a_name_is_refused(space: Space) -> None:
    given: Properties = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"namespace": space.name},
    }
    # Where it is created: with --continue-on-error the name may be unknown where it is checked.
    assert space.plugin.check(CONFIG_MAP, given)[1] == {}
    with pytest.raises(grpc.RpcError) as refused:
        space.plugin.create(CONFIG_MAP, given)
    assert "metadata.name is missing" in str(refused.value)


def test_a_preview_asks_the_api_server_and_changes_nothing(space: Space) -> None:
    identifier, state = space.plugin.create(WIDGET, space.widget(), preview=True)
    assert identifier == ""
    assert plain_object(state["metadata"])["namespace"] == space.name
    with pytest.raises(ApiError):
        space.live()


def test_a_preview_of_an_unknown_value_or_of_an_unserved_kind_echoes_the_inputs(
    space: Space,
) -> None:
    inputs = space.plugin.checked(WIDGET, space.widget({"size": UNKNOWN}))
    assert space.plugin.create(WIDGET, inputs, preview=True) == ("", inputs)
    missing = {**space.widget(), "apiVersion": "absent.test/v1"}
    inputs = space.plugin.checked("kubernetes:absent.test/v1:Widget", missing)
    token = "kubernetes:absent.test/v1:Widget"  # noqa: S105
    assert space.plugin.create(token, missing, preview=True) == ("", inputs)
    with pytest.raises(grpc.RpcError) as refused:
        space.plugin.create(token, missing)
    assert "required CRDs" in details(refused)
    space.plugin.delete(token, "any", {**missing, "__inputs": missing})


def test_without_a_cluster_a_preview_passes_and_an_update_says_why(
    plugin: StartPlugin, tmp_path: Path
) -> None:
    absent = plugin("kubernetes", {"kubeconfig": str(tmp_path / "absent")})
    target: Properties = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}}
    assert absent.create(NAMESPACE, target, preview=True)[0] == ""
    with pytest.raises(grpc.RpcError) as refused:
        absent.create(NAMESPACE, target)
    assert "unreachable" in details(refused)


@pytest.mark.parametrize(
    ("token", "named"),
    [
        ("kubernetes:helm.sh/v3:Release", "Release"),
        ("kubernetes:core/v1:ConfigMapPatch", "ConfigMapPatch"),
        ("kubernetes:core/v1:SecretList", "SecretList"),
    ],
)
def test_what_is_no_single_object_is_refused(plugin: StartPlugin, token: str, named: str) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        plugin("kubernetes").check(token, {})
    assert named in details(refused)
    assert "stand-in" in details(refused)


def test_a_kind_whose_readiness_has_rules_of_its_own_must_be_told_not_to_wait(
    space: Space,
) -> None:
    service: Properties = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "s", "namespace": space.name},
        "spec": {"ports": [{"port": 80}]},
    }
    _, failures = space.plugin.check("kubernetes:core/v1:Service", service)
    assert "pulumi.com/skipAwait" in failures["metadata.annotations"]
    annotated: Properties = {
        "name": "s",
        "namespace": space.name,
        "annotations": {"pulumi.com/skipAwait": "true"},
    }
    service["metadata"] = annotated
    space.plugin.create("kubernetes:core/v1:Service", service)


def test_provider_options_that_only_the_official_one_has_are_refused(plugin: StartPlugin) -> None:
    refused = plugin("kubernetes").check_config(
        {"kubeconfig": "x", "renderYamlToDirectory": "y", "enableServerSideApply": "false"}
    )
    assert set(refused) == {"renderYamlToDirectory", "enableServerSideApply"}
