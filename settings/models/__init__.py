"""What a stack file may say, as typed, frozen groups of keys with a description for every key.

The names of fields are those of the components' inputs, so that `settings.shared_args.plain` turns a
group into what a component takes. Defaults come from `components.rules.defaults`.
"""

from settings.models.application import Application, DeployKey, Receiver, Webhook
from settings.models.cluster import (
    ClusterSync,
    Ephemeral,
    FluxInstance,
    GithubApp,
    Secrets,
    SecretStore,
)
from settings.models.delivery import Delivery
from settings.models.exposure import Gateway, Ingress, LoadBalancer, NodePort
from settings.models.generations import Generations, OwnGenerations
from settings.models.group import Group
from settings.models.helm_release import (
    ChartRef,
    Crds,
    HelmRelease,
    HelmRepository,
    ValuesFrom,
)
from settings.models.image import Image, ImagePolicy
from settings.models.kustomization import (
    Decryption,
    HealthCheck,
    ImageOverride,
    Kustomization,
    Patch,
    PostBuild,
    SubstituteFrom,
)
from settings.models.notification import Monitoring, Notification
from settings.models.remote import KubeConfig
from settings.models.scaffold import Scaffold
from settings.models.settings import Entry, Settings
from settings.models.stack import Bot, Stack

__all__ = [
    "Application",
    "Bot",
    "ChartRef",
    "ClusterSync",
    "Crds",
    "Decryption",
    "Delivery",
    "DeployKey",
    "Entry",
    "Ephemeral",
    "FluxInstance",
    "Gateway",
    "Generations",
    "GithubApp",
    "Group",
    "HealthCheck",
    "HelmRelease",
    "HelmRepository",
    "Image",
    "ImageOverride",
    "ImagePolicy",
    "Ingress",
    "KubeConfig",
    "Kustomization",
    "LoadBalancer",
    "Monitoring",
    "NodePort",
    "Notification",
    "OwnGenerations",
    "Patch",
    "PostBuild",
    "Receiver",
    "Scaffold",
    "SecretStore",
    "Secrets",
    "Settings",
    "Stack",
    "SubstituteFrom",
    "ValuesFrom",
    "Webhook",
]
