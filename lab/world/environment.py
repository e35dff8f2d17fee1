"""What a shell needs to use a running lab with plain `pulumi`, `kubectl` and AWS tools."""

import os
import shlex
from collections.abc import Mapping

from lab.build import installed
from lab.run.directory import LabDirectory
from lab.run.state import LabState
from lab.world.surroundings import AWS

PASSPHRASE = "fluxhook-lab"  # noqa: S105 - it protects the state of a lab, which holds nothing
"""`PULUMI_CONFIG_PASSPHRASE` of every lab's stacks."""


def environment(lab: LabDirectory, state: LabState) -> dict[str, str]:
    """The variables, by name, that make the lab the world of a `pulumi up`."""
    github = f"http://127.0.0.1:{state.ports['github']}"
    values = {
        "KUBECONFIG": str(lab.kubeconfig),
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{state.ports['moto']}",
        **AWS,
        "GITHUB_API_URL": github,
        "GITHUB_BASE_URL": f"{github}/",
        "GITHUB_TOKEN": state.tokens.organisation,
        "GITHUB_BOT_TOKEN": state.tokens.bot,
        "PULUMI_BACKEND_URL": f"file://{lab.pulumi_state}",
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_HOME": str(lab.pulumi_home),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "SSL_CERT_FILE": str(lab.ca_bundle),
        # Hosts below .test resolve to nothing.
        "FLUXHOOK_CONNECT_TO": f"127.0.0.1:{state.ports['gateway']}",
    }
    if installed.pulumi() is None:
        rest = [one for one in os.environ["PATH"].split(os.pathsep) if one != str(lab.bin)]
        values["PATH"] = os.pathsep.join([str(lab.bin), *rest])
    return values


def exports(values: Mapping[str, str]) -> str:
    """`values` as lines that a POSIX shell can `eval`."""
    return "".join(f"export {name}={shlex.quote(text)}\n" for name, text in values.items())
