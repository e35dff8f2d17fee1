"""Push-based Flux CD from a list of repositories; read from top to bottom it is the order of dependencies."""

import pulumi
import pulumi_github as github
import pulumi_kubernetes as kubernetes

import preflight
import settings as stack_file
from components import Application, Bot, Cluster, GithubApp, Monitoring, Notification
from components.keys.host_keys import github_known_hosts

settings = stack_file.read()
preflight.protect(settings)
stack = settings.stack

# Who acts: the owners' token on repositories, the bot's own on its account, one named cluster.
owners = {
    name: github.Provider(name, owner=name)
    for name in sorted({app.owner for app in settings.applications})
}
known_hosts = {
    name: github_known_hosts(pulumi.InvokeOutputOptions(provider=provider))
    for name, provider in owners.items()
}
kubernetes_provider = kubernetes.Provider(
    "cluster",
    context=stack.kube_context,
    kubeconfig=stack_file.secret(stack.kubeconfig) if stack.kubeconfig else None,
    # The cluster stays the same one however a kubeconfig describes it.
    cluster_identifier=stack.kube_context or "default",
    # A Secret that Pulumi writes itself takes a new value in place.
    enable_secret_mutable=True,
    # What `recovery` found to be ours is taken over, and changes by other hands are taken back.
    upsert_existing_objects=True,
    enable_patch_force=True,
)
in_cluster = pulumi.ResourceOptions(provider=kubernetes_provider)

# What applications share: what the cluster lacks, and keys at rest.
cluster = Cluster("cluster", stack_file.cluster_args(settings), in_cluster)
bot, github_app, monitoring = None, None, None
if stack.bot:
    # Neither token is an input: the plugin finds each in its environment, and the state has none.
    own_token = pulumi.ResourceOptions(env_var_mappings={"GITHUB_BOT_TOKEN": "GITHUB_TOKEN"})
    account = github.Provider("bot", owner=stack.bot.login, opts=own_token)
    own_account = pulumi.ResourceOptions(provider=account)
    bot = Bot(stack.bot.login, stack_file.bot_args(settings, stack.bot), own_account)
if stack.github_app:
    github_app = GithubApp("github-app", stack_file.github_app_args(settings, stack.github_app))

# Who is told what Flux does.
if stack.monitoring:
    monitoring_args = stack_file.monitoring_args(settings, stack.monitoring, cluster)
    monitoring = Monitoring("monitoring", monitoring_args, in_cluster)
notifications = {
    f"notification/{each.name}": Notification(
        each.name, stack_file.notification_args(settings, each, cluster), in_cluster
    )
    for each in stack.notifications
}

# For each application, from its deploy key to, last, its GitHub webhook.
applications = {
    app.key: Application(
        app.key,
        stack_file.application_args(
            settings, app, cluster, bot, github_app, known_hosts[app.owner]
        ),
        pulumi.ResourceOptions(
            providers=[owners[app.owner], kubernetes_provider],
            aliases=[pulumi.Alias(name=app.former_key)] if app.former_key else None,
        ),
    )
    for app in settings.applications
}

shared = {"bot": bot, "github-app": github_app, "monitoring": monitoring, **notifications}
stack_file.export_outputs(settings, shared, applications)
