"""The page at `/_lab/`: what GitHub's settings pages would show, with every secret masked."""

import json
import secrets
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from lab.github.deliveries import Courier
from lab.github.hook_rules import MASK
from lab.github.recorded import find, newest_first
from lab.github.store import Delivery, Store

SHOWN = 30
"""Deliveries shown of each hook."""


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


def page_routes(store: Store, courier: Courier) -> list[Route]:
    """Makes the routes of the page and of its Redeliver button."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["masked_url"] = masked_url
    environment.globals["newest_first"] = newest_first
    # Another site's form cannot know it, so it cannot press the button.
    proof = secrets.token_urlsafe()

    environment.filters["pretty"] = pretty
    template = environment.get_template("lab.html")

    async def show(request: Request) -> Response:
        html = template.render(store=store, proof=proof, shown=SHOWN)
        return HTMLResponse(
            html,
            headers={
                "Cache-Control": "no-store",
                "Content-Security-Policy": "default-src 'none'; style-src 'self'; "
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
        kinds = {"lab.css": "text/css", "lab.js": "text/javascript"}
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
