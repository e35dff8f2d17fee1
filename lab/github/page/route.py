"""The page at `/_lab/`: the state of the double and of the cluster, for people."""

from datetime import UTC, datetime
from pathlib import Path

import httpx2
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from lab.github.model.store import Store
from lab.github.page.cluster import Cluster
from lab.github.page.tables import Section, of_cluster, of_keys, of_repository

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "frame-ancestors 'none'",
}


def page_route(store: Store, cluster: Cluster | None) -> Route:
    """Makes the route of the page.

    Args:
        store: The state of the double.
        cluster: The cluster whose objects are shown; without one the page shows GitHub alone.
    """
    template = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template("page.html")

    async def show(request: Request) -> Response:
        repositories = [of_repository(store, each) for each in store.repositories.values()]
        sections = [*repositories, of_keys(store)]
        if cluster is not None:
            sections = [await _cluster(cluster), *sections]
        html = template.render(sections=sections, now=datetime.now(UTC))
        return HTMLResponse(html, headers=HEADERS)

    return Route("/_lab/", show)


async def _cluster(cluster: Cluster) -> Section:
    """The cluster's section; while the API server does not answer, it shows the error alone."""
    try:
        return of_cluster(await cluster.objects())
    except httpx2.HTTPError as error:
        return of_cluster([], str(error) or type(error).__name__)
