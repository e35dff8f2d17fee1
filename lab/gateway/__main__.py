"""`python -m lab.gateway CONFIG.json`: runs the gateway until it gets SIGTERM."""

import asyncio
import logging
import signal
import sys
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import BaseModel

from lab.gateway.controller import Controller, Identity
from lab.gateway.proxy import Proxy


class Config(BaseModel):
    """The configuration file.

    Attributes:
        port: Where to listen on loopback, TLS only.
        http_port: Where nodes and load balancers listen, without TLS.
        kubeconfig: The cluster, with the right to read and to write statuses.
        certificate: Certificate chain of the listeners' hostnames, PEM.
        key: Its private key, PEM.
        controller: `controllerName` of the GatewayClasses to serve.
        ingress_controller: `controller` of the IngressClasses to serve.
        suffix: Domain of the addresses that it gives, with a dot before.
        endpoints: Ports of notification-controller by the names that its container gives them.
    """

    port: int
    http_port: int
    kubeconfig: Path
    certificate: Path
    key: Path
    controller: str
    ingress_controller: str
    suffix: str
    endpoints: dict[str, int]


async def serve(config: Config) -> None:
    """Serves until a signal ends the process."""
    controller = Controller(
        config.kubeconfig,
        Identity(config.controller, config.ingress_controller, config.suffix, config.endpoints),
    )
    ready = controller.synced.is_set
    servers = (
        _server(
            Proxy(controller.https, 404, ready),
            config.port,
            ssl_certfile=config.certificate,
            ssl_keyfile=str(config.key),
        ),
        # A real node does not answer on a port that no Service has; 503 is the nearest to that.
        _server(Proxy(controller.http, 503, ready), config.http_port),
    )
    async with controller.running():
        await asyncio.gather(*(server.serve() for server in servers))


def _server(proxy: Proxy, port: int, **tls: Any) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            proxy,
            host="127.0.0.1",
            port=port,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            # The backend's answer is passed on unchanged.
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=3,
            **tls,
        )
    )


def main() -> None:
    """Reads the configuration file that the first argument names, and serves."""
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    # httpx2 would log the whole path of every request.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    # uvicorn raises the signal again after it has stopped; exit then closes all the rest.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    asyncio.run(serve(Config.model_validate_json(Path(sys.argv[1]).read_text())))


if __name__ == "__main__":
    main()
