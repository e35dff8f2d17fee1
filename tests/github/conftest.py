"""A whole double in this process, a receiver behind its gateway, and keys to clone with."""

import asyncio
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncssh
import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lab.github.model.config import (
    AccountConfig,
    AppConfig,
    Config,
    Email,
    Gateway,
    Https,
    Rights,
    TokenConfig,
)
from lab.github.serving.double import Double
from tests.github.app import APP_ID, INSTALLATION
from tests.github.lab import (
    BOT,
    BOT_EMAIL,
    HOST,
    ORGANISATION,
    REPOSITORY,
    Git,
    Keys,
    Lab,
    register,
    url,
)
from tests.github.serving import started
from tests.github.webhooks.receiver import Receiver, receiving
from tests.processes import free_ports


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def deploy_key() -> Callable[[str], asyncssh.SSHKey]:
    """Makes key pairs, one for each name, once."""
    made: dict[str, asyncssh.SSHKey] = {}

    def make(name: str) -> asyncssh.SSHKey:
        if name not in made:
            made[name] = asyncssh.generate_private_key("ssh-ed25519", comment=name)
        return made[name]

    return make


@pytest.fixture
def certificate(authority: trustme.CA, request: pytest.FixtureRequest) -> trustme.LeafCert:
    """The receiver's; a test may ask for one of a `foreign` authority or of `elsewhere`."""
    kind = getattr(request, "param", None)
    signer = trustme.CA() if kind == "foreign" else authority
    return signer.issue_cert("elsewhere.fluxhook.test" if kind == "elsewhere" else HOST)


@pytest.fixture
def receiver(certificate: trustme.LeafCert) -> Iterator[Receiver]:
    """Stands in the gateway's place."""
    with receiving(certificate) as served:
        yield served


@pytest.fixture(scope="session")
def app_key() -> RSAPrivateKey:
    """What the App signs with."""
    return generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def plain() -> Iterator[Receiver]:
    """Stands in the place of the gateway's port without TLS."""
    with receiving(None) as served:
        yield served


@pytest.fixture(scope="session")
def stopping() -> Iterator[list[threading.Thread]]:
    """Doubles that are stopping: uvicorn takes 0.4 s for that, and no test waits for it."""
    threads: list[threading.Thread] = []
    yield threads
    for thread in threads:
        thread.join()


@pytest.fixture
def lab(
    tmp_path: Path,
    authority: trustme.CA,
    app_key: RSAPrivateKey,
    receiver: Receiver,
    plain: Receiver,
    stopping: list[threading.Thread],
) -> Iterator[Lab]:
    """A fresh double; its gateway are the two receivers."""
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    tokens = {rights: "gh" + "p_" + os.urandom(18).hex() for rights in Rights}
    logins = {Rights.ORGANISATION: ORGANISATION, Rights.BOT: BOT, Rights.READ_ONLY: BOT}
    logins[Rights.STATUSES] = BOT
    port, ssh_port, https_port = free_ports(3)
    served = authority.issue_cert("github.com", "api.github.com")
    served.private_key_pem.write_to_path(str(tmp_path / "https-key.pem"))
    served.cert_chain_pems[0].write_to_path(str(tmp_path / "https.pem"))
    public = app_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "app.pem").write_bytes(public)
    config = Config(
        port=port,
        ssh_port=ssh_port,
        directory=tmp_path / "git",
        ca_file=ca_file,
        gateway=Gateway(".fluxhook.test", receiver.port, plain.port),
        accounts=(
            AccountConfig(ORGANISATION, "Organization"),
            AccountConfig(BOT, "User", (Email(BOT_EMAIL, True),)),
        ),
        tokens=tuple(TokenConfig(tokens[rights], logins[rights], rights) for rights in Rights),
        repositories=(f"{ORGANISATION}/{REPOSITORY}",),
        https=Https(https_port, tmp_path / "https.pem", tmp_path / "https-key.pem"),
        app=AppConfig(
            APP_ID, "Iv23li290", "fluxhook-lab", ORGANISATION, INSTALLATION, tmp_path / "app.pem"
        ),
    )
    double = Double(config)
    server = double.server()
    loop = asyncio.new_event_loop()

    def serve() -> None:
        loop.run_until_complete(server.serve())
        loop.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(started(server), loop).result(30)
        yield Lab(double, loop, tokens)
    finally:
        server.should_exit = True
        stopping.append(thread)


@pytest.fixture
def git(lab: Lab, tmp_path: Path) -> Git:
    """Runs git as the holder of a private key: `git(key, "clone", url, path)`."""
    known_hosts = tmp_path / "known_hosts"
    with lab.client() as client:
        (host_key,) = client.get("/meta").json()["ssh_keys"]
    known_hosts.write_text(f"[127.0.0.1]:{lab.config.ssh_port} {host_key}\n")

    def run(key: asyncssh.SSHKey, *arguments: str) -> subprocess.CompletedProcess[str]:
        identity = tmp_path / "identity"
        identity.unlink(missing_ok=True)
        identity.touch(0o600)
        identity.write_bytes(key.export_private_key())
        ssh = (
            f"ssh -F none -i {identity} -o IdentitiesOnly=yes -o IdentityAgent=none "
            f"-o BatchMode=yes -o UserKnownHostsFile={known_hosts} -o GlobalKnownHostsFile=none"
        )
        environment = os.environ | {
            "GIT_SSH_COMMAND": ssh,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Dev",
            "GIT_AUTHOR_EMAIL": "dev@example.com",
            "GIT_COMMITTER_NAME": "Dev",
            "GIT_COMMITTER_EMAIL": "dev@example.com",
        }
        return subprocess.run(
            ["git", *arguments], env=environment, capture_output=True, text=True, timeout=60
        )

    return run


@pytest.fixture
def writable(lab: Lab, deploy_key: Keys) -> asyncssh.SSHKey:
    register(lab, deploy_key("writable"), read_only=False)
    return deploy_key("writable")


@pytest.fixture
def clone(lab: Lab, git: Git, writable: asyncssh.SSHKey, tmp_path: Path) -> Path:
    """A clone of the repository with one commit, by a key that may push."""
    lab.push("one", **{"a.txt": "1"})
    target = tmp_path / "clone"
    done = git(writable, "clone", "-q", url(lab), str(target))
    assert done.returncode == 0, done.stderr
    return target
