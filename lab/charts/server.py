"""The HTTP application: one chart repository for each host, open or with a password."""

import base64
import hmac
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, Field, SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Host, Route, Router

from lab.charts.packages import index, package


class Chart(BaseModel):
    """One chart of a repository; see `lab.charts.packages.package`.

    Attributes:
        directory: The directory of its Chart.yaml.
        version: Replaces the one in Chart.yaml.
        added: Further directories to include, by their path in the chart.
    """

    directory: Path
    version: str | None = None
    added: dict[str, Path] = Field(default_factory=dict)


class Repository(BaseModel):
    """One chart repository.

    Attributes:
        host: Its DNS name.
        path: The part of its URL before `/index.yaml`.
        charts: Its charts.
        user: The only user with access; by default the repository is public.
        password: The password of `user`.
    """

    host: str
    path: str = ""
    charts: list[Chart]
    user: str | None = None
    password: SecretStr = SecretStr("")


def _router(repository: Repository) -> Router:
    packages = [package(each.directory, each.version, each.added) for each in repository.charts]
    files = {"index.yaml": index(packages), **{each.file: each.content for each in packages}}
    credentials = f"{repository.user}:{repository.password.get_secret_value()}"
    expected = b"Basic " + base64.b64encode(credentials.encode())

    async def answer(request: Request) -> Response:
        authorization = request.headers.get("Authorization", "").encode()
        if repository.user is not None and not hmac.compare_digest(authorization, expected):
            # RFC 7617, section 2.
            challenge = {"WWW-Authenticate": 'Basic realm="charts"'}
            return PlainTextResponse("Unauthorized", 401, headers=challenge)
        name = request.path_params["file"]
        if name not in files:
            return PlainTextResponse("Not Found", 404)
        media = "text/yaml" if name == "index.yaml" else "application/gzip"
        return Response(files[name], media_type=media)

    return Router([Route(f"{repository.path}/{{file}}", answer)])


def make_app(repositories: Iterable[Repository]) -> Starlette:
    """Packages `repositories` and returns an application that serves them; anything else is 404.

    Raises:
        OSError: A chart cannot be read.
    """
    return Starlette(routes=[Host(each.host, _router(each)) for each in repositories])
