"""Errors in the shapes GitHub answers them."""

from typing import TypeAlias

JsonObject: TypeAlias = dict[str, object]

DOCUMENTATION = "https://docs.github.com/rest"


class GitHubError(Exception):
    """An answer that is an error: its HTTP status, its message and, for 422, its errors.

    The message is shown to clients and must carry no secret.
    """

    def __init__(self, status: int, message: str, errors: list[JsonObject] | None = None) -> None:
        """Makes the error of one answer."""
        super().__init__(f"{status} {message}")
        self.status = status
        self.message = message
        self.errors = errors

    def body(self) -> JsonObject:
        """The JSON body: `message`, `documentation_url`, `status` and the `errors` if any."""
        body: JsonObject = {"message": self.message}
        if self.errors is not None:
            body["errors"] = self.errors
        return body | {"documentation_url": DOCUMENTATION, "status": str(self.status)}


def not_found() -> GitHubError:
    """What GitHub says of things that do not exist and of things the token may not see."""
    return GitHubError(404, "Not Found")


def invalid(
    resource: str, message: str | None, *, field: str | None = None, code: str = "custom"
) -> GitHubError:
    """A 422 with one error, as GitHub's validations answer."""
    return invalid_all([error(resource, message, field=field, code=code)])


def invalid_all(errors: list[JsonObject]) -> GitHubError:
    """A 422 with several errors."""
    return GitHubError(422, "Validation Failed", errors)


def error(
    resource: str, message: str | None, *, field: str | None = None, code: str = "custom"
) -> JsonObject:
    """One item of a 422's `errors`."""
    item: JsonObject = {"resource": resource, "code": code}
    if field is not None:
        item["field"] = field
    if message is not None:
        item["message"] = message
    return item
