"""Groups of settings are the inputs of components: the same names, and defaults that are valid."""

import pytest

from components.application.args import ApplicationArgs
from components.application.deploy_key import DeployKeyOptions
from components.application.image import ImageOptions
from components.application.scaffold import ScaffoldArgs
from components.application.webhook import WebhookOptions
from components.entry.http_route import GatewayArgs
from components.entry.ingress import IngressArgs
from components.entry.service import LoadBalancerArgs, NodePortArgs
from components.flux.flux_instance import FluxInstanceArgs
from components.flux.helm_release import HelmReleaseArgs, ValuesFromArgs
from components.flux.helm_repository import HelmRepositoryArgs
from components.flux.image_automation import ImagePolicyArgs
from components.flux.kustomization import KustomizationArgs
from components.flux.receiver import ReceiverArgs
from components.secrets.secret_store import SecretStoreArgs
from components.shared.monitoring import MonitoringArgs
from components.shared.notification import NotificationArgs
from settings import models
from settings.models.group import Group, keys_of

NOT_HANDED_ON = {
    models.Application: {"name", "create_namespace"},
    models.Image: {"private"},
}
"""What is called otherwise, or decides whether another input is handed on."""


@pytest.mark.parametrize(
    ("group", "args"),
    [
        (models.Application, ApplicationArgs),
        (models.DeployKey, DeployKeyOptions),
        (models.FluxInstance, FluxInstanceArgs),
        (models.Gateway, GatewayArgs),
        (models.HelmRelease, HelmReleaseArgs),
        (models.HelmRepository, HelmRepositoryArgs),
        (models.Image, ImageOptions),
        (models.ImagePolicy, ImagePolicyArgs),
        (models.Ingress, IngressArgs),
        (models.Kustomization, KustomizationArgs),
        (models.LoadBalancer, LoadBalancerArgs),
        (models.Monitoring, MonitoringArgs),
        (models.NodePort, NodePortArgs),
        (models.Notification, NotificationArgs),
        (models.Receiver, ReceiverArgs),
        (models.Scaffold, ScaffoldArgs),
        (models.SecretStore, SecretStoreArgs),
        (models.ValuesFrom, ValuesFromArgs),
        (models.Webhook, WebhookOptions),
    ],
)
def test_a_field_has_the_name_of_the_components_input(group: type[Group], args: type) -> None:
    handed_on = set(group.model_fields) - NOT_HANDED_ON.get(group, set())
    assert handed_on <= set(args.__annotations__)


@pytest.mark.parametrize("group", Group.__subclasses__())
def test_every_default_would_be_taken_if_it_were_written(group: type[Group]) -> None:
    required = {
        "owner": "o", "login": "b", "email": "a@b.c", "repository": "o/r", "path": "./", "url": "oci://r",
        "kind": "Secret", "type": "slack", "id": 1, "installationId": 1, "region": "eu-central-1",
    }  # fmt: skip
    written = {
        key.name: required.get(key.name, "x")
        for key in keys_of(group).values()
        if key.field.is_required()
    }
    found = group.model_validate(written)
    assert group.model_validate(found.model_dump(by_alias=True)) == found
