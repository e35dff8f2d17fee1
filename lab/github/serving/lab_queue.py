"""`PUT /_lab/deliveries`: how long the double holds deliveries back, as GitHub's queue may.

The body is LabQueue. It takes the organisation's token.
"""

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lab.github.api.access import allows, authenticate
from lab.github.model.errors import GitHubError
from lab.github.model.store import Store


class LabQueue(BaseModel):
    """Deliveries of later events wait for a random time of at most `held_back` seconds."""

    model_config = ConfigDict(extra="forbid")

    held_back: float = Field(ge=0, le=60)


def lab_queue_route(store: Store) -> Route:
    """Makes the route."""

    async def endpoint(request: Request) -> Response:
        try:
            token = authenticate(store, request.headers.get("Authorization"))
            if token is None or not allows(token, "repository_hooks=write"):
                raise GitHubError(403, "The queue takes the organisation's token.")
            store.held_back = LabQueue.model_validate_json(await request.body()).held_back
        except ValidationError:
            return JSONResponse({"message": "Invalid request: held_back"}, 422)
        except GitHubError as failure:
            return JSONResponse(failure.body(), failure.status)
        return Response(status_code=204)

    return Route("/_lab/deliveries", endpoint, methods=["PUT"])
