"""Settings of one application as plain inputs of its component."""

from typing import cast

import pulumi

from components import (
    ApplicationArgs,
    Bot,
    Cluster,
    CommitterArgs,
    ExposureArgs,
    GithubApp,
    GithubAppCredentials,
    Scheme,
)
from components.application.args import GenerationsArgs
from components.application.delivery import DeliveryArgs
from components.application.deploy_key import DeployKeyOptions
from components.application.image import ImageOptions
from components.application.scaffold import ScaffoldArgs
from components.application.webhook import WebhookOptions
from components.entry.http_route import GatewayArgs
from components.entry.ingress import IngressArgs
from components.flux.helm_release import HelmReleaseArgs
from components.flux.kustomization import KustomizationArgs
from components.flux.receiver import ReceiverArgs
from components.rules import parameter_names
from settings import models
from settings.shared_args import plain, secret, secrets_args


def application_args(
    settings: models.Settings,
    application: models.Application,
    cluster: Cluster,
    bot: Bot | None,
    github_app: GithubApp | None,
    known_hosts: pulumi.Input[str],
) -> ApplicationArgs:
    """Return the inputs of an application, with what the stack has once."""
    stack = settings.stack
    args: ApplicationArgs = {
        "repository": application.repository,
        "exposure": _exposure(settings, cluster),
        "object_name": application.name,
        "namespace": cluster.namespace,
        "branch": application.branch,
        "interval": application.interval,
        "timeout": application.timeout,
        "credentials": application.credentials,
        "deploy_key": cast(DeployKeyOptions, plain(application.deploy_key)),
        "known_hosts": known_hosts,
        "receiver": _receiver(settings, application),
        "webhook": cast(
            WebhookOptions, {**plain(application.webhook), "verify_tls": stack.verify_tls}
        ),
        "generations": _generations(settings, application),
        "secrets": secrets_args(settings, cluster),
    }
    deliveries = [_delivery(settings, each, cluster) for each in application.delivered]
    if application.deliveries:
        args["deliveries"] = deliveries
    else:
        args.update({key: each for key, each in deliveries[0].items() if key != "name"})  # type: ignore[typeddict-item]
    if application.instance:
        args["instance"] = application.instance
    if application.automated and bot and stack.bot:
        args["committer"] = _committer(stack.bot, bot)
    if github_app and stack.github_app:
        args["github_app"] = _github_app(stack.github_app, github_app)
    if application.commit_status:
        token = stack.commit_status_token
        args["commit_status"] = {"token": secret(token)} if token else {}
    if application.scaffold:
        args["scaffold"] = cast(ScaffoldArgs, plain(application.scaffold))
    return args


def _exposure(settings: models.Settings, cluster: Cluster) -> ExposureArgs:
    stack = settings.stack
    service, secured = stack.node_port or stack.load_balancer, stack.gateway or stack.ingress
    args: ExposureArgs = {
        # The cluster's host is known once its Service exists.
        "host": cluster.host.apply(lambda assigned: stack.host or assigned),
        "scheme": stack.scheme or (Scheme.HTTPS if secured else Scheme.HTTP),
        "port": stack.port or (service.port if service else 0),
    }
    if stack.gateway:
        args["gateway"] = cast(GatewayArgs, plain(stack.gateway))
    if stack.ingress:
        args["ingress"] = cast(IngressArgs, plain(stack.ingress))
    return args


def _generations(settings: models.Settings, application: models.Application) -> GenerationsArgs:
    hold = settings.generations(application)
    return {
        "webhook_token": hold.webhook_token,
        "deploy_key": hold.deploy_key,
        "registry_token": hold.registry_token,
    }


def _receiver(settings: models.Settings, application: models.Application) -> ReceiverArgs:
    stack = settings.stack
    default = parameter_names.webhook_token(
        stack.parameter_prefix, application.repository, application.name, stack.namespace
    )
    args = {
        "parameter": default,
        "token_length": stack.token_length,
        **plain(application.receiver),
    }
    return cast(ReceiverArgs, args)


def _delivery(settings: models.Settings, each: models.Delivery, cluster: Cluster) -> DeliveryArgs:
    args: DeliveryArgs = {"name": each.name}
    target, release = each.target_namespace, each.helm_release
    namespace = {"target_namespace": cluster.namespaces.get(target, target)} if target else {}
    if release is None:
        overlay = {**plain(each.kustomization), **namespace}
        args["kustomization"] = cast(KustomizationArgs, overlay)
    else:
        helm = {**plain(release), **namespace}
        if release.repository:
            helm["repository"] = dict(plain(release.repository))
            if release.repository.username and settings.stack.chart_token:
                helm["repository"]["password"] = secret(settings.stack.chart_token)
        args["helm_release"] = cast(HelmReleaseArgs, helm)
    if each.image:
        args["image"] = _image(settings, each.image)
    return args


def _image(settings: models.Settings, image: models.Image) -> ImageOptions:
    stack = settings.stack
    args = {key: value for key, value in plain(image).items() if key != "private"}
    if image.private and stack.registry_token:
        args["token"] = secret(stack.registry_token)
        args["username"] = stack.bot.login if stack.bot else stack.owner
    return cast(ImageOptions, args)


def _committer(settings: models.Bot, bot: Bot) -> CommitterArgs:
    args: CommitterArgs = {
        "name": settings.name,
        "email": settings.email,
        "signing": settings.signing,
        "signing_key": bot.signing_key,
    }
    if bot.passphrase:
        args["passphrase"] = bot.passphrase
    return args


def _github_app(settings: models.GithubApp, app: GithubApp) -> GithubAppCredentials:
    return {
        "app_id": settings.id,
        "installation_id": settings.installation_id,
        "private_key": app.private_key,
    }
