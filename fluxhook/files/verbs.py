"""The verbs of this room: `init`, `add`, `rotate`, `schema`, `graph` and `plugin`."""

import json
from typing import Annotated

import typer

import settings
from components.rules.choices import SecretBackend
from fluxhook.errors import Refusal
from fluxhook.files import plugin as flux_plugin
from fluxhook.files import starting
from fluxhook.files.drawing import Format, draw
from fluxhook.files.editing import with_application
from fluxhook.files.graph import graph as graph_of
from fluxhook.files.rotation import Rotated, rotated
from fluxhook.files.stack_file import StackFile, faults, find
from fluxhook.stacks.engine import Engine
from fluxhook.stacks.options import HERE, DirectoryOption, StackOption
from fluxhook.stacks.stack import exported
from settings.schema import stack_file_schema

app = typer.Typer()


@app.command()
def init(
    stack: StackOption = None,
    directory: DirectoryOption = HERE,
    owner: Annotated[str | None, typer.Option(help="GitHub organisation or user.")] = None,
    host: Annotated[str | None, typer.Option(help="Public DNS name of the receiver.")] = None,
    gateway: Annotated[
        str | None,
        typer.Option(metavar="NAMESPACE/NAME[/LISTENER]", help="The Gateway that serves the host."),
    ] = None,
    ingress: Annotated[
        str | None, typer.Option(metavar="CLASS", help="The IngressClass that serves the host.")
    ] = None,
    node_port: Annotated[
        int | None, typer.Option(metavar="PORT", help="A port on every node.")
    ] = None,
    load_balancer: Annotated[
        bool, typer.Option("--load-balancer", help="A load balancer of the cloud.")
    ] = False,
    repository: Annotated[
        list[str] | None, typer.Option(help="A repository to deliver; repeatable.")
    ] = None,
    backend: Annotated[
        SecretBackend, typer.Option(help="How secrets reach the cluster.")
    ] = SecretBackend.EXTERNAL_SECRETS,
    region: Annotated[
        str | None, typer.Option(help="AWS region, only with external-secrets.")
    ] = None,
    kube_context: Annotated[str | None, typer.Option(help="Context of the kubeconfig.")] = None,
) -> None:
    """Write the file of a new stack, from options and questions."""
    config: starting.Config = {"owner": owner, "host": host}
    config["gateway"] = starting.gateway(gateway) if gateway else None
    config["ingress"] = starting.ingress(ingress) if ingress else None
    config["nodePort"] = {"port": node_port} if node_port is not None else None
    config["loadBalancer"] = {} if load_balancer else None
    config["kubeContext"] = kube_context
    if backend is not SecretBackend.EXTERNAL_SECRETS:
        config["secrets"] = {"backend": backend.value}
    config["applications"] = starting.entries(" ".join(repository or ())) or None
    config = {key: value for key, value in config.items() if value is not None}
    file = find(directory, stack)
    starting.write(file, starting.complete(config, region, file.stack))
    print(f"✔ wrote {file.path.name}")
    print(
        f"next: pulumi stack init {file.stack}, unless it exists; pulumi preview --stack {file.stack}"
    )


@app.command()
def add(
    repository: Annotated[str, typer.Argument(help="The repository: OWNER/NAME, or NAME.")],
    stack: StackOption = None,
    directory: DirectoryOption = HERE,
    name: Annotated[
        str | None, typer.Option(help="Name of its objects; the repository's by default.")
    ] = None,
    branch: Annotated[str | None, typer.Option(help="The branch to deliver.")] = None,
    path: Annotated[
        str | None, typer.Option(help="Directory of the overlay, beginning with ./")
    ] = None,
    target_namespace: Annotated[
        str | None, typer.Option(help="Namespace of every applied object.")
    ] = None,
) -> None:
    """Add an application to a stack file. Every other line of the file stays as it is."""
    file = find(directory, stack)
    before = file.text()
    kustomization = {"path": path, "targetNamespace": target_namespace}
    given = {
        "repository": repository,
        "name": name,
        "branch": branch,
        "kustomization": {key: each for key, each in kustomization.items() if each},
    }
    after = with_application(before, {key: each for key, each in given.items() if each})
    _write(file, before, after, "with this entry")
    print(f"✔ added {repository} to {file.path.name}")
    print(f"next: pulumi preview --stack {file.stack}")


@app.command()
def rotate(
    what: Annotated[Rotated, typer.Argument(help="The key or token.")],
    repository: Annotated[
        str | None,
        typer.Argument(
            help="NAME, OWNER/NAME or OWNER/NAME@INSTANCE; by default all without a list of their own."
        ),
    ] = None,
    stack: StackOption = None,
    directory: DirectoryOption = HERE,
    leaked: Annotated[
        bool, typer.Option("--leaked", help="Delete the old one in the same `up`.")
    ] = False,
) -> None:
    """Write the next list of generations into a stack file. Call it again for the second step."""
    file = find(directory, stack)
    before = file.text()
    after, numbers = rotated(before, what, repository, at_once=leaked)
    _write(file, before, after, "with this list")
    print(f"✔ {what.value}: {numbers} in {file.path.name}")
    if what is Rotated.REGISTRY_TOKEN and (leaked or len(numbers) > 1):
        print(f"next: pulumi config set --secret --stack {file.stack} registryToken")
    print(f"next: pulumi up --stack {file.stack}")
    if len(numbers) > 1:
        again = f"fluxhook rotate {what.value}{f' {repository}' if repository else ''}"
        print(f"then, after a minute: {again} --stack {file.stack}")


def _write(file: StackFile, before: str, after: str, what: str) -> None:
    """Write a changed stack file, unless the change brings a fault."""
    known = faults(before, file.stack)
    if new := [each for each in faults(after, file.stack) if each not in known]:
        raise Refusal(settings.refusal(file.stack, new, f" {what}; nothing was written"))
    file.path.write_text(after)


@app.command()
def schema() -> None:
    """Print the JSON Schema of stack files, for editors."""
    print(json.dumps(stack_file_schema(), indent=2, ensure_ascii=False))


@app.command()
def graph(
    application: Annotated[
        str | None, typer.Argument(help="Draw this application alone: OWNER/NAME.")
    ] = None,
    stack: StackOption = None,
    directory: DirectoryOption = HERE,
    format_: Annotated[
        Format, typer.Option("--format", help="svg needs Graphviz's `dot` on PATH.")
    ] = Format.MERMAID,
) -> None:
    """Draw the resources of a stack, in the order in which they are made, from its state."""
    state = exported(Engine(directory, stack))
    print(draw(graph_of(state, application), format_), end="")


@app.command()
def plugin(
    remove: Annotated[bool, typer.Option("--remove", help="Remove it again.")] = False,
) -> None:
    """Make this command line a plugin of the Flux CLI: `flux hook …`."""
    if remove:
        print(f"✔ removed {flux_plugin.unlink()}")
    else:
        print(f"✔ wrote {flux_plugin.link()}; `flux hook --help` shows the verbs")
