"""Everything a stack's file says, but for the applications."""

from typing import Literal

from pydantic import Field, SecretStr

from components.values.application import Application
from components.values.cluster import ClusterSync, Ephemeral, FluxInstance, GithubApp, Secrets
from components.values.exposure import Gateway, Ingress, LoadBalancer, NodePort
from components.values.notification import Monitoring, Notification
from components.values.types import (
    Duration,
    Host,
    KmsKey,
    Login,
    Name,
    ParameterName,
    Values,
)


class Bot(Values):
    """The GitHub user that commits image updates."""

    login: Login = Field(description="GitHub login of the bot")
    name: str = Field(pattern=r"^[^<>\n]+$", description="name in the bot's commits")
    email: str = Field(
        pattern=r"^[^@<>\s]+@[^@<>\s]+$", description="verified e-mail address of the bot's account"
    )
    signing: Literal["openpgp", "ssh"] = Field(
        default="openpgp", description="key that signs the commits: openpgp, or ssh"
    )


class Stack(Values):
    """Everything a stack's file says, but for the applications."""

    owner: Login = Field(description="GitHub organisation or user that owns the repositories")
    host: Host | None = Field(
        default=None,
        description="public DNS name on which GitHub reaches the receiver; a loadBalancer has its own",
    )
    scheme: Literal["https", "http"] | None = Field(
        default=None,
        description="scheme of the receiver URL; http by default for nodePort and loadBalancer, else https",
    )
    port: int = Field(
        default=0, ge=0, le=65535, description="port of the receiver URL; 0 for the exposure's own"
    )
    verify_tls: bool = Field(
        default=True, description="whether GitHub checks the receiver's certificate"
    )
    gateway: Gateway | None = Field(
        default=None,
        description="exposure by the Gateway that serves the host: name, namespace, sectionName",
    )
    ingress: Ingress | None = Field(
        default=None, description="exposure by an Ingress controller: className, tlsSecretName"
    )
    node_port: NodePort | None = Field(
        default=None, description="exposure on a port of every node: port"
    )
    load_balancer: LoadBalancer | None = Field(
        default=None, description="exposure by a load balancer of the cloud's: port, annotations"
    )
    namespace: Name = Field(default="flux-system", description="namespace in which Flux runs")
    kube_context: str | None = Field(default=None, description="context of the kubeconfig to use")
    kubeconfig: SecretStr | None = Field(
        default=None, description="contents of a kubeconfig, as a secret; $KUBECONFIG by default"
    )
    secrets: Secrets = Field(
        default=Secrets(), description="how secrets reach the cluster: backend, store"
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
    kms_key_id: KmsKey | None = Field(
        default=None,
        description="ARN of the KMS key of every SSM parameter; alias/aws/ssm by default",
    )
    token_length: int = Field(
        default=32, ge=32, le=512, description="characters of a webhook token"
    )
    github_app: GithubApp | None = Field(
        default=None, description="the GitHub App for credentials github-app: id, installationId"
    )
    github_app_private_key: SecretStr | None = Field(
        default=None, description="private key of the GitHub App, as a secret"
    )
    bot: Bot | None = Field(
        default=None, description="the user that commits image updates: login, name, email"
    )
    bot_token: SecretStr | None = Field(
        default=None,
        description="the bot's GitHub token, as a secret; $GITHUB_BOT_TOKEN by default",
    )
    bot_passphrase: SecretStr | None = Field(
        default=None, description="passphrase of the bot's OpenPGP key, as a secret"
    )
    registry_token: SecretStr | None = Field(
        default=None, description="token that pulls private images, as a secret"
    )
    chart_token: SecretStr | None = Field(
        default=None, description="password that pulls charts of private repositories, as a secret"
    )
    commit_status_token: SecretStr | None = Field(
        default=None,
        description="GitHub token that writes commit statuses, as a secret; the GitHub App by default",
    )
    notifications: tuple[Notification, ...] = Field(
        default=(), description="who is told what Flux does: a list of name, type, address"
    )
    notification_secrets: dict[str, dict[str, SecretStr]] = Field(
        default={},
        description="what a notification keeps secret, as a secret: <name>.address, <name>.token",
    )
    monitoring: Monitoring | None = Field(
        default=None, description="installs kube-prometheus-stack: version, channel"
    )
    slack_webhook: SecretStr | None = Field(
        default=None, description="Slack webhook that monitoring sends errors to, as a secret"
    )
    discord_webhook: SecretStr | None = Field(
        default=None,
        description="Discord webhook that monitoring sends information to, as a secret",
    )
    cluster_sync: ClusterSync | None = Field(
        default=None, description="the cluster's own repository: repository, path"
    )
    flux_instance: FluxInstance | None = Field(
        default=None, description="has flux-operator install Flux: version, registry"
    )
    ephemeral: Ephemeral | None = Field(
        default=None, description="makes this the environment of a pull request: name, branch"
    )

    def base_url(self, host: str) -> str:
        """Scheme, host and port of every receiver URL."""
        secured = bool(self.gateway or self.ingress)
        scheme = self.scheme or ("https" if secured else "http")
        service = self.node_port or self.load_balancer
        port = self.port or (service.port if service else 0)
        own = {"http": 80, "https": 443}[scheme]
        return f"{scheme}://{host}" + (f":{port}" if port not in (0, own) else "")

    def deploy_key_parameter(self, app: Application) -> str:
        """SSM name of an application's deploy key."""
        return (
            app.deploy_key.parameter or f"{self.parameter_prefix}/{app.repository_name}/deploy-key"
        )

    def registry_token_parameter(self, app: Application) -> str:
        """SSM name of an application's registry token."""
        return f"{self.parameter_prefix}/{app.repository_name}/ghcr-token"

    def chart_token_parameter(self, app: Application) -> str:
        """SSM name of an application's password for its Helm repository."""
        return f"{self.parameter_prefix}/{app.repository_name}/chart-token"

    def commit_status_token_parameter(self, app: Application) -> str:
        """SSM name of the token that writes an application's commit statuses."""
        return f"{self.parameter_prefix}/{app.repository_name}/commit-status-token"

    def webhook_token_parameter(self, app: Application) -> str:
        """SSM name of an application's webhook token."""
        own = f"{self.parameter_prefix}/{app.owner}/{app.name}/{self.namespace}/receiver/token"
        return app.receiver.parameter or own

    def signing_key_parameter(self, bot: Bot) -> str:
        """SSM name of the bot's signing key; its passphrase lies one level below."""
        kind = {"openpgp": "gpg-keys", "ssh": "ssh-signing-keys"}[bot.signing]
        return f"{self.parameter_prefix}/{kind}/{bot.login}"

    def parameters(self, app: Application) -> tuple[str, ...]:
        """Every SSM name of an application's own."""
        deploy_key = app.credentials == "deploy-key"
        repository = app.helm_release.repository if app.helm_release else None
        return (
            *((self.deploy_key_parameter(app),) if deploy_key else ()),
            *((self.registry_token_parameter(app),) if app.image and app.image.private else ()),
            *((self.chart_token_parameter(app),) if repository and repository.username else ()),
            *(
                (self.commit_status_token_parameter(app),)
                if app.commit_status and self.commit_status_token
                else ()
            ),
            self.webhook_token_parameter(app),
        )
