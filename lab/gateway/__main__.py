"""`python -m lab.gateway CONFIG.json`: runs the gateway until it gets SIGTERM."""

import asyncio
import logging
import signal
import sys
from pathlib import Path

import uvicorn
from pydantic import BaseModel

from lab.gateway.controller import Controller
from lab.gateway.proxy import Proxy


class Config(BaseModel):
    """The configuration file.

    Attributes:
        port: Where to listen on loopback, TLS only.
        kubeconfig: The cluster, with the right to read and to write statuses.
        certificate: Certificate chain of the listeners' hostnames, PEM.
        key: Its private key, PEM.
        controller: `controllerName` of the GatewayClasses to serve.
    """

    port: int
    kubeconfig: Path
    certificate: Path
    key: Path
    controller: str


async def serve(config: Config) -> None:
    """Serves until a signal ends the process."""
    controller = Controller(config.kubeconfig, config.controller)
    server = uvicorn.Server(
        uvicorn.Config(
            Proxy(controller),
            host="127.0.0.1",
            port=config.port,
            ssl_certfile=config.certificate,
            ssl_keyfile=str(config.key),
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            # What a backend answers goes out as it is.
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=3,
        )
    )
    async with controller.running():
        await server.serve()


def main() -> None:
    """Reads the configuration file that the first argument names, and serves."""
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    # It would log the whole path of every request.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    # uvicorn raises the signal again once it has stopped; the rest is then to be closed too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    asyncio.run(serve(Config.model_validate_json(Path(sys.argv[1]).read_text())))


if __name__ == "__main__":
    main()
