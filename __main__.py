"""Push-based Flux CD from a list of repositories; top to bottom is the order of dependencies."""

import pulumi
import pulumi_github as github
import pulumi_kubernetes as kubernetes

from components import Application, Bot, config, exports, templates

stack, applications = config.load()

# Who acts: the owners' token on repositories, the bot's own on its account, one named cluster.
names = sorted({app.owner for app in applications})
owners = {name: github.Provider(name, owner=name) for name in names}
cluster = kubernetes.Provider(
    "cluster", context=stack.kube_context, kubeconfig=config.secret(stack.kubeconfig)
)

# Once for all applications: the bot's signing key and, in Parameter Store, its private half.
bot = None
if stack.bot:
    account = github.Provider("bot", owner=stack.bot.login, token=config.secret(stack.bot_token))
    bot = Bot(stack.bot.login, {"stack": stack}, pulumi.ResourceOptions(provider=account))

# For each application, from its deploy key to, last, its GitHub webhook.
delivered = {
    app.repository: Application(
        app.repository,
        {
            "stack": stack,
            "application": app,
            "known_hosts": templates.known_hosts(owners[app.owner]),
            "signing_key": bot.parameters if bot else {},
        },
        pulumi.ResourceOptions(providers=[owners[app.owner], cluster]),
    )
    for app in applications
}

exports.publish(stack, bot, delivered)
