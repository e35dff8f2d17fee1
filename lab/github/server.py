"""One whole double: store, deliveries, REST, git over SSH and the page, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette

from lab.github import git_ssh
from lab.github.app import make_app
from lab.github.config import Config
from lab.github.deliveries import Courier
from lab.github.flux_objects import Cluster
from lab.github.lab_push import lab_push_route
from lab.github.page import page_routes
from lab.github.repositories import add_repository
from lab.github.store import Store


class Double:
    """The GitHub of one lab; `app` is its HTTP application."""

    def __init__(self, config: Config) -> None:
        """Makes the double with the accounts and repositories of its configuration.

        Raises:
            KeyError: A repository's owner or a token's login is no account.
            lightkube.ConfigError: There is no such kubeconfig.
        """
        self.config = config
        self.store = Store(config)
        self.courier = Courier(self.store)
        self._cluster = Cluster(config.kubeconfig) if config.kubeconfig else None
        for full_name in config.repositories:
            owner, _, name = full_name.partition("/")
            add_repository(self.store, self.store.accounts[owner.lower()], name, None)
        pages = [
            lab_push_route(self.store, self.courier),
            *page_routes(self.store, self.courier, self._cluster),
        ]
        self.app: Starlette = make_app(self.store, self.courier, self._lifespan, pages)

    @asynccontextmanager
    async def _lifespan(self) -> AsyncIterator[None]:
        try:
            async with git_ssh.serve(self.store, self.courier):
                yield
        finally:
            await self.courier.close()
            if self._cluster:
                await self._cluster.close()

    def server(self) -> uvicorn.Server:
        """An HTTP server on loopback that stops cleanly on SIGTERM."""
        return uvicorn.Server(
            uvicorn.Config(
                self.app,
                host="127.0.0.1",
                port=self.config.port,
                lifespan="on",
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=3,
            )
        )
