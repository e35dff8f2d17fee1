"""Git over SSH: a deploy key gives access to its own repository, and to no other.

Requests are served by git's own `upload-pack` and `receive-pack`.
"""

import asyncio
import os
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh

from lab.github.git.public_keys import bare
from lab.github.git.service import SERVICES, NoGit, run, write_hooks
from lab.github.model.contract import ContractError
from lab.github.model.records import DeployKey
from lab.github.model.store import Repository, Store, now
from lab.github.webhooks.announce import announce
from lab.github.webhooks.courier import Courier

CHUNK = 64 * 1024


class Refused(Exception):
    """A refusal: the client gets the message on standard error and exit status 1."""


class _Gate(asyncssh.SSHServer):
    """Admits user git with the private key of any registered deploy key."""

    def __init__(self, store: Store, clients: set[asyncssh.SSHServerConnection]) -> None:
        self._store = store
        self._clients = clients
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._clients.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._connection is not None:
            self._clients.discard(self._connection)

    def begin_auth(self, username: str) -> bool:
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        # Called for every key that a client offers; the client then proves the last one.
        offered = bare(key) if username == "git" else ""
        if self._connection is not None:
            self._connection.set_extra_info(offered=offered)
        return self._store.deploy_key(offered) is not None


@asynccontextmanager
async def serve(store: Store, courier: Courier) -> AsyncIterator[None]:
    """Serves git over SSH on loopback for the time of the context.

    Its host key is a file in the git directory; GET /meta lists its public part.
    """
    directory = store.config.directory
    host_key = _host_key(directory / "ssh_host_ed25519_key")
    store.ssh_host_keys = [bare(host_key)]
    hooks = write_hooks(directory)
    clients: set[asyncssh.SSHServerConnection] = set()

    async def session(process: asyncssh.SSHServerProcess[bytes]) -> None:
        try:
            process.exit(await _git(store, courier, hooks, process))
        except ContractError as failure:
            print(f"CONTRACT {failure}", flush=True)
            process.exit(1)
        except Refused as refusal:
            process.stderr.write(f"{refusal}\n".encode())
            process.exit(1)

    server = await asyncssh.listen(
        "127.0.0.1",
        store.config.ssh_port,
        server_factory=lambda: _Gate(store, clients),
        server_host_keys=[host_key],
        process_factory=session,
        encoding=None,
        password_auth=False,
        kbdint_auth=False,
        gss_host=None,
        login_timeout=10,
    )
    try:
        yield
    finally:
        server.close()
        for client in list(clients):
            client.abort()
        await server.wait_closed()


def _host_key(path: Path) -> asyncssh.SSHKey:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = asyncssh.generate_private_key("ssh-ed25519")
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(made.export_private_key())
    return asyncssh.read_private_key(path)


async def _git(
    store: Store, courier: Courier, hooks: Path, process: asyncssh.SSHServerProcess[bytes]
) -> int:
    """Runs one git service for a client and announces what it pushed."""
    service, repository, key = _admit(store, process)
    key.last_used = now()
    # Git negotiates its protocol version by this variable.
    protocol = process.env.get("GIT_PROTOCOL")
    environment = {"GIT_PROTOCOL": str(protocol)} if protocol is not None else {}
    with run(hooks) as git:
        try:
            child = await git.start(
                SERVICES[service], str(repository.path), environment=environment
            )
        except NoGit:
            raise Refused("ERROR: the lab's GitHub needs git on PATH.") from None
        status = await _pump(process, child)
        moved = git.moved()
    if moved:
        announce(store, courier, repository, moved, store.accounts[key.added_by.lower()])
    return status


def _admit(
    store: Store, process: asyncssh.SSHServerProcess[bytes]
) -> tuple[str, Repository, DeployKey]:
    """Finds the repository of a command and checks the client's key for it.

    Raises:
        Refused: In GitHub's words.
    """
    found = store.deploy_key(str(process.get_extra_info("offered")))
    if found is None:
        raise Refused("ERROR: Repository not found.")
    repository, key = found
    if process.command is None:
        raise Refused(
            f"Hi {repository.full_name}! You've successfully authenticated, but GitHub does not "
            "provide shell access."
        )
    try:
        service, path = shlex.split(process.command)
    except ValueError:
        service, path = "", ""
    if service not in SERVICES:
        raise Refused(f"Invalid command: {process.command!r}")
    asked = path.strip("/").removesuffix(".git").lower()
    if asked != repository.full_name.lower():
        raise Refused("ERROR: Repository not found.")
    if service == "git-receive-pack" and key.read_only:
        raise Refused("ERROR: The key you are authenticating with has been marked as read only.")
    return service, repository, key


async def _pump(
    process: asyncssh.SSHServerProcess[bytes], child: asyncio.subprocess.Process
) -> int:
    """Passes bytes between client and git until git ends; kills git if the client is lost."""
    if child.stdin is None or child.stdout is None or child.stderr is None:
        raise RuntimeError("git was started without pipes")
    up = asyncio.create_task(_upward(process, child.stdin))
    try:
        await asyncio.gather(
            _downward(child.stdout, process.stdout), _downward(child.stderr, process.stderr)
        )
        return await child.wait()
    except (OSError, asyncssh.Error):
        return 1
    finally:
        up.cancel()
        if child.returncode is None:
            child.kill()
            await child.wait()


async def _upward(process: asyncssh.SSHServerProcess[bytes], target: asyncio.StreamWriter) -> None:
    try:
        while data := await process.stdin.read(CHUNK):
            target.write(data)
            await target.drain()
    except (OSError, asyncssh.Error):
        pass
    finally:
        target.close()


async def _downward(source: asyncio.StreamReader, target: asyncssh.SSHWriter[bytes]) -> None:
    while data := await source.read(CHUNK):
        target.write(data)
        await target.drain()
