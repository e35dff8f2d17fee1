"""The lab's processes: their flags, their order, and the URL that tells when each is ready."""

import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from lab.build import installed, toolchain
from lab.plugins import installer as plugins
from lab.run.directory import LabDirectory
from lab.run.process import Process, Step
from lab.run.state import LabState
from lab.world import cluster, images
from lab.world.certificates import write_app_key, write_certificates, write_cluster_credentials
from lab.world.push import seed
from lab.world.surroundings import AWS, REPOSITORY, Ports, surroundings

PORTS = (
    *("etcd", "etcd-peer", "moto", "kube-apiserver", "kube-controller-manager"),
    *("github", "github-https", "github-ssh", "gateway", "gateway-http", "socks"),
    *("notification-controller", "notification-controller-events"),
    *("notification-controller-health", "source-controller", "source-controller-health"),
    *("kustomize-controller", "image-reflector-controller", "image-automation-controller"),
    *("helm-controller", "external-secrets", "registry", "charts", "pods"),
)
"""Names of the ports. `notification-controller` is the port of its receiver, `source-controller`
that of its artifacts; of a controller that serves nothing else it is health or metrics."""


def build(lab: LabDirectory, state: LabState) -> list[Process | Step]:
    """Writes certificates and configuration files; returns the processes and steps to start."""
    write_certificates(lab)
    write_app_key(lab)
    write_cluster_credentials(lab, state.ports["kube-apiserver"], secrets.token_hex())
    plugins.install(
        lab.bin,
        lab.pulumi_home,
        Path(sys.executable),
        official=installed.plugins(),
        built={"github": toolchain.binary("pulumi-resource-github")},
        cli=None if installed.pulumi() else toolchain.binary("pulumi"),
        parent=lab.plugins_socket,
    )
    return [
        Process(
            "plugins",
            [sys.executable, "-P", "-m", "lab.plugins.parent", lab.plugins_socket],
            port=0,
            ready=lab.plugins_socket.as_uri(),
        ),
        *kubernetes(lab, state.ports),
        *surroundings(lab, state),
        images.registry(lab, state.ports["registry"]),
        Step("seed", lambda: seed(state, REPOSITORY), after=["github"]),
        Step("seed-image", lambda: images.push(lab, state, REPOSITORY, "1"), after=["registry"]),
        *_flux(lab, state.ports),
        _external_secrets(lab, state.ports),
    ]


def kubernetes(lab: LabDirectory, ports: Ports) -> list[Process | Step]:
    """Etcd, kube-apiserver, kube-controller-manager, and the step that fills the cluster."""
    binaries = toolchain.binaries()
    etcd = f"http://127.0.0.1:{ports['etcd']}"
    peer = f"http://127.0.0.1:{ports['etcd-peer']}"
    accounts = lab.certs / "service-accounts.pem"
    serving = [
        *("--bind-address=127.0.0.1", f"--cert-dir={lab.certs}"),
        f"--tls-cert-file={lab.certs / 'loopback.pem'}",
        f"--tls-private-key-file={lab.certs / 'loopback-key.pem'}",
    ]
    return [
        Process(
            "etcd",
            [
                binaries["etcd"],
                f"--data-dir={lab.etcd}",
                f"--listen-client-urls={etcd}",
                f"--advertise-client-urls={etcd}",
                f"--listen-peer-urls={peer}",
                f"--initial-advertise-peer-urls={peer}",
                f"--initial-cluster=default={peer}",
                # The data is deleted with the lab, so it need not be synced to the disk.
                "--unsafe-no-fsync",
            ],
            port=ports["etcd"],
            ready=f"{etcd}/health",
        ),
        Process(
            "kube-apiserver",
            [
                binaries["kube-apiserver"],
                f"--etcd-servers={etcd}",
                f"--secure-port={ports['kube-apiserver']}",
                *serving,
                "--service-account-issuer=https://kubernetes.default.svc",
                f"--service-account-key-file={accounts}",
                f"--service-account-signing-key-file={accounts}",
                "--service-cluster-ip-range=10.96.0.0/16",
                "--authorization-mode=RBAC",
                f"--token-auth-file={lab.certs / 'tokens.csv'}",
                # No pods run, so no controller makes the ServiceAccounts that they would need.
                "--disable-admission-plugins=ServiceAccount",
            ],
            port=ports["kube-apiserver"],
            ready=f"https://127.0.0.1:{ports['kube-apiserver']}/readyz",
            after=["etcd"],
        ),
        Step("cluster", lambda: cluster.prepare(lab), after=["kube-apiserver"]),
        Process(
            "kube-controller-manager",
            [
                binaries["kube-controller-manager"],
                f"--kubeconfig={lab.kubeconfig}",
                f"--secure-port={ports['kube-controller-manager']}",
                *serving,
                "--leader-elect=false",
                # Without the garbage collector every foreground deletion would hang for ever.
                "--controllers=garbage-collector-controller,namespace-controller,"
                "deployment-controller,replicaset-controller",
            ],
            port=ports["kube-controller-manager"],
            ready=f"https://127.0.0.1:{ports['kube-controller-manager']}/healthz",
            after=["cluster"],
        ),
    ]


def _flux(lab: LabDirectory, ports: Ports) -> list[Process]:
    listening = f"127.0.0.1:{ports['notification-controller-events']}"
    storage = f"127.0.0.1:{ports['source-controller']}"
    events = f"--events-addr=http://{listening}"
    flags = {
        "notification-controller": [
            f"--receiverAddr=127.0.0.1:{ports['notification-controller']}",
            f"--events-addr={listening}",
        ],
        "source-controller": [
            *(f"--storage-addr={storage}", f"--storage-adv-addr={storage}"),
            *(f"--storage-path={lab.storage}", events),
        ],
        "kustomize-controller": ["--requeue-dependency=1s", events],
        "helm-controller": ["--requeue-dependency=1s", events],
        "image-reflector-controller": [f"--storage-path={lab.image_tags}", events],
        "image-automation-controller": [events],
    }
    proxy = f"socks5://127.0.0.1:{ports['socks']}"
    https = {"HTTPS_PROXY": proxy, "SSL_CERT_FILE": str(lab.ca_bundle)}
    # Go's HTTP clients do not read ALL_PROXY; the one for git over SSH reads nothing else.
    https_and_ssh = {**https, "ALL_PROXY": proxy}
    outward = {
        "notification-controller": https,
        "source-controller": https_and_ssh,
        "image-reflector-controller": https,
        "image-automation-controller": https_and_ssh,
    }
    return [_controller(lab, ports, name, flags[name], outward.get(name, {})) for name in flags]


def _controller(
    lab: LabDirectory, ports: Ports, name: str, flags: list[str], env: Mapping[str, str]
) -> Process:
    """One of Flux's controllers, with the flags that all of them have."""
    address = f"127.0.0.1:{ports.get(f'{name}-health', ports[name])}"
    common = ["--watch-all-namespaces", "--enable-leader-election=false", "--metrics-addr=0"]
    return Process(
        name,
        [toolchain.binaries()[name], *common, f"--health-addr={address}", *flags],
        port=ports[name],
        ready=f"http://{address}/readyz",
        # A controller that starts before its CRDs are served gives up.
        after=["cluster"],
        env={"KUBECONFIG": str(lab.kubeconfig), "RUNTIME_NAMESPACE": "flux-system", **env},
    )


def _external_secrets(lab: LabDirectory, ports: Ports) -> Process:
    moto = f"http://127.0.0.1:{ports['moto']}"
    address = f"127.0.0.1:{ports['external-secrets']}"
    return Process(
        "external-secrets",
        [
            toolchain.binaries()["external-secrets"],
            *("--concurrent=4", f"--metrics-addr={address}"),
            # The lab neither pushes Secrets to a store nor generates them.
            *("--enable-push-secret-reconciler=false", "--enable-generator-state=false"),
            "--enable-cluster-push-secret-reconciler=false",
            "--enable-cluster-external-secret-reconciler=false",
        ],
        port=ports["external-secrets"],
        ready=f"http://{address}/metrics",
        after=["cluster", "moto"],
        env={**AWS, "KUBECONFIG": str(lab.kubeconfig), "AWS_SSM_ENDPOINT": moto},
    )
