"""`python -m lab.charts CONFIG.json`: serves Helm chart repositories until it gets SIGTERM."""

import sys
from pathlib import Path

import uvicorn
from pydantic import BaseModel

from lab.charts.server import Repository, make_app


class Config(BaseModel):
    """The configuration file.

    Attributes:
        port: Port on loopback, TLS only.
        certificate: Certificate chain of the repositories' hosts, PEM.
        key: Its private key, PEM.
        repositories: The repositories to serve.
    """

    port: int
    certificate: Path
    key: Path
    repositories: list[Repository]


def main() -> None:
    """Reads the configuration file that the first argument names, and serves."""
    config = Config.model_validate_json(Path(sys.argv[1]).read_text())
    uvicorn.run(
        make_app(config.repositories),
        host="127.0.0.1",
        port=config.port,
        ssl_certfile=config.certificate,
        ssl_keyfile=str(config.key),
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=3,
    )


if __name__ == "__main__":
    main()
