"""How a hook runs, and what a destroy does with what the state does not know."""

import asyncio
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pulumi
import pytest

from recovery import hooks
from recovery.leftovers import Leftovers


def test_a_check_runs_while_every_thread_of_the_event_loop_waits() -> None:
    # A registration waits in one of them for its hook: with the loop's own threads this would never end.
    async def run() -> object:
        loop, go = asyncio.get_running_loop(), threading.Event()
        loop.set_default_executor(ThreadPoolExecutor(1))
        waiting = loop.run_in_executor(None, go.wait)
        try:
            return await asyncio.wait_for(hooks._run(lambda name, _: name, "name", {}), 20)
        finally:
            go.set()
            await waiting

    assert asyncio.run(run()) == "name"


class Registered(pulumi.CustomResource):
    """A resource that came back from the engine, with or without an identifier."""

    id: Any = None

    def __init__(self, identifier: str | None) -> None:
        known: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        known.set_result(identifier is not None)
        value: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        value.set_result(identifier or "")
        self.id = pulumi.Output(set(), value, known)


def destroyed(*found: tuple[str | None, Mapping[str, Any]], fails: bool = False) -> list[str]:
    """Names of what is deleted when a destroy finds resources with these identifiers and inputs."""
    deleted: list[str] = []

    def delete(name: str, inputs: Mapping[str, Any]) -> None:
        if fails:
            raise ValueError(inputs["url"])
        deleted.append(name)

    async def run() -> None:
        with ThreadPoolExecutor() as threads:
            leftovers = Leftovers(threads)
            for number, (identifier, inputs) in enumerate(found):
                name = f"entry-{number}"
                resource = Registered(identifier)
                leftovers._resources["type", name] = resource
                leftovers.note("type", name, inputs, delete)
            args = pulumi.ResourceHookArgs(urn="", id="", name="", type="")
            await asyncio.gather(*(leftovers.before_delete(args) for _ in range(3)))

    asyncio.run(run())
    return deleted


def test_a_destroy_deletes_once_what_has_no_identifier_in_the_state() -> None:
    url = {"url": "known"}
    assert destroyed(("id", url), (None, url), ("", url)) == ["entry-1"]


def test_what_depends_on_something_that_is_not_in_the_state_was_never_made() -> None:
    assert destroyed((None, {"url": pulumi.UNKNOWN})) == []


def test_what_cannot_be_looked_for_is_named_without_its_inputs() -> None:
    secret = "https://flux.example.com/hook/" + "0" * 64
    with pytest.raises(RuntimeError) as raised:
        destroyed((None, {"url": secret}), fails=True)
    assert "entry-0 (ValueError)" in str(raised.value)
    assert secret not in str(raised.value)
