"""The lab's own certificate authority, its server certificates and the cluster's credentials."""

import os
import ssl
from pathlib import Path

import certifi
import trustme
import yaml
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from lab.run.directory import LabDirectory, write_private

CONTEXT = "fluxhook-lab"
"""Name of the cluster, user and context in the lab's kubeconfig."""

SUFFIX = "fluxhook.test"
"""Hosts below it are the lab's gateway. RFC 6761 keeps `.test` from ever resolving."""

REGISTRY = "ghcr.io"
"""The registry whose place the lab's takes, for those that are led to it."""

CHARTS = "prometheus-community.github.io"
"""The chart repository whose place the lab's takes in the same way."""

PRIVATE_CHARTS = f"charts.{SUFFIX}"
"""Another one, which asks for a password."""


def trusted_already() -> Path:
    """The bundle of authorities that programs on this machine trust."""
    named = os.environ.get("SSL_CERT_FILE")
    system = ssl.get_default_verify_paths().cafile
    return Path(named or system or certifi.where())


def write_certificates(lab: LabDirectory) -> None:
    """Makes the lab's authority, and with it a certificate for each server that has one."""
    authority = trustme.CA(organization_name="fluxhook lab")
    own = authority.cert_pem.bytes().decode()
    lab.ca_file.write_text(own)
    lab.ca_bundle.write_text(own + trusted_already().read_text())
    servers = {
        "gateway": [f"*.{SUFFIX}"],
        "registry": [REGISTRY, "127.0.0.1"],
        "charts": [CHARTS, PRIVATE_CHARTS],
        "github": ["github.com", "api.github.com"],
        "loopback": ["127.0.0.1", "localhost"],
    }
    for name, hosts in servers.items():
        server = authority.issue_cert(*hosts)
        chain = "".join(part.bytes().decode() for part in server.cert_chain_pems)
        (lab.certs / f"{name}.pem").write_text(chain)
        key = server.private_key_pem.bytes().decode()
        write_private(lab.certs / f"{name}-key.pem", key)


def write_app_key(lab: LabDirectory) -> None:
    """Makes the key pair of the GitHub App, in the form in which GitHub hands it out."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    write_private(lab.github_app_key, pem.decode())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (lab.certs / "github-app-public.pem").write_bytes(public)


def write_cluster_credentials(lab: LabDirectory, port: int, token: str) -> None:
    """Writes the tokens and keys for kube-apiserver on `port`, and a kubeconfig for it.

    `certs/tokens.csv` has the administrator's `token` (group system:masters),
    `certs/service-accounts.pem` the key that signs the tokens of service accounts.
    """
    write_private(lab.certs / "tokens.csv", f'{token},{CONTEXT},{CONTEXT},"system:masters"\n')
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(lab.certs / "service-accounts.pem", pem.decode())
    cluster = {
        "server": f"https://127.0.0.1:{port}",
        "certificate-authority": str(lab.ca_file),
    }
    kubeconfig = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": CONTEXT, "cluster": cluster}],
        "users": [{"name": CONTEXT, "user": {"token": token}}],
        "contexts": [{"name": CONTEXT, "context": {"cluster": CONTEXT, "user": CONTEXT}}],
        "current-context": CONTEXT,
    }
    write_private(lab.kubeconfig, yaml.safe_dump(kubeconfig, sort_keys=False))
