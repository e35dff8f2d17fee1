"""The github stand-in against servers that fail."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import grpc
import pytest

from tests.plugins.hub import DEPLOY_KEY, OWNER, deploy_key
from tests.plugins.protocol import StartPlugin


@dataclass
class Failing:
    """A GitHub that fails its first POSTs, and every GET if told so."""

    failures: int
    unreadable: bool = False
    seen: list[str] = field(default_factory=list)


@contextmanager
def failing(state: Failing, status: int) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            state.seen.append(self.path)
            self.answer(len(state.seen) <= state.failures)

        def do_GET(self) -> None:
            self.answer(state.unreadable)

        def answer(self, failed: bool) -> None:
            body = {"id": 7, "key": "k", "title": "t", "read_only": True}
            sent = json.dumps({"message": "Bad"} if failed else body).encode()
            self.send_response(status if failed else 200)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_that_fails_is_asked_again(plugin: StartPlugin, status: int) -> None:
    state = Failing(failures=1)
    with failing(state, status) as url:
        hub = plugin("github", {"baseUrl": url, "owner": OWNER})
        assert hub.create(DEPLOY_KEY, deploy_key("k", "t"))[0] == "echo-server:7"
    assert state.seen == [f"/repos/{OWNER}/echo-server/keys"] * 2


def test_a_key_that_cannot_be_read_back_is_in_the_state_nevertheless(plugin: StartPlugin) -> None:
    state = Failing(failures=0, unreadable=True)
    with failing(state, 403) as url:
        hub = plugin("github", {"baseUrl": url, "owner": OWNER})
        with pytest.raises(grpc.RpcError) as refused:
            hub.create(DEPLOY_KEY, deploy_key("k", "t"))
        assert "ErrorResourceInitFailed" in str(refused.value.trailing_metadata())
        assert "echo-server:7 is written but cannot be read back" in (refused.value.details() or "")
        state.unreadable = False
        inputs = hub.checked(DEPLOY_KEY, deploy_key("k", "t"))
        assert hub.update(DEPLOY_KEY, "echo-server:7", inputs, deploy_key("k", "t"))["key"] == "k"


def test_a_server_that_keeps_failing_is_given_up(plugin: StartPlugin) -> None:
    state = Failing(failures=9)
    with failing(state, 502) as url:
        hub = plugin("github", {"baseUrl": url, "owner": OWNER, "maxRetries": "1"})
        with pytest.raises(grpc.RpcError) as refused:
            hub.create(DEPLOY_KEY, deploy_key("k", "t"))
    assert "502 Bad" in (refused.value.details() or "")
    assert len(state.seen) == 2
