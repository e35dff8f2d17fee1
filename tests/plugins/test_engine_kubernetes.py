"""Typed classes of pulumi_kubernetes under the real engine, against a real API server."""

import json
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path

PROGRAM = """
import pulumi
from pulumi_kubernetes import Provider
from pulumi_kubernetes.core.v1 import Namespace, Secret, Service
from pulumi_kubernetes.networking.v1 import Ingress

config = pulumi.Config()
provider = Provider("cluster", enable_secret_mutable=True)
options = pulumi.ResourceOptions(provider=provider)
space = Namespace("space", metadata={"name": config.require("namespace")}, opts=options)


def metadata(name, **annotations):
    named = {f"pulumi.com/{key}": value for key, value in annotations.items()}
    return {"name": name, "namespace": space.metadata.name, "annotations": named}


address = "jsonpath={.status.loadBalancer.ingress[0]}"
ports = [{"port": 80, "target_port": "http-webhook"}]
Secret("token", metadata=metadata("token"), string_data={"token": config.require_secret("token")},
       opts=options)
balancer = Service(
    "balancer",
    metadata=metadata("balancer", waitFor=address),
    spec={"type": "LoadBalancer", "selector": {"app": "x"}, "ports": ports},
    opts=options,
)
node = Service(
    "node",
    metadata=metadata("node", skipAwait="true"),
    spec={"type": "NodePort", "selector": {"app": "x"}, "ports": ports},
    opts=options,
)
backend = {"service": {"name": "node", "port": {"number": 80}}}
paths = [{"path": "/hook", "path_type": "Exact", "backend": backend}]
entry = Ingress(
    "entry",
    metadata=metadata("entry", waitFor=f'["{address}"]'),
    spec={
        "ingress_class_name": "lab",
        "rules": [{"host": "typed.fluxhook.test", "http": {"paths": paths}}],
    },
    opts=options,
)
pulumi.export("balancer", balancer.status.load_balancer.ingress[0].hostname)
pulumi.export("node", node.spec.ports[0].node_port)
pulumi.export("entry", entry.status.load_balancer.ingress[0].hostname)
"""


def test_what_exposes_a_service_is_created_kept_changed_and_destroyed(
    cli: Callable[..., str], project: Callable[[str], Path], kubeconfig: Path
) -> None:
    project(PROGRAM)
    run = partial(cli, KUBECONFIG=str(kubeconfig))
    run("config", "set", "namespace", f"typed-{uuid.uuid4().hex[:8]}")
    run("config", "set", "--secret", "token", "the first token")
    assert "7 to create" in run("preview")
    assert "7 created" in run("up", "--yes", "--skip-preview")
    found = json.loads(run("stack", "output", "--json"))
    assert found["balancer"].endswith(".lb.fluxhook.test")
    assert found["entry"] == "ingress.fluxhook.test"
    assert found["node"] >= 30000
    assert "7 unchanged" in run("up", "--yes", "--skip-preview", "--expect-no-changes")
    assert "7 unchanged" in run("refresh", "--yes", "--expect-no-changes")

    run("config", "set", "--secret", "token", "the second token")
    shown = run("up", "--yes", "--diff")
    assert "1 updated" in shown
    assert "the second token" not in shown
    assert "7 deleted" in run("destroy", "--yes", "--skip-preview")
