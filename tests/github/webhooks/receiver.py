"""A receiver that stands where the lab's gateway would be."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme


@dataclass(frozen=True)
class Received:
    """One request as the receiver got it; `server_name` is the SNI, None without TLS."""

    path: str
    headers: dict[str, str]
    body: bytes
    server_name: str | None


@dataclass
class Receiver:
    """A server where the lab's gateway would be; answers what the test sets."""

    port: int
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    hold: threading.Event = field(default_factory=threading.Event)
    received: list[Received] = field(default_factory=list)


@contextmanager
def receiving(certificate: trustme.LeafCert | None) -> Iterator[Receiver]:
    """Serves a receiver on a free port of loopback, over TLS when there is a certificate."""
    names: dict[int, str | None] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            name = names.get(id(self.connection))
            state.received.append(Received(self.path, dict(self.headers), body, name))
            state.hold.wait(30)
            self.send_response(state.status)
            for header, value in state.headers.items():
                self.send_header(header, value)
            self.send_header("Content-Length", str(len(state.body)))
            self.end_headers()
            self.wfile.write(state.body)

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 128

        def handle_error(self, *args: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)

    def remember(connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: object) -> None:
        names[id(connection)] = name

    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        context.sni_callback = remember
        server.socket = context.wrap_socket(server.socket, server_side=True)
    state = Receiver(server.server_address[1])
    state.hold.set()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield state
    state.hold.set()
    server.shutdown()
    thread.join()
    server.server_close()
