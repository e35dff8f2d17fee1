"""Starting a double in a thread, and waiting for what it does by itself."""

import asyncio

import uvicorn
from tenacity import AsyncRetrying, retry_if_result, wait_fixed


async def delivered() -> None:
    while under_way := [t for t in asyncio.all_tasks() if t.get_name().startswith("delivery")]:
        await asyncio.wait(under_way)


async def started(server: uvicorn.Server) -> None:
    wait = AsyncRetrying(retry=retry_if_result(lambda up: not up), wait=wait_fixed(0.01))

    async def look() -> bool:
        return server.started

    await wait(look)
