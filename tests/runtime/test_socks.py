import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from lab.world.socks import Reply, handle

pytestmark = pytest.mark.quick

GREETING = bytes([5, 1, 0])


@asynccontextmanager
async def echo() -> AsyncIterator[int]:
    """A server on loopback that sends back what it gets; yields its port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.read())
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def proxy(
    mapped: dict[str, str],
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to a proxy; what the proxy raises is raised at the end."""
    served = asyncio.get_running_loop().create_future()

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        (outcome,) = await asyncio.gather(handle(reader, writer, mapped), return_exceptions=True)
        served.set_result(outcome)

    async with await asyncio.start_server(client, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        yield reader, writer
        writer.close()
        assert await served is None


def domain(host: str, port: int, command: int = 1) -> bytes:
    return bytes([5, command, 0, 3, len(host)]) + host.encode() + port.to_bytes(2, "big")


def ipv4(host: str, port: int) -> bytes:
    return bytes([5, 1, 0, 1, *map(int, host.split("."))]) + port.to_bytes(2, "big")


async def reply(mapped: dict[str, str], request: bytes) -> int:
    async with proxy(mapped) as (reader, writer):
        writer.write(GREETING + request)
        assert await reader.readexactly(2) == bytes([5, 0])
        answer = await reader.readexactly(10)
        return answer[1]


async def exchange(
    request: Callable[[int], bytes], mapped: Callable[[int], dict[str, str]]
) -> bytes:
    async with echo() as port, proxy(mapped(port)) as (reader, writer):
        writer.write(GREETING + request(port) + b"hello")
        writer.write_eof()
        assert (await reader.readexactly(12))[3] == Reply.SUCCEEDED
        return await reader.read()


@pytest.mark.parametrize("name", ["github.com", "GitHub.com"])
def test_a_mapped_name_leads_to_its_target(name: str) -> None:
    run = exchange(lambda _: domain(name, 22), lambda port: {"github.com:22": f"127.0.0.1:{port}"})
    assert asyncio.run(run) == b"hello"


def test_loopback_is_reached_as_it_is() -> None:
    assert asyncio.run(exchange(lambda port: ipv4("127.0.0.1", port), lambda _: {})) == b"hello"


@pytest.mark.parametrize(
    "request_",
    [
        domain("github.com", 443),
        domain("gitlab.com", 22),
        domain("localhost.example.org", 22),
        ipv4("140.82.121.4", 22),
        ipv4("10.0.0.1", 22),
    ],
)
def test_everything_else_is_refused(request_: bytes) -> None:
    mapped = {"github.com:22": "127.0.0.1:1"}
    assert asyncio.run(reply(mapped, request_)) == Reply.NOT_ALLOWED


def test_only_connect_is_served() -> None:
    assert asyncio.run(reply({}, domain("github.com", 22, 2))) == Reply.COMMAND_NOT_SUPPORTED


def test_an_unknown_address_type_is_refused() -> None:
    assert asyncio.run(reply({}, bytes([5, 1, 0, 9]))) == Reply.ADDRESS_TYPE_NOT_SUPPORTED


def test_a_target_that_is_down_is_told() -> None:
    async def run() -> int:
        async with echo() as port:
            pass
        return await reply({}, ipv4("127.0.0.1", port))

    assert asyncio.run(run()) == Reply.CONNECTION_REFUSED


@pytest.mark.parametrize("greeting", [bytes([5, 1, 2]), bytes([4, 1, 0])])
def test_a_client_that_wants_authentication_or_another_version_is_sent_away(
    greeting: bytes,
) -> None:
    async def run() -> bytes:
        async with proxy({}) as (reader, writer):
            writer.write(greeting)
            return await reader.read()

    assert asyncio.run(run()) == bytes([5, 0xFF])


def test_a_client_that_goes_away_is_no_error() -> None:
    async def run() -> None:
        async with echo() as port, proxy({}) as (reader, writer):
            writer.write(GREETING + ipv4("127.0.0.1", port) + b"hello")
            await reader.readexactly(12)
            writer.transport.abort()

    asyncio.run(run())
