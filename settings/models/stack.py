"""Everything that a stack file says, except for the applications."""

from typing import Annotated

from pydantic import Field, SecretStr

from components.rules import defaults
from components.rules.choices import ParameterTier, Scheme, Signing
from settings.models.cluster import ClusterSync, Ephemeral, FluxInstance, GithubApp, Secrets
from settings.models.exposure import Gateway, Ingress, LoadBalancer, NodePort
from settings.models.generations import Generations
from settings.models.group import Group
from settings.models.notification import Monitoring, Notification
from settings.models.types import (
    AuthorName,
    Duration,
    Email,
    Host,
    KmsKey,
    Login,
    Name,
    ParameterName,
)


class Bot(Group):
    """The GitHub user that commits image updates."""

    login: Login = Field(description="GitHub login of the bot")
    name: AuthorName = Field(description="name in the bot's commits")
    email: Email = Field(description="verified e-mail address of the bot's account")
    signing: Signing = Field(
        default=Signing.OPENPGP, description="kind of key that signs the commits"
    )


class Stack(Group):
    """Everything that a stack file says, except for the applications."""

    owner: Login = Field(description="GitHub organisation or user that owns the repositories")
    host: Host | None = Field(
        default=None,
        description="public DNS name on which GitHub reaches the receiver;"
        " by default the address of the loadBalancer",
    )
    scheme: Scheme | None = Field(
        default=None,
        description="scheme of the receiver URL;"
        " by default http with nodePort and loadBalancer, else https",
    )
    port: Annotated[int, Field(ge=0, le=65535)] = Field(
        default=0, description="port of the receiver URL; 0: the port of the exposure"
    )
    verify_tls: bool = Field(
        default=defaults.VERIFY_TLS, description="whether GitHub checks the receiver's certificate"
    )
    gateway: Gateway | None = Field(
        default=None, description="exposure by the Gateway that serves the host"
    )
    ingress: Ingress | None = Field(default=None, description="exposure by an Ingress controller")
    node_port: NodePort | None = Field(default=None, description="exposure on a port of every node")
    load_balancer: LoadBalancer | None = Field(
        default=None, description="exposure by a load balancer of the cloud"
    )
    namespace: Name = Field(default=defaults.NAMESPACE, description="namespace in which Flux runs")
    kube_context: str | None = Field(default=None, description="context of the kubeconfig to use")
    kubeconfig: SecretStr | None = Field(
        default=None, description="contents of a kubeconfig; the file $KUBECONFIG by default"
    )
    secrets: Secrets = Field(default=Secrets(), description="how secrets reach the cluster")
    secret_store: Name = Field(
        default=defaults.SECRET_STORE, description="name of the ClusterSecretStore"
    )
    refresh_interval: Duration = Field(
        default=defaults.REFRESH_INTERVAL,
        description="how often External Secrets reads parameters",
    )
    parameter_prefix: ParameterName = Field(
        default=defaults.PARAMETER_PREFIX, description="first segments of every default SSM name"
    )
    parameter_tier: ParameterTier = Field(
        default=ParameterTier(defaults.PARAMETER_TIER), description="tier of every SSM parameter"
    )
    kms_key_id: KmsKey | None = Field(
        default=None,
        description="ARN of the KMS key of every SSM parameter; alias/aws/ssm by default",
    )
    token_length: Annotated[int, Field(ge=32, le=512)] = Field(
        default=defaults.TOKEN_LENGTH,
        description="characters of a webhook token; those of a former generation keep theirs",
    )
    generations: Generations = Field(
        default=Generations(),
        description="generations of keys and tokens, to rotate them without a gap",
    )
    github_app: GithubApp | None = Field(
        default=None, description="the GitHub App for credentials github-app"
    )
    github_app_private_key: SecretStr | None = Field(
        default=None, description="private key of the GitHub App"
    )
    bot: Bot | None = Field(default=None, description="the user that commits image updates")
    bot_passphrase: SecretStr | None = Field(
        default=None, description="passphrase of the bot's OpenPGP key"
    )
    registry_token: SecretStr | None = Field(
        default=None, description="token that pulls private images"
    )
    chart_token: SecretStr | None = Field(
        default=None, description="password that pulls charts of private repositories"
    )
    commit_status_token: SecretStr | None = Field(
        default=None,
        description="GitHub token that writes commit statuses; the GitHub App's by default",
    )
    notifications: tuple[Notification, ...] = Field(
        default=(), description="who is told about what Flux does"
    )
    notification_secrets: dict[str, dict[str, SecretStr]] = Field(
        default={},
        description="secrets of notifications, as `<name>.<key>`, such as `team.address`",
    )
    monitoring: Monitoring | None = Field(
        default=None, description="installs kube-prometheus-stack"
    )
    slack_webhook: SecretStr | None = Field(
        default=None, description="Slack webhook to which monitoring sends errors"
    )
    discord_webhook: SecretStr | None = Field(
        default=None, description="Discord webhook to which monitoring sends information"
    )
    cluster_sync: ClusterSync | None = Field(
        default=None, description="the cluster's own repository, as after flux bootstrap"
    )
    flux_instance: FluxInstance | None = Field(
        default=None, description="has flux-operator install Flux"
    )
    preflight: bool = Field(
        default=True,
        description="whether GitHub, AWS and the cluster are checked before anything is written",
    )
    ephemeral: Ephemeral | None = Field(
        default=None, description="makes this the environment of a pull request"
    )
