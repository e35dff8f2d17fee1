"""`python -m lab.world.socks CONFIG.json`: a SOCKS5 proxy that leads to the lab and nowhere else.

Flux takes `ssh://git@github.com/…` through the proxy that ALL_PROXY names, and `https://github.com/…`,
GitHub's REST interface, images of `ghcr.io` and Helm charts through that of HTTPS_PROXY, so the
objects of a lab keep the addresses they have with the real ones. RFC 1928, CONNECT only.
"""

import asyncio
import contextlib
import ipaddress
import logging
import signal
import sys
from asyncio import StreamReader, StreamWriter
from collections.abc import Mapping
from enum import IntEnum
from pathlib import Path

from pydantic import BaseModel

log = logging.getLogger(__name__)

VERSION = 5
NO_AUTHENTICATION = 0
NO_ACCEPTABLE_METHOD = 0xFF
CONNECT = 1


class AddressType(IntEnum):
    """RFC 1928, section 5."""

    IPV4 = 1
    DOMAIN = 3
    IPV6 = 4


class Reply(IntEnum):
    """RFC 1928, section 6."""

    SUCCEEDED = 0
    NOT_ALLOWED = 2
    CONNECTION_REFUSED = 5
    COMMAND_NOT_SUPPORTED = 7
    ADDRESS_TYPE_NOT_SUPPORTED = 8


class Config(BaseModel):
    """The configuration file.

    Attributes:
        port: Where to listen on loopback.
        map: `host:port` as a client asks for it, and the `host:port` it gets instead.
    """

    port: int
    map: dict[str, str]


class RefusedError(Exception):
    """A request that gets `reply` instead of a connection."""

    def __init__(self, reply: Reply) -> None:
        """Refuses with `reply`."""
        super().__init__(reply.name)
        self.reply = reply


def target(host: str, port: int, mapped: Mapping[str, str]) -> tuple[str, int]:
    """Where a client that asks for `host` and `port` is led.

    Raises:
        RefusedError: It is neither in `mapped` nor a loopback address.
    """
    if instead := mapped.get(f"{host.lower()}:{port}"):
        name, _, number = instead.rpartition(":")
        return name, int(number)
    with contextlib.suppress(ValueError):
        if ipaddress.ip_address(host).is_loopback:
            return host, port
    raise RefusedError(Reply.NOT_ALLOWED)


async def _requested(reader: StreamReader, writer: StreamWriter) -> tuple[str, int]:
    """Reads a client's greeting and request."""
    version, methods = await reader.readexactly(2)
    if version != VERSION or NO_AUTHENTICATION not in await reader.readexactly(methods):
        writer.write(bytes([VERSION, NO_ACCEPTABLE_METHOD]))
        raise ConnectionError
    writer.write(bytes([VERSION, NO_AUTHENTICATION]))
    _, command, _, kind = await reader.readexactly(4)
    match kind:
        case AddressType.IPV4:
            host = str(ipaddress.IPv4Address(await reader.readexactly(4)))
        case AddressType.IPV6:
            host = str(ipaddress.IPv6Address(await reader.readexactly(16)))
        case AddressType.DOMAIN:
            (length,) = await reader.readexactly(1)
            host = (await reader.readexactly(length)).decode("latin-1")
        case _:
            raise RefusedError(Reply.ADDRESS_TYPE_NOT_SUPPORTED)
    port = int.from_bytes(await reader.readexactly(2), "big")
    if command != CONNECT:
        raise RefusedError(Reply.COMMAND_NOT_SUPPORTED)
    return host, port


def _answer(writer: StreamWriter, reply: Reply) -> None:
    # The address it is bound to is of no use to a client that asked for CONNECT.
    writer.write(bytes([VERSION, reply, 0, AddressType.IPV4, *bytes(4), *bytes(2)]))


async def _copy(reader: StreamReader, writer: StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.write_eof()


async def handle(reader: StreamReader, writer: StreamWriter, mapped: Mapping[str, str]) -> None:
    """Serves one client until both directions are closed."""
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(writer.close)
        # A client or a target that disconnects is not an error.
        stack.enter_context(contextlib.suppress(OSError, asyncio.IncompleteReadError))
        try:
            host, port = await _requested(reader, writer)
            log.info("CONNECT %s:%d", host, port)
            inward, onward = await _connected(*target(host, port, mapped))
        except RefusedError as error:
            log.warning("refused: %s", error)
            _answer(writer, error.reply)
            return
        stack.callback(onward.close)
        _answer(writer, Reply.SUCCEEDED)
        await asyncio.gather(_copy(reader, onward), _copy(inward, writer))


async def _connected(host: str, port: int) -> tuple[StreamReader, StreamWriter]:
    try:
        return await asyncio.open_connection(host, port)
    except OSError as error:
        raise RefusedError(Reply.CONNECTION_REFUSED) from error


async def serve(config: Config) -> None:
    """Serves until the task is cancelled."""

    async def client(reader: StreamReader, writer: StreamWriter) -> None:
        await handle(reader, writer, config.map)

    server = await asyncio.start_server(client, "127.0.0.1", config.port)
    async with server:
        await server.serve_forever()


def main() -> None:
    """Reads the configuration file that the first argument names, and serves until SIGTERM."""
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    asyncio.run(serve(Config.model_validate_json(Path(sys.argv[1]).read_text())))


if __name__ == "__main__":
    main()
