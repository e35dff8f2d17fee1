"""One entry of `applications`: a GitHub repository and how Flux delivers it."""

from typing import Annotated

from pydantic import Field

from components.rules import defaults, parameter_names
from components.rules.choices import GitCredentials
from settings.models.delivery import Delivery
from settings.models.generations import OwnGenerations
from settings.models.group import Group
from settings.models.helm_release import HelmRelease
from settings.models.image import Image
from settings.models.kustomization import Kustomization
from settings.models.scaffold import Scaffold
from settings.models.types import Branch, Duration, Events, Name, ParameterName, Text


class DeployKey(Group):
    """The deploy key of an application."""

    title: Text = Field(default=defaults.KEY_TITLE, description="title of the deploy key on GitHub")
    writable: bool | None = Field(
        default=None,
        description="whether the deploy key may push; by default it may if the bot commits",
    )
    parameter: ParameterName | None = Field(
        default=None,
        description="SSM name, in place of `<parameterPrefix>/<owner>/<repository>/deploy-key`",
    )


class Receiver(Group):
    """The Receiver of an application."""

    name: Name | None = Field(
        default=None, description="name of the Receiver; the application's by default"
    )
    events: Events = Field(
        default=defaults.RECEIVER_EVENTS,
        description="GitHub events that the Receiver accepts; ping must be one of them",
    )
    interval: Duration = Field(
        default=defaults.RECEIVER_INTERVAL, description="how often the token is read again"
    )
    parameter: ParameterName | None = Field(
        default=None,
        description="SSM name, in place of"
        " `<parameterPrefix>/<owner>/<name>/<namespace>/receiver/token`",
    )


class Webhook(Group):
    """The GitHub webhook of an application."""

    events: Events = Field(
        default=defaults.WEBHOOK_EVENTS,
        description="GitHub events to send; GitHub sends ping by itself",
    )


OWN_DELIVERY = ("kustomization", "helm_release", "create_namespace", "image")
"""Keys of an entry that describe its only delivery."""


class Application(Group):
    """One GitHub repository and how Flux delivers it."""

    repository: str = Field(description="`name`, or `owner/name` if it has another owner")
    instance: Name | None = Field(
        default=None,
        description="tells entries of one repository apart: a part of their names, such as staging;"
        " one of them may have none",
    )
    formerly: str | None = Field(
        default=None,
        description="former `repository` of the entry, after GitHub renamed it; the objects in the cluster stay",
    )
    name: Name = Field(
        description="name of its objects; the repository's by default, with the instance behind it"
    )
    branch: Branch = Field(default=defaults.BRANCH, description="branch to deliver")
    interval: Duration = Field(
        default=defaults.SOURCE_INTERVAL,
        description="how often Flux fetches the branch when no webhook arrives",
    )
    timeout: Duration = Field(
        default=defaults.SOURCE_TIMEOUT, description="longest duration of one clone"
    )
    credentials: GitCredentials = Field(
        default=GitCredentials.DEPLOY_KEY, description="what Flux clones with"
    )
    deploy_key: DeployKey = Field(default=DeployKey(), description="the deploy key")
    kustomization: Kustomization = Field(default=Kustomization(), description="the Kustomization")
    helm_release: HelmRelease | None = Field(
        default=None, description="the HelmRelease, in place of the Kustomization"
    )
    create_namespace: bool = Field(
        default=False,
        description="whether the target namespace is created, and deleted, with the application",
    )
    receiver: Receiver = Field(default=Receiver(), description="the Receiver")
    webhook: Webhook = Field(default=Webhook(), description="the GitHub webhook")
    generations: OwnGenerations | None = Field(
        default=None, description="generations of its keys and tokens, in place of the stack's"
    )
    image: Image | None = Field(
        default=None, description="the container image, if the application has one of its own"
    )
    deliveries: Annotated[tuple[Delivery, ...], Field(min_length=1)] | None = Field(
        default=None,
        description="several deliveries of the repository, in place of `kustomization`, `helmRelease`,"
        " `createNamespace` and `image`",
    )
    commit_status: bool = Field(
        default=False, description="whether a commit on GitHub shows that it is applied"
    )
    scaffold: Scaffold | None = Field(
        default=None, description="first files to write into an empty repository"
    )

    @property
    def key(self) -> str:
        """What tells it from all others, in logical names and outputs: `owner/name` or `owner/name@instance`."""
        return _key(self.repository, self.instance)

    @property
    def former_key(self) -> str | None:
        """The former key, if the repository was renamed."""
        return _key(self.formerly, self.instance) if self.formerly else None

    @property
    def parameter_owner(self) -> str:
        """What stands for the repository in SSM names."""
        return parameter_names.of_instance(self.repository, self.instance)

    def component_of(self, delivery: Delivery) -> str:
        """Return the logical name of a delivery, which its objects carry: one of the entry's name has the key alone."""
        return parameter_names.of_delivery(self.key, self.name, delivery.name)

    @property
    def owner(self) -> str:
        """Owner of the repository."""
        return self.repository.partition("/")[0]

    @property
    def delivered(self) -> tuple[Delivery, ...]:
        """The deliveries: those of the list, or the one of the application's name that the entry itself describes."""
        own = {name: getattr(self, name) for name in OWN_DELIVERY}
        written = self.model_fields_set & own.keys()
        return self.deliveries or (Delivery.model_construct(written, name=self.name, **own),)

    @property
    def automated(self) -> bool:
        """Whether the bot commits new image tags."""
        return any(each.automated for each in self.delivered)

    @property
    def receiver_name(self) -> str:
        """Name of the Receiver."""
        return self.receiver.name or self.name


def _key(repository: str, instance: str | None) -> str:
    return f"{repository}@{instance}" if instance else repository
