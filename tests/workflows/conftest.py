"""A pull request's comments."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

BOT = "github-actions[bot]"
LISTED = re.compile(r"/repos/[\w-]+/[\w-]+/issues/7/comments")
ONE = re.compile(r"/repos/[\w-]+/[\w-]+/issues/comments/(\d+)")


@dataclass
class Comments:
    """GitHub's comments of pull request 7, as far as the report uses them."""

    url: str = ""
    kept: list[dict[str, object]] = field(default_factory=list)

    def add(self, author: str, body: str) -> None:
        self.kept.append({"id": len(self.kept) + 1, "user": {"login": author}, "body": body})

    def bodies(self) -> list[object]:
        return [each["body"] for each in self.kept]


@pytest.fixture
def comments() -> Iterator[Comments]:
    made = Comments()

    class Handler(BaseHTTPRequestHandler):
        def answer(self, content: object) -> None:
            text = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def read(self) -> str:
            assert self.headers["Authorization"] == "Bearer t"
            body: str = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]
            assert len(body) <= 65_536
            return body

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            assert LISTED.fullmatch(url.path)
            query = {key: int(value) for key, (value,) in parse_qs(url.query).items()}
            start = (query["page"] - 1) * query["per_page"]
            self.answer(made.kept[start : start + query["per_page"]])

        def do_POST(self) -> None:
            assert LISTED.fullmatch(self.path)
            made.add(BOT, self.read())
            self.answer(made.kept[-1])

        def do_PATCH(self) -> None:
            found = ONE.fullmatch(self.path)
            assert found
            place = int(found[1]) - 1
            made.kept[place]["body"] = self.read()
            self.answer(made.kept[place])

        def log_message(self, *_: object) -> None:
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.01]).start()
        made.url = f"http://127.0.0.1:{server.server_port}"
        yield made
        server.shutdown()
