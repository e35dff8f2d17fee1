"""What a stack's file may say, as typed, frozen values with a description for every key.

Pulumi.yaml declares the same keys with the same descriptions; a test holds the two together.
"""

from typing import Literal

from pydantic import Field, SecretStr

from components._image import Image
from components._types import Duration, Events, Host, Name, ParameterName, Values


class Gateway(Values):
    """The Gateway that serves the host."""

    name: Name = Field(description="name of the Gateway")
    namespace: Name = Field(description="namespace of the Gateway")
    section_name: Name = Field(default="https", description="name of the Gateway's TLS listener")


class Bot(Values):
    """The GitHub user that commits image updates."""

    login: str = Field(
        pattern=r"^[A-Za-z0-9][-A-Za-z0-9]{0,38}$", description="GitHub login of the bot"
    )
    name: str = Field(pattern=r"^[^<>\n]+$", description="name in the bot's commits")
    email: str = Field(
        pattern=r"^[^@<>\s]+@[^@<>\s]+$", description="verified e-mail address of the bot's account"
    )


class DeployKey(Values):
    """The deploy key of an application."""

    title: str = Field(
        default="flux", min_length=1, description="title of the deploy key on GitHub"
    )
    writable: bool | None = Field(
        default=None, description="whether the deploy key may push; by default if the bot commits"
    )
    parameter: ParameterName | None = Field(
        default=None,
        description="SSM name, in place of `<parameterPrefix>/<repository>/deploy-key`",
    )


class Kustomization(Values):
    """The Kustomization of an application."""

    path: str = Field(
        default="./", pattern=r"^\./", description="directory of the overlay, beginning with ./"
    )
    interval: Duration = Field(default="5m", description="how often drift is corrected")
    prune: bool = Field(
        default=True, description="whether objects that left the repository are deleted"
    )
    force: bool = Field(default=False, description="whether immutable changes recreate the object")
    wait: bool = Field(
        default=False, description="whether Ready means that every object is healthy"
    )
    target_namespace: Name | None = Field(
        default=None, description="namespace of every applied object"
    )
    depends_on: tuple[Name, ...] = Field(
        default=(), description="Kustomizations that must be Ready before"
    )


class Receiver(Values):
    """The Receiver of an application."""

    name: Name | None = Field(
        default=None, description="name of the Receiver; the application's by default"
    )
    events: Events = Field(
        default=("ping", "push"), description="GitHub events to accept; ping among them"
    )
    interval: Duration = Field(default="10m", description="how often the token is read again")


class Webhook(Values):
    """The GitHub webhook of an application."""

    events: Events = Field(
        default=("push",), description="GitHub events to send; ping is sent by GitHub itself"
    )


class Application(Values):
    """One GitHub repository and how Flux delivers it."""

    repository: str = Field(description="`name`, or `owner/name` where the owner is another one")
    name: Name = Field(description="name of its objects; by default the repository's")
    branch: str = Field(
        default="main", pattern=r"^[^\s~^:?*\[\\]+$", description="branch to deliver"
    )
    interval: Duration = Field(default="1m", description="how often Flux looks without being told")
    timeout: Duration = Field(default="60s", description="longest duration of one clone")
    deploy_key: DeployKey = Field(default=DeployKey(), description="the deploy key")
    kustomization: Kustomization = Field(default=Kustomization(), description="the Kustomization")
    receiver: Receiver = Field(default=Receiver(), description="the Receiver")
    webhook: Webhook = Field(default=Webhook(), description="the GitHub webhook")
    image: Image | None = Field(
        default=None, description="the container image, when it has one of its own"
    )

    @property
    def owner(self) -> str:
        """Owner of the repository."""
        return self.repository.partition("/")[0]

    @property
    def repository_name(self) -> str:
        """The repository without its owner."""
        return self.repository.partition("/")[2]

    @property
    def automated(self) -> bool:
        """Whether the bot commits new image tags."""
        return self.image is not None and self.image.automation

    @property
    def pushes(self) -> bool:
        """Whether its deploy key may push."""
        asked = self.deploy_key.writable
        return self.automated if asked is None else asked

    @property
    def receiver_name(self) -> str:
        """Name of the Receiver."""
        return self.receiver.name or self.name


class Stack(Values):
    """Everything a stack's file says, but for the applications."""

    owner: str = Field(
        pattern=r"^[A-Za-z0-9][-A-Za-z0-9]{0,38}$",
        description="GitHub organisation or user that owns the repositories",
    )
    host: Host = Field(description="public DNS name on which GitHub reaches the receiver")
    scheme: Literal["https", "http"] = Field(
        default="https", description="scheme of the receiver URL"
    )
    port: int = Field(
        default=0, ge=0, le=65535, description="port of the receiver URL; 0 for the scheme's own"
    )
    verify_tls: bool = Field(
        default=True, description="whether GitHub checks the receiver's certificate"
    )
    gateway: Gateway = Field(
        description="the Gateway that serves the host: name, namespace, sectionName"
    )
    namespace: Name = Field(default="flux-system", description="namespace in which Flux runs")
    kube_context: str | None = Field(default=None, description="context of the kubeconfig to use")
    kubeconfig: SecretStr | None = Field(
        default=None, description="contents of a kubeconfig, as a secret; $KUBECONFIG by default"
    )
    secret_store: Name = Field(
        default="aws-parameter-store", description="name of the ClusterSecretStore"
    )
    refresh_interval: Duration = Field(
        default="5m", description="how often External Secrets reads parameters"
    )
    parameter_prefix: ParameterName = Field(
        default="/github", description="first segments of every SSM name"
    )
    parameter_tier: Literal["Standard", "Advanced", "Intelligent-Tiering"] = Field(
        default="Standard", description="tier of every SSM parameter"
    )
    kms_key_id: str | None = Field(
        default=None,
        description="ARN of the KMS key of every SSM parameter; alias/aws/ssm by default",
    )
    token_length: int = Field(
        default=32, ge=32, le=512, description="characters of a webhook token"
    )
    bot: Bot | None = Field(
        default=None, description="the user that commits image updates: login, name, email"
    )
    bot_token: SecretStr | None = Field(
        default=None,
        description="the bot's GitHub token, as a secret; $GITHUB_BOT_TOKEN by default",
    )
    bot_passphrase: SecretStr | None = Field(
        default=None, description="passphrase of the bot's signing key, as a secret"
    )
    registry_token: SecretStr | None = Field(
        default=None, description="token that pulls private images, as a secret"
    )

    @property
    def base_url(self) -> str:
        """Scheme, host and port of every receiver URL."""
        return f"{self.scheme}://{self.host}" + (f":{self.port}" if self.port else "")

    def deploy_key_parameter(self, app: Application) -> str:
        """SSM name of an application's deploy key."""
        return (
            app.deploy_key.parameter or f"{self.parameter_prefix}/{app.repository_name}/deploy-key"
        )

    def registry_token_parameter(self, app: Application) -> str:
        """SSM name of an application's registry token."""
        return f"{self.parameter_prefix}/{app.repository_name}/ghcr-token"

    def webhook_token_parameter(self, app: Application) -> str:
        """SSM name of an application's webhook token."""
        return f"{self.parameter_prefix}/{app.owner}/{app.name}/{self.namespace}/receiver/token"

    def signing_key_parameter(self, bot: Bot) -> str:
        """SSM name of the bot's signing key; its passphrase lies one level below."""
        return f"{self.parameter_prefix}/gpg-keys/{bot.login}"

    def parameters(self, app: Application) -> tuple[str, ...]:
        """Every SSM name of an application."""
        registry = (self.registry_token_parameter(app),) if app.image and app.image.private else ()
        return self.deploy_key_parameter(app), *registry, self.webhook_token_parameter(app)
