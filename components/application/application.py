"""One application, from its deploy key to its webhook; read from top to bottom it is the order of dependencies."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components.application.args import ApplicationArgs
from components.application.commit_status import commit_status
from components.application.deliveries import Deliveries, commits, delivered
from components.application.deploy_key import DeployKey, DeployKeyArgs
from components.application.scaffold import scaffold
from components.application.webhook import Webhook
from components.flux.git_repository import git_repository
from components.objects.place import Place
from components.rules import defaults, parameter_names
from components.rules.choices import GitCredentials
from components.rules.generations import FIRST
from components.rules.kubernetes import object_name
from components.secrets.data import github_app, plain_keys
from components.secrets.secrets import Secrets


class Application(pulumi.ComponentResource):
    """Everything between one GitHub repository and one cluster.

    Not created: the repository, its contents (except a scaffold), the bot's key (`Bot`), the Gateway, Flux itself. The
    providers for GitHub and Kubernetes are those of `opts`.
    """

    url: pulumi.Output[str]
    """Secret: the receiver URL; known once it is served."""
    webhook_id: pulumi.Output[str]
    """Identifier of the webhook on GitHub."""
    receiver_name: pulumi.Output[str]
    """Name of the Receiver."""

    def __init__(
        self, name: str, args: ApplicationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Create the application's resources; `name`, best `owner/name` or `owner/name@instance`, begins logical names.

        Raises:
            ValueError: a GitHub App, or an image for the scaffold, is needed and missing.
        """
        super().__init__("fluxhook:index:Application", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        self._args, repository = args, args["repository"]
        self._generations = args.get("generations", {})
        branch, instance = args.get("branch", defaults.BRANCH), args.get("instance")
        self._owner = parameter_names.of_instance(repository, instance)
        self._place = place = Place(
            name,
            args.get("object_name") or object_name(self._owner.partition("/")[2]),
            args.get("namespace", defaults.NAMESPACE),
            self,
        )
        self._secrets = Secrets(name, args.get("secrets", {}), self)

        # What Flux clones, and what it clones with.
        self.deploy_key = self._deploy_key(child)
        clone_secret = (
            self.deploy_key.secret_name if self.deploy_key else self._app_secret("github-app")
        )
        source = git_repository(
            place,
            repository,
            clone_secret,
            self.deploy_key is None,
            branch,
            args.get("interval", defaults.SOURCE_INTERVAL),
            args.get("timeout", defaults.SOURCE_TIMEOUT),
            # Before a former key is given up, the new one must have fetched.
            bool(self.deploy_key) and len(self._generations.get("deploy_key", FIRST)) > 1,
        )

        # What Flux applies, and what else must exist before GitHub announces a push.
        deliveries = Deliveries(args, place, self._owner, source.object_name)
        before_webhook = [
            *deliveries.made,
            self._scaffold(branch),
            self._commit_status(deliveries.kustomizations),
        ]

        # The way from GitHub to Flux, and last the webhook that uses it.
        webhook = Webhook(
            name,
            {
                "webhook": args.get("webhook", {}),
                "repository": repository,
                "object_name": place.object_name,
                "namespace": place.namespace,
                "sources": deliveries.sources,
                "branch": branch,
                "exposure": args["exposure"],
                "receiver": args.get("receiver", {}),
                "generations": self._generations.get("webhook_token", FIRST),
                "secrets": args.get("secrets", {}),
            },
            pulumi.ResourceOptions(parent=self, depends_on=list(filter(None, before_webhook))),
        )
        self.url, self.webhook_id = webhook.url, webhook.webhook_id
        self.receiver_name = webhook.receiver_name
        self.parameters: dict[str, aws.ssm.Parameter] = {
            **(self.deploy_key.parameters if self.deploy_key else {}),
            **deliveries.parameters,
            **self._secrets.parameters,
            **webhook.parameters,
        }
        self.register_outputs({"webhook_id": self.webhook_id})

    def _deploy_key(self, opts: pulumi.ResourceOptions) -> DeployKey | None:
        args, place = self._args, self._place
        if GitCredentials(args.get("credentials", GitCredentials.DEPLOY_KEY)) is not (
            GitCredentials.DEPLOY_KEY
        ):
            return None
        images = [each.get("image") for each in delivered(args, place.object_name)]
        writable = any(commits(args, image) for image in images)
        parameter = parameter_names.deploy_key(self._secrets.prefix, self._owner)
        key: DeployKeyArgs = {
            "key": {"parameter": parameter, "writable": writable, **args.get("deploy_key", {})},
            "repository": args["repository"],
            "object_name": place.object_name,
            "namespace": place.namespace,
            "generations": self._generations.get("deploy_key", FIRST),
            "secrets": args.get("secrets", {}),
        }
        if "known_hosts" in args:
            key["known_hosts"] = args["known_hosts"]
        return DeployKey(place.name, key, opts)

    def _app_secret(self, purpose: str) -> pulumi.Output[str]:
        app = self._args.get("github_app")
        if app is None:
            raise ValueError(f"{self._place.name}: needs `github_app`, which is missing")
        data = github_app(app["app_id"], app["installation_id"])
        stored = {"key": app["private_key"]}
        return self._secrets.into_cluster(self._place, purpose, stored, data)

    def _scaffold(self, branch: str) -> pulumi.Resource | None:
        if (options := self._args.get("scaffold")) is None:
            return None
        if "image" not in self._args:
            raise ValueError(f"{self._place.name}: `scaffold` needs an `image` to deploy")
        image = self._args["image"]["name"]
        overlay = self._args.get("kustomization", {}).get("path", defaults.PATH)
        return scaffold(self._place, self._args["repository"], options, branch, image, overlay)

    def _commit_status(self, kustomizations: Sequence[pulumi.Input[str]]) -> pulumi.Resource | None:
        if (options := self._args.get("commit_status")) is None:
            return None
        repository = self._args["repository"]
        if (token := options.get("token")) is None:
            secret_name = self._app_secret("commit-status")
        else:
            parameter = options.get("parameter") or parameter_names.commit_status_token(
                self._secrets.prefix, self._owner
            )
            stored = {"token": self._secrets.store("commit-status-token", parameter, token)}
            secret_name = self._secrets.into_cluster(
                self._place, "commit-status", stored, plain_keys("token")
            )
        return commit_status(self._place, repository, secret_name, kustomizations)
