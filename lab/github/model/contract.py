"""The contract: GitHub's own OpenAPI description, as the models generated from it.

Every request body and every answer of the double passes `read_body` and `check_answer`, every
webhook payload `check_event`.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import cast

from githubkit_schemas.v2026_03_10 import models
from pydantic import BaseModel, TypeAdapter, ValidationError

from lab.github.model.errors import GitHubError, JsonObject
from lab.github.model.operation import Operation

API_VERSION = "2026-03-10"

ERRORS: Mapping[int, object] = {
    400: models.BasicError,
    401: models.BasicError,
    403: models.BasicError,
    404: models.BasicError,
    409: models.BasicError,
    422: models.ValidationError | models.ValidationErrorSimple,
}


class ContractError(Exception):
    """An answer of the double that does not fit GitHub's description. Carries no values."""


EVENTS: Mapping[str, type[BaseModel]] = {"ping": models.WebhookPing, "push": models.WebhookPush}


@cache
def _adapter(model: object) -> TypeAdapter[object]:
    # A union of models is no type to the type checker, but is one to pydantic.
    return TypeAdapter(cast(type[object], model))


def _places(failure: ValidationError) -> str:
    """Where a document does not fit and why, without its values: they may be secrets."""
    return "; ".join(
        f"{'.'.join(str(part) for part in item['loc'])}: {item['type']}"
        for item in failure.errors(include_url=False, include_input=False, include_context=False)
    )


def read_body(operation: Operation, raw: bytes) -> BaseModel | None:
    """Reads a request body by the operation's model.

    Args:
        operation: The operation that is called.
        raw: The body as it came.

    Returns:
        The body as GitHub's model, or None where the operation takes none.

    Raises:
        GitHubError: 400 for no JSON, 422 in GitHub's words for a body that does not fit.
    """
    if operation.body is None:
        return None
    try:
        document = json.loads(raw or b"{}")
    except ValueError:
        raise GitHubError(400, "Problems parsing JSON") from None
    if document is None and not any(f.is_required() for f in operation.body.model_fields.values()):
        # go-github sends this where it has no options.
        document = {}
    if not isinstance(document, dict):
        raise GitHubError(400, "Body should be a JSON object")
    try:
        return operation.body.model_validate_json(json.dumps(document), strict=True)
    except ValidationError as failure:
        faults = {
            f'"{item["loc"][0]}" wasn\'t supplied.'
            if item["type"] == "missing" and len(item["loc"]) == 1
            else f"For 'properties/{item['loc'][0]}', the value does not fit the schema."
            for item in failure.errors(include_url=False, include_input=False)
        }
        raise GitHubError(422, "Invalid request.\n\n" + "\n".join(sorted(faults))) from None


def check_answer(operation: Operation, status: int, raw: bytes) -> None:
    """Checks an answer, error or not, against GitHub's description.

    Raises:
        ContractError: The status is not described, or the body does not fit.
    """
    expected = {**ERRORS, **operation.answers}
    if status not in expected:
        raise ContractError(f"{operation.name}: status {status} is not described")
    model = expected[status]
    if model is None:
        if raw:
            raise ContractError(f"{operation.name}: {status} must have an empty body")
        return
    try:
        _adapter(model).validate_json(raw, strict=True)
    except ValidationError as failure:
        raise ContractError(f"{operation.name}: {status}: {_places(failure)}") from None


def check_event(event: str, payload: JsonObject) -> None:
    """Checks the payload of a delivery against GitHub's webhook description.

    Raises:
        ContractError: It does not fit.
    """
    try:
        EVENTS[event].model_validate_json(json.dumps(payload), strict=True)
    except ValidationError as failure:
        raise ContractError(f"event {event}: {_places(failure)}") from None
