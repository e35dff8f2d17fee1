"""The whole double: store, deliveries, REST, git over HTTPS and SSH, and the page."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.applications import Starlette

from lab.github.model.config import Config, Https
from lab.github.model.store import Store
from lab.github.page.cluster import Cluster
from lab.github.page.route import page_route
from lab.github.rest.repositories import add_repository
from lab.github.serving import git_https, git_ssh
from lab.github.serving.app import make_app
from lab.github.serving.lab_push import lab_push_route
from lab.github.serving.lab_queue import lab_queue_route
from lab.github.serving.lab_token import lab_token_route
from lab.github.webhooks.courier import Courier


class _Server(uvicorn.Server):
    """A second server in the same process; only the first handles signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Double:
    """The GitHub of one lab; `app` is its HTTP application."""

    def __init__(self, config: Config) -> None:
        """Creates the double with the accounts and repositories of its configuration.

        Raises:
            KeyError: A repository's owner or a token's login is not an account.
            lightkube.ConfigError: There is no such kubeconfig.
        """
        self.config = config
        self.store = Store(config)
        self.courier = Courier(self.store)
        self._cluster = Cluster(config.kubeconfig) if config.kubeconfig else None
        for full_name in config.repositories:
            owner, _, name = full_name.partition("/")
            add_repository(self.store, self.store.accounts[owner.lower()], name)
        pages = [
            lab_push_route(self.store, self.courier),
            lab_queue_route(self.store),
            lab_token_route(self.store),
            page_route(self.store, self._cluster),
        ]
        git = git_https.make_router(self.store, self.courier)
        self.app: Starlette = make_app(self.store, self.courier, self._lifespan, pages, git)

    @asynccontextmanager
    async def _lifespan(self) -> AsyncIterator[None]:
        try:
            async with git_ssh.serve(self.store, self.courier), self._https():
                yield
        finally:
            await self.courier.close()
            if self._cluster:
                await self._cluster.close()

    @asynccontextmanager
    async def _https(self) -> AsyncIterator[None]:
        """Serves the same application with TLS, where the configuration says so."""
        https = self.config.https
        if https is None:
            yield
            return
        server = _Server(self._uvicorn(https))
        # The socket listens before the server starts, so that early clients wait for it.
        listener = socket.create_server(("127.0.0.1", https.port))
        serving = asyncio.create_task(server.serve([listener]))
        try:
            yield
        finally:
            server.should_exit = True
            await serving

    def server(self) -> uvicorn.Server:
        """An HTTP server on loopback that stops cleanly on SIGTERM."""
        return uvicorn.Server(self._uvicorn(None))

    def _uvicorn(self, https: Https | None) -> uvicorn.Config:
        return uvicorn.Config(
            self.app,
            host="127.0.0.1",
            port=self.config.port,
            lifespan="off" if https else "on",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=3,
            ssl_certfile=https.certificate if https else None,
            ssl_keyfile=https.key if https else None,
        )
