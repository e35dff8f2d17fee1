"""Push-based Flux CD from a list of repositories; top to bottom is the order of dependencies."""

import pulumi
import pulumi_github as github
import pulumi_kubernetes as kubernetes

from components import (
    Application,
    Bot,
    GithubApp,
    Monitoring,
    Notification,
    config,
    contents,
    exports,
    ownership,
)
from components import cluster as clusters

stack, applications = config.load()
ownership.refuse_managed(stack, applications)

# Who acts: the owners' token on repositories, the bot's own on its account, one named cluster.
names = sorted({app.owner for app in applications})
owners = {name: github.Provider(name, owner=name) for name in names}
kubernetes_provider = kubernetes.Provider(
    "cluster",
    context=stack.kube_context,
    kubeconfig=config.secret(stack.kubeconfig),
    # A Secret that Pulumi writes itself takes a new value in place.
    enable_secret_mutable=True,
)
in_cluster = pulumi.ResourceOptions(provider=kubernetes_provider)

# Once for all applications: what the cluster lacks, and the keys that they share, at rest.
cluster = clusters.prepare(stack, applications, in_cluster)
bot, github_app, monitoring = None, None, None
if stack.bot:
    account = github.Provider("bot", owner=stack.bot.login, token=config.secret(stack.bot_token))
    bot = Bot(stack.bot.login, {"stack": stack}, pulumi.ResourceOptions(provider=account))
if stack.github_app:
    github_app = GithubApp("github-app", {"stack": stack})

# Who watches: monitoring, and who is told what Flux does.
if stack.monitoring:
    monitoring = Monitoring("monitoring", {"cluster": cluster}, in_cluster)
notifications = {
    f"notification/{entry.name}": Notification(
        entry.name, {"cluster": cluster, "notification": entry}, in_cluster
    )
    for entry in stack.notifications
}

# For each application, from its deploy key to, last, its GitHub webhook.
delivered = {
    app.repository: Application(
        app.repository,
        {
            "cluster": cluster,
            "application": app,
            "known_hosts": contents.known_hosts(owners[app.owner]),
            "signing_key": bot.kept if bot else {},
            "github_app": github_app.kept if github_app else {},
        },
        pulumi.ResourceOptions(providers=[owners[app.owner], kubernetes_provider]),
    )
    for app in applications
}

once = {"bot": bot, "github-app": github_app, "monitoring": monitoring, **notifications}
exports.publish(stack, {name: made for name, made in once.items() if made}, delivered)
