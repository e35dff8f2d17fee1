"""What can go wrong with a request: the answers of overloaded, dying and distant servers, in their own words."""

import json
import threading
from collections.abc import Callable
from contextlib import suppress

import psutil

from lab.world.faults import Answer, Exchange

_JSON = ("Content-Type", "application/json")


def hold(seconds: float) -> Answer:
    """Give the server's own answer, but late."""

    def answer(exchange: Exchange) -> None:
        exchange.hear_nothing(seconds)
        exchange.give()

    return answer


def drop(seconds: float) -> Answer:
    """Say nothing until the client gives up; then, or after so long, close the connection."""
    return lambda exchange: exchange.hear_nothing(seconds)


def refused(exchange: Exchange) -> None:
    """Refuse for good: nobody repeats a request that was answered so."""
    exchange.say(422, [_JSON], json.dumps({"message": "refused"}).encode())


def server_error(exchange: Exchange) -> None:
    """Answer 500."""
    exchange.say(500)


def secondary_rate_limit(retry_after: int) -> Answer:
    """Refuse as GitHub does whoever writes too much in a minute.

    Source: GitHub REST, "Rate limits for the REST API"; go-github, "CheckResponse" tells it by the page that it names.
    """
    page = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"
    text = {
        "message": "You have exceeded a secondary rate limit. Please wait before you try again.",
        "documentation_url": f"{page}#about-secondary-rate-limits",
    }
    return _refusal(403, text, retry_after)


def throttling(exchange: Exchange) -> None:
    """Refuse as AWS does whoever asks Parameter Store too often.

    Source: AWS Systems Manager API, "Common Errors".
    """
    kind = "ThrottlingException"
    exchange.say(
        400,
        [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-ErrorType", kind)],
        json.dumps({"__type": kind, "message": "Rate exceeded"}).encode(),
    )


def too_many_requests(retry_after: int) -> Answer:
    """Refuse as an API server that has no place in its queues.

    Source: Kubernetes, "API Priority and Fairness".
    """
    return _refusal(429, _status(429, "TooManyRequests", "too many requests"), retry_after)


def conflict(exchange: Exchange) -> None:
    """Refuse as an API server at which somebody else was quicker."""
    told = "the object has been modified; please apply your changes to the latest version and try again"
    exchange.say(409, [_JSON], json.dumps(_status(409, "Conflict", told)).encode())


def kill(process: psutil.Process) -> None:
    """Kill an engine and all its plugins, the engine first: it must not see that its plugins have gone."""
    with suppress(psutil.NoSuchProcess):
        for each in [process, *process.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                each.kill()


def gathered(quiet: float) -> Callable[[Answer], Answer]:
    """Return what makes answers wait for each other: until no more of them has come for so many seconds.

    A fault that ends an update so meets as many requests as it can. How long is a matter of speed alone.
    """
    arrival = threading.Condition()

    def waiting(answer: Answer) -> Answer:
        def wait(exchange: Exchange) -> None:
            with arrival:
                arrival.notify_all()
                while arrival.wait(quiet):
                    pass
            answer(exchange)

        return wait

    return waiting


def _refusal(status: int, text: object, retry_after: int) -> Answer:
    headers = [_JSON, ("Retry-After", str(retry_after))]
    return lambda exchange: exchange.say(status, headers, json.dumps(text).encode())


def _status(code: int, reason: str, message: str) -> dict[str, object]:
    kind = {"kind": "Status", "apiVersion": "v1", "status": "Failure"}
    return {**kind, "message": message, "reason": reason, "code": code}
