"""Starts a stand-in plugin the way the Pulumi engine expects: its port on stdout."""

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from lab.plugins.core.model import Provider
from lab.plugins.core.service import Service

# The engine sends and takes up to 400 MB (sdk/go/common/util/rpcutil).
_OPTIONS = (
    ("grpc.max_receive_message_length", 400 << 20),
    ("grpc.max_send_message_length", 400 << 20),
    ("grpc.so_reuseport", 0),
)
# A thread each for operations that wait; the engine starts as many as the program lets it.
_WORKERS = 256


def start(provider: Provider, engine: str = "") -> tuple[grpc.Server, int]:
    """Serves the provider on a free loopback port; returns the running server and the port."""
    server = new_server(_WORKERS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Service(provider, engine), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def serve(provider: Provider, engine: str) -> None:
    """Serves the provider until the engine ends it or is itself gone."""
    run_until_ended(*start(provider, engine), provider.close)


def new_server(workers: int) -> grpc.Server:
    """A server with the engine's limits on messages and that many threads."""
    return grpc.server(ThreadPoolExecutor(max_workers=workers), options=_OPTIONS)


def run_until_ended(server: grpc.Server, port: int, close: Callable[[], None]) -> None:
    """Tells the engine the port; ends when the engine interrupts this process or is itself gone."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: ended.set())
    parent = os.getppid()
    print(port, flush=True)
    while not ended.wait(timeout=1) and os.getppid() == parent:
        pass
    server.stop(grace=None)
    close()
    # Do not wait for threads that still wait for an API: the engine waits for this process.
    os._exit(0)
