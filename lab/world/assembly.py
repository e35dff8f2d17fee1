"""The table of the lab's processes: flags, order, and what says that each is ready."""

import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from lab.build import installed, toolchain
from lab.plugins import installer as plugins
from lab.run.directory import LabDirectory, LabState
from lab.run.process import Process, Step
from lab.world import cluster, images
from lab.world.certificates import write_app_key, write_certificates, write_cluster_credentials
from lab.world.push import seed
from lab.world.surroundings import AWS, REPOSITORY, surroundings

PORTS = (
    *("etcd", "etcd-peer", "moto", "kube-apiserver", "kube-controller-manager"),
    *("github", "github-https", "github-ssh", "gateway", "gateway-http", "socks"),
    *("notification-controller", "notification-controller-events"),
    *("notification-controller-health", "source-controller", "source-controller-health"),
    *("kustomize-controller", "image-reflector-controller", "image-automation-controller"),
    *("helm-controller", "external-secrets", "registry", "charts", "pods"),
)
"""`notification-controller` is its receiver's port and `source-controller` its artifacts';
where a controller serves nothing else, the port is that of its health or metrics."""

Ports = Mapping[str, int]


def build(lab: LabDirectory, state: LabState) -> list[Process | Step]:
    """Writes certificates and configuration files, and returns what is to be started."""
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
    )
    return [
        *_kubernetes(lab, state.ports),
        *surroundings(lab, state),
        images.registry(lab, state.ports["registry"]),
        Step("cluster", lambda: cluster.prepare(lab), after=["kube-apiserver"]),
        Step("seed", lambda: seed(state, REPOSITORY), after=["github"]),
        Step("seed-image", lambda: images.push(lab, state, REPOSITORY, "1"), after=["registry"]),
        *_flux(lab, state.ports),
        _external_secrets(lab, state.ports),
    ]


def _kubernetes(lab: LabDirectory, ports: Ports) -> list[Process]:
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
                # The data does not outlive the lab, so nothing is gained by waiting for a disk.
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
                # Nothing really runs pods, so nothing makes the accounts that they would need.
                "--disable-admission-plugins=ServiceAccount",
            ],
            port=ports["kube-apiserver"],
            ready=f"https://127.0.0.1:{ports['kube-apiserver']}/readyz",
            after=["etcd"],
        ),
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
    binaries = toolchain.binaries()
    events = f"127.0.0.1:{ports['notification-controller-events']}"
    cluster_access = {"KUBECONFIG": str(lab.kubeconfig), "RUNTIME_NAMESPACE": "flux-system"}

    def controller(name: str, health: str, *flags: str, **env: str) -> Process:
        address = f"127.0.0.1:{ports[health]}"
        common = ["--watch-all-namespaces", "--enable-leader-election=false", "--metrics-addr=0"]
        return Process(
            name,
            [binaries[name], *common, f"--health-addr={address}", *flags],
            port=ports[name],
            ready=f"http://{address}/readyz",
            # A controller that starts before its CRDs are served gives up.
            after=["cluster"],
            env={**cluster_access, **env},
        )

    # Go's HTTP clients do not read ALL_PROXY; the one for git over SSH reads nothing else.
    proxy = f"socks5://127.0.0.1:{ports['socks']}"
    trust = {"SSL_CERT_FILE": str(lab.ca_bundle)}
    storage = f"127.0.0.1:{ports['source-controller']}"
    return [
        controller(
            "notification-controller",
            "notification-controller-health",
            f"--receiverAddr=127.0.0.1:{ports['notification-controller']}",
            f"--events-addr={events}",
            HTTPS_PROXY=proxy,
            **trust,
        ),
        controller(
            "source-controller",
            "source-controller-health",
            *(f"--storage-addr={storage}", f"--storage-adv-addr={storage}"),
            *(f"--storage-path={lab.storage}", f"--events-addr=http://{events}"),
            # Git over SSH, and charts.
            ALL_PROXY=proxy,
            HTTPS_PROXY=proxy,
            **trust,
        ),
        controller(
            "kustomize-controller",
            "kustomize-controller",
            *("--requeue-dependency=1s", f"--events-addr=http://{events}"),
        ),
        controller(
            "helm-controller",
            "helm-controller",
            *("--requeue-dependency=1s", f"--events-addr=http://{events}"),
        ),
        controller(
            "image-reflector-controller",
            "image-reflector-controller",
            *(f"--storage-path={lab.image_tags}", f"--events-addr=http://{events}"),
            HTTPS_PROXY=proxy,
            **trust,
        ),
        controller(
            "image-automation-controller",
            "image-automation-controller",
            f"--events-addr=http://{events}",
            ALL_PROXY=proxy,
            HTTPS_PROXY=proxy,
            **trust,
        ),
    ]


def _external_secrets(lab: LabDirectory, ports: Ports) -> Process:
    moto = f"http://127.0.0.1:{ports['moto']}"
    address = f"127.0.0.1:{ports['external-secrets']}"
    return Process(
        "external-secrets",
        [
            toolchain.binaries()["external-secrets"],
            *("--concurrent=4", f"--metrics-addr={address}"),
            # Nothing here pushes secrets out of the cluster or generates them.
            *("--enable-push-secret-reconciler=false", "--enable-generator-state=false"),
            "--enable-cluster-push-secret-reconciler=false",
            "--enable-cluster-external-secret-reconciler=false",
        ],
        port=ports["external-secrets"],
        ready=f"http://{address}/metrics",
        after=["cluster", "moto"],
        env={**AWS, "KUBECONFIG": str(lab.kubeconfig), "AWS_SSM_ENDPOINT": moto},
    )
