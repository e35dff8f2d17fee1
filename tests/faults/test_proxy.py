"""The proxy goes wrong at an exact request, before or after the server has done it, and says what servers say."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import httpx2
import pytest
from botocore.config import Config

from lab.world import wrong_answers as wrong
from lab.world.faults import Answer, Exchange, Proxy, bad_gateway, proxied, reset


@dataclass
class Served:
    """A server behind a proxy, and what it was asked."""

    proxy: Proxy
    client: httpx2.Client
    asked: list[str] = field(default_factory=list)
    more: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def served() -> Iterator[Served]:
    asked: list[str] = []
    more = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked.append(f"{self.command} {self.path}")
            self.send_response(201)
            self.send_header("Link", "one")
            self.send_header("Link", "two")
            self.end_headers()
            self.wfile.write(b"{}")
            if "watch=" in self.path:
                self.wfile.flush()
                more.wait(30)
                self.wfile.write(b"more")

        do_GET = do_POST = answer

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        with (
            httpx2.Client(base_url=url, trust_env=False) as behind,
            proxied(behind) as proxy,
            httpx2.Client(base_url=proxy.url, trust_env=False) as client,
        ):
            yield Served(proxy, client, asked, more)
        more.set()
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (bad_gateway, 502),
        (wrong.server_error, 500),
        (wrong.secondary_rate_limit(1), 403),
        (wrong.too_many_requests(1), 429),
        (wrong.throttling, 400),
        (wrong.conflict, 409),
        (wrong.refused, 422),
    ],
)
def test_a_wrong_answer_is_given_once_and_the_server_has_been_asked_or_not(
    served: Served, answer: Answer, status: int, before: bool
) -> None:
    fault = served.proxy.add("^POST /keys$", answer, before=before)
    assert served.client.get("/keys").status_code == 201
    assert not fault.hit.is_set()
    assert served.client.post("/keys").status_code == status
    assert fault.hit.is_set()
    assert served.asked == ["GET /keys", *([] if before else ["POST /keys"])]
    assert served.client.post("/keys").status_code == 201


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("answer", [reset, wrong.drop(0.05)])
def test_a_connection_ends_without_an_answer(served: Served, answer: Answer, before: bool) -> None:
    served.proxy.add("POST", answer, before=before)
    with pytest.raises(httpx2.TransportError):
        served.client.post("/keys")
    assert served.asked == ([] if before else ["POST /keys"])


def test_nothing_is_said_until_the_client_gives_up(served: Served) -> None:
    served.proxy.add("POST", wrong.drop(30))
    with pytest.raises(httpx2.ReadTimeout):
        served.client.post("/keys", timeout=0.05)


def test_a_held_answer_is_the_servers_own(served: Served) -> None:
    served.proxy.add("POST", wrong.hold(0.05))
    answer = served.client.post("/keys")
    assert (answer.status_code, answer.content) == (201, b"{}")
    assert answer.headers.get_list("Link") == ["one", "two"]


def test_faults_for_one_request_come_one_after_the_other(served: Served) -> None:
    served.proxy.add("POST", bad_gateway, before=True)
    served.proxy.add("POST", wrong.server_error, before=True)
    assert [served.client.post("/keys").status_code for _ in range(3)] == [502, 500, 201]


def test_a_standing_fault_comes_each_time(served: Served) -> None:
    served.proxy.add("POST", wrong.refused, before=True, again=True)
    assert [served.client.post("/keys").status_code for _ in range(2)] == [422, 422]
    assert served.asked == []


def test_wrong_answers_wait_until_no_more_of_them_come(served: Served) -> None:
    waiting = wrong.gathered(0.2)

    def later(exchange: Exchange) -> None:
        assert served.asked == ["POST /one", "POST /two"], "the first has waited for the second"
        bad_gateway(exchange)

    def first(exchange: Exchange) -> None:
        with ThreadPoolExecutor() as other:
            soon = other.submit(served.client.post, "/two")
            waiting(later)(exchange)
            assert soon.result().status_code == 502

    served.proxy.add("POST /one", first)
    served.proxy.add("POST /two", waiting(later))
    assert served.client.post("/one").status_code == 502


def test_an_operation_of_aws_is_known_by_its_name_and_throttling_is_what_a_client_repeats(
    served: Served,
) -> None:
    fault = served.proxy.add(r"^POST / AmazonSSM\.PutParameter /a/b$", wrong.throttling)
    client = boto3.client(
        "ssm",
        endpoint_url=served.proxy.url,
        region_name="eu-central-1",
        aws_access_key_id="unit",
        aws_secret_access_key="u" + "nit",
        config=Config(retries={"mode": "standard", "total_max_attempts": 2}),
    )
    client.put_parameter(Name="/a/c", Value="x", Type="String")
    assert not fault.hit.is_set()
    client.put_parameter(Name="/a/b", Value="x", Type="String")
    assert served.asked == ["POST /"] * 3
    client.close()


def test_a_watch_is_handed_on_piece_by_piece(served: Served) -> None:
    with served.client.stream("GET", "/objects?watch=true") as answer:
        pieces = answer.iter_raw()
        assert next(pieces) == b"{}"
        served.more.set()
        assert b"".join(pieces) == b"more"


def test_the_end_of_a_proxy_ends_its_watches(served: Served) -> None:
    ending = ExitStack()
    proxy = ending.enter_context(proxied(served.client))
    with httpx2.stream("GET", f"{proxy.url}/objects?watch=true", trust_env=False) as answer:
        pieces = answer.iter_raw()
        assert next(pieces) == b"{}"
        ending.close()
        assert list(pieces) == []


def test_a_token_is_shown_as_another(served: Served) -> None:
    served.proxy.tokens = {"today": "yesterday"}
    assert served.proxy.shown({"Authorization": "Bearer today"})["Authorization"].endswith(
        "yesterday"
    )
