"""The page at `/_lab/`: GitHub's settings pages and the cluster's Flux objects, secrets masked."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from lab.github.git import reading
from lab.github.model.records import CommitStatus
from lab.github.model.store import Delivery, Repository, Store
from lab.github.page.flux_objects import Cluster, FluxObject
from lab.github.rest.deliveries import find, newest_first
from lab.github.rest.statuses import combined, newest_by_context
from lab.github.webhooks.courier import Courier
from lab.github.webhooks.rules import MASK

SHOWN = 30
"""Deliveries shown of each hook."""

COMMIT = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{28}\b")


def masked_url(url: str) -> str:
    """A receiver's URL without its path and query: whoever knows the path can call it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}/{MASK}"


def pretty(document: object, item: Delivery) -> str:
    """A part of a delivery as text, with every receiver URL it may hold masked."""
    text = document if isinstance(document, str) else json.dumps(document, indent=2)
    urls = {item.url}
    hook = item.request_payload.get("hook")
    config = hook.get("config") if isinstance(hook, dict) else None
    if isinstance(config, dict):
        # A ping that is delivered again carries the URL of its own time.
        urls.add(str(config["url"]))
    for url in urls:
        parts = urlsplit(url)
        for hidden, shown in ((parts.path, f"/{MASK}"), (parts.query, MASK)):
            text = text.replace(hidden, shown) if len(hidden) > 1 else text
    return text


def lines(headers: Mapping[str, str]) -> str:
    """Headers as HTTP writes them."""
    return "\n".join(f"{name}: {value}" for name, value in headers.items())


def shortened(text: str) -> str:
    """A revision, or a message that repeats it, with twelve digits of each commit's id."""
    return COMMIT.sub(r"\1", text)


@dataclass(frozen=True)
class Head:
    """The newest commit of a default branch, its newest statuses and what they come to."""

    sha: str
    subject: str
    statuses: list[CommitStatus]
    state: str


def head_of(repository: Repository) -> Head | None:
    """The newest commit that is shown of a repository; None for an empty one."""
    commit = reading.branch_head(repository.path, repository.default_branch)
    if commit is None:
        return None
    sha, subject = commit.id.decode(), commit.message.decode(errors="replace").partition("\n")[0]
    newest = newest_by_context(repository, sha)
    return Head(sha, subject, newest, combined(newest))


def page_routes(store: Store, courier: Courier, cluster: Cluster | None) -> list[Route]:
    """Makes the routes of the page and of its Redeliver button.

    Args:
        store: What the double knows.
        courier: Sends what is redelivered.
        cluster: Whose Flux objects are shown; without it the page is GitHub's alone.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        lines=lines, masked_url=masked_url, pretty=pretty, shortened=shortened
    )
    # Another site's form cannot know it, so it cannot press the button.
    proof = secrets.token_urlsafe()
    environment.globals.update(
        head_of=head_of, newest_first=newest_first, proof=proof, shown=SHOWN, store=store
    )
    template = environment.get_template("lab.html")

    async def show(request: Request) -> Response:
        objects: list[FluxObject] = []
        fault = ""
        try:
            objects = await cluster.objects() if cluster else []
        except httpx2.HTTPError as error:
            # What GitHub has must be seen also while the cluster starts or is broken.
            fault = str(error) or type(error).__name__
        html = template.render(cluster=cluster, objects=objects, fault=fault)
        return HTMLResponse(
            html,
            headers={
                "Cache-Control": "no-store",
                "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
                "script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
                "frame-ancestors 'none'",
            },
        )

    async def redeliver(request: Request) -> Response:
        form = parse_qs((await request.body()).decode(errors="replace"))
        if not secrets.compare_digest(form.get("proof", [""])[0].encode(), proof.encode()):
            return PlainTextResponse("This form is of an earlier run: reload the page.", 403)
        names = request.path_params
        repository = store.repository(names["owner"], names["repo"])
        hook = repository.hooks.get(names["hook_id"]) if repository else None
        item = find(hook, names["delivery_id"]) if hook else None
        if repository is None or hook is None or item is None:
            return PlainTextResponse("There is no such delivery.", 404)
        courier.deliver(repository, hook, item.event, item.request_payload, item.guid)
        return RedirectResponse("/_lab/", 303)

    async def asset(request: Request) -> Response:
        name = str(request.path_params["name"])
        kinds = {
            "lab.css": "text/css",
            "lab.js": "text/javascript",
            "lab.svg": "image/svg+xml",
        }
        if name not in kinds:
            return PlainTextResponse("There is no such file.", 404)
        text = (Path(__file__).parent / "templates" / name).read_text()
        return Response(text, media_type=kinds[name], headers={"Cache-Control": "no-store"})

    return [
        Route("/_lab/", show),
        Route("/_lab/{name}", asset),
        Route(
            "/_lab/repos/{owner}/{repo}/hooks/{hook_id:int}/deliveries/{delivery_id:int}/redeliver",
            redeliver,
            methods=["POST"],
        ),
    ]
