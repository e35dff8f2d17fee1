"""The settings are the components' inputs one to one: the same names, the same defaults."""

import ast
import inspect
import textwrap
from typing import Any

import pytest

from components import ApplicationArgs, BotArgs, MonitoringArgs, NotificationArgs, SecretsArgs
from components.application.args import GenerationsArgs
from components.application.delivery import DeliveryArgs
from components.application.deploy_key import DeployKeyOptions
from components.application.image import ImageOptions
from components.application.scaffold import ScaffoldArgs
from components.application.webhook import WebhookOptions
from components.entry.http_route import GatewayArgs
from components.entry.ingress import IngressArgs
from components.entry.service import LoadBalancerArgs, NodePortArgs
from components.flux.flux_instance import FluxInstanceArgs
from components.flux.helm_chart import ChartRefArgs
from components.flux.helm_release import (
    CrdsArgs,
    HelmReleaseArgs,
    ValuesFromArgs,
)
from components.flux.helm_repository import HelmRepositoryArgs
from components.flux.image_automation import ImagePolicyArgs
from components.flux.kustomization import KustomizationArgs
from components.flux.kustomize import (
    DecryptionArgs,
    HealthCheckArgs,
    ImageOverrideArgs,
    PatchArgs,
    PostBuildArgs,
    SubstituteFromArgs,
)
from components.flux.receiver import ReceiverArgs
from components.flux.remote import KubeConfigArgs
from components.secrets.secret_store import SecretStoreArgs
from settings import models
from settings.models.group import Group

PAIRS: list[tuple[type[Group], Any]] = [
    (models.Application, ApplicationArgs),
    (models.Bot, BotArgs),
    (models.ChartRef, ChartRefArgs),
    (models.Crds, CrdsArgs),
    (models.Decryption, DecryptionArgs),
    (models.Delivery, DeliveryArgs),
    (models.DeployKey, DeployKeyOptions),
    (models.FluxInstance, FluxInstanceArgs),
    (models.Gateway, GatewayArgs),
    (models.Generations, GenerationsArgs),
    (models.HealthCheck, HealthCheckArgs),
    (models.HelmRelease, HelmReleaseArgs),
    (models.HelmRepository, HelmRepositoryArgs),
    (models.Image, ImageOptions),
    (models.ImageOverride, ImageOverrideArgs),
    (models.ImagePolicy, ImagePolicyArgs),
    (models.Ingress, IngressArgs),
    (models.KubeConfig, KubeConfigArgs),
    (models.Kustomization, KustomizationArgs),
    (models.LoadBalancer, LoadBalancerArgs),
    (models.Monitoring, MonitoringArgs),
    (models.NodePort, NodePortArgs),
    (models.Notification, NotificationArgs),
    (models.OwnGenerations, GenerationsArgs),
    (models.Patch, PatchArgs),
    (models.PostBuild, PostBuildArgs),
    (models.Receiver, ReceiverArgs),
    (models.Scaffold, ScaffoldArgs),
    (models.SecretStore, SecretStoreArgs),
    (models.Secrets, SecretsArgs),
    (models.SubstituteFrom, SubstituteFromArgs),
    (models.ValuesFrom, ValuesFromArgs),
    (models.Webhook, WebhookOptions),
]
WITHOUT_INPUTS = {
    "Stack": "inputs of all components",
    "ClusterSync": "an Application",
    "Ephemeral": "changes other settings",
    "GithubApp": "its id and its installation are inputs of two components",
}
OTHER_NAMES = {
    ("Application", "name"): "object_name",
    ("Bot", "name"): "user_name",
}
NO_INPUT = {
    ("Application", "create_namespace"): "an input of the Cluster",
    ("Application", "formerly"): "an alias of the Application",
    ("Delivery", "create_namespace"): "an input of the Cluster",
    ("Generations", "signing_key"): "an input of the Bot",
    ("Image", "private"): "says whether there is a token",
}
IDS = [model.__name__ for model, _ in PAIRS]


def test_every_group_of_settings_is_compared_or_has_a_reason_not_to_be() -> None:
    groups = {
        name for name in models.__all__ if issubclass(vars(models)[name], Group) and name != "Group"
    }
    assert groups == set(IDS) | set(WITHOUT_INPUTS)


@pytest.mark.parametrize(("model", "inputs"), PAIRS, ids=IDS)
def test_every_setting_is_an_input_of_the_same_name(model: type[Group], inputs: Any) -> None:
    names = {
        OTHER_NAMES.get((model.__name__, name), name)
        for name in model.model_fields
        if (model.__name__, name) not in NO_INPUT
    }
    assert names - set(inputs.__annotations__) == set()


def test_every_exception_is_still_one() -> None:
    fields = {(model.__name__, name) for model, _ in PAIRS for name in model.model_fields}
    assert set(NO_INPUT) | set(OTHER_NAMES) <= fields
    inputs = {model.__name__: set(each.__annotations__) for model, each in PAIRS}
    assert not [(model, name) for model, name in NO_INPUT if name in inputs[model]]


@pytest.mark.parametrize(("model", "inputs"), PAIRS, ids=IDS)
def test_a_setting_that_may_be_left_out_is_an_input_that_may_be(
    model: type[Group], inputs: Any
) -> None:
    optional = {
        OTHER_NAMES.get((model.__name__, name), name)
        for name, field in model.model_fields.items()
        if not field.is_required()
    }
    assert optional & inputs.__required_keys__ == set()


@pytest.mark.parametrize(("model", "inputs"), PAIRS, ids=IDS)
def test_the_description_of_an_input_tells_the_default_of_the_setting(
    model: type[Group], inputs: Any
) -> None:
    told = described(inputs)
    for name, field in model.model_fields.items():
        default = getattr(field.default, "value", field.default)
        text = told.get(OTHER_NAMES.get((model.__name__, name), name))
        if text is None or field.is_required() or isinstance(default, Group):
            continue
        if isinstance(default, str | int) and not isinstance(default, bool) and default:
            assert said(default) in text.lower(), f"{model.__name__}.{name}: {text}"
        elif isinstance(default, bool) and "defaults to" in text:
            assert f"defaults to {default}".lower() in text.lower(), f"{model.__name__}.{name}"


def said(default: str | int) -> str:
    """How a description tells some defaults: in words, where their values say little."""
    words = {"./": "the root", "deploy-key": "a deploy key", "asc": "asc (default)"}
    return words.get(str(default), str(default)).lower()


def described(inputs: Any) -> dict[str, str]:
    """The description below each field of a TypedDict."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(inputs))).body
    assert isinstance(definition, ast.ClassDef)
    found = {}
    for field, text in zip(definition.body, definition.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
            assert isinstance(field.target, ast.Name)
            found[field.target.id] = ast.literal_eval(text.value)
    assert found.keys() == inputs.__annotations__.keys()
    return found
