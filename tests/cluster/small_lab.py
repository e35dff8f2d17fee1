"""A lab of etcd, kube-apiserver, kube-controller-manager and the gateway: `-m … LAB`.

The ports of notification-controller stay free, so that a test can listen on them.
"""

import secrets
import sys
from pathlib import Path

from lab.run.directory import LabDirectory
from lab.run.state import LabState
from lab.run.supervisor import main
from lab.run.world_processes import World
from lab.world.assembly import kubernetes
from lab.world.certificates import write_certificates, write_cluster_credentials
from lab.world.surroundings import gateway

PORTS = (
    *("etcd", "etcd-peer", "kube-apiserver", "kube-controller-manager"),
    *("gateway", "gateway-http", "notification-controller", "notification-controller-events"),
)


def build(lab: LabDirectory, state: LabState) -> World:
    write_certificates(lab)
    write_cluster_credentials(lab, state.ports["kube-apiserver"], secrets.token_hex())
    return [*kubernetes(lab, state.ports), gateway(lab, state.ports)]


if __name__ == "__main__":
    main(LabDirectory(Path(sys.argv[1])), PORTS, build)
