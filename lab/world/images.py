"""The lab's container registry, and images for it that nobody runs."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import bcrypt
import httpx2

from lab.build import toolchain
from lab.run.directory import LabDirectory, LabError, write_private
from lab.run.process import Process
from lab.run.state import LabState
from lab.world.surroundings import BOT

TOKEN = "lab-registry-token"  # noqa: S105 - as in Pulumi.dev.yaml; it opens images without content
"""The registry's password for the bot; every image is private."""

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"


def registry(lab: LabDirectory, port: int) -> Process:
    """The CNCF's registry with its data in memory; writes its configuration."""
    logins, file = lab.config / "registry.htpasswd", lab.config / "registry.json"
    # The lowest cost, since the registry checks it at each request.
    write_private(logins, f"{BOT}:{bcrypt.hashpw(TOKEN.encode(), bcrypt.gensalt(4)).decode()}\n")
    tls = {
        "certificate": str(lab.certs / "registry.pem"),
        "key": str(lab.certs / "registry-key.pem"),
    }
    config = {
        "version": "0.1",
        "storage": {"inmemory": {}},
        "http": {"addr": f"127.0.0.1:{port}", "tls": tls},
        "auth": {"htpasswd": {"realm": "lab", "path": str(logins)}},
    }
    # JSON is YAML.
    write_private(file, json.dumps(config, indent=2))
    return Process(
        "registry",
        [toolchain.binaries()["registry"], "serve", file],
        port=port,
        ready=f"https://127.0.0.1:{port}/",
        # It would look for a collector of traces.
        env={"OTEL_TRACES_EXPORTER": "none"},
    )


def push(lab: LabDirectory, state: LabState, repository: str, tag: str) -> None:
    """Tags an image without layers in `repository`, an `owner/name`.

    Source: OCI distribution specification, "Push".

    Raises:
        LabError: The registry refused it, or does not answer.
    """
    # The tag in the image, so that each one has another digest.
    image = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {"Labels": {"tag": tag}},
            "rootfs": {"type": "layers", "diff_ids": []},
        }
    ).encode()
    digest = f"sha256:{sha256(image).hexdigest()}"
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "digest": digest, "size": len(image)},
        "layers": [],
    }
    with _connected(lab, state, repository) as client:
        begun = client.post("/blobs/uploads/").raise_for_status()
        client.put(
            httpx2.URL(begun.headers["Location"]).copy_merge_params({"digest": digest}),
            content=image,
            headers={"Content-Type": "application/octet-stream"},
        ).raise_for_status()
        client.put(
            f"/manifests/{tag}",
            content=json.dumps(manifest).encode(),
            headers={"Content-Type": MANIFEST},
        ).raise_for_status()


def tags(lab: LabDirectory, state: LabState, repository: str) -> list[str]:
    """The tags in `repository`, an `owner/name`.

    Source: OCI distribution specification, "Content Discovery".

    Raises:
        LabError: The registry refused it, or does not answer.
    """
    with _connected(lab, state, repository) as client:
        answer = client.get("/tags/list")
        if answer.status_code == httpx2.codes.NOT_FOUND:
            return []
        found: list[str] = answer.raise_for_status().json()["tags"]
        return found


@contextmanager
def _connected(lab: LabDirectory, state: LabState, repository: str) -> Iterator[httpx2.Client]:
    try:
        with httpx2.Client(
            base_url=f"https://127.0.0.1:{state.ports['registry']}/v2/{repository}",
            auth=(BOT, TOKEN),
            verify=ssl.create_default_context(cafile=lab.ca_file),
            trust_env=False,
        ) as client:
            yield client
    except httpx2.HTTPError as error:
        message = f"the lab's registry: {str(error) or type(error).__name__}"
        raise LabError(message) from error
