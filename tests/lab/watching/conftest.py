"""One stack with two applications, a Kustomization and a release of a chart from Git, for all tests of this room."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from fluxhook.sides.applications import Opened, opened
from fluxhook.watching.links import Link, Verdict
from fluxhook.watching.verify import Report, verify
from lab.world import push
from lab.world.kinds import HelmRelease
from tests.lab.conftest import EXAMPLE, Application, delivered
from tests.lab.delivery.helm import await_ready
from tests.world import World, eventually

NAME, CHART = "watched", "watched-chart"


@dataclass
class Watched:
    """The stack, and what a verb knows of it."""

    application: Application
    opened: Opened

    @property
    def world(self) -> World:
        """The lab."""
        return self.application.world

    @property
    def one(self) -> Opened:
        """The application that is delivered by a Kustomization, alone."""
        stack, apps = self.opened.stack, self.opened.applications
        return Opened(stack, apps[:1], (), {})

    def report(self, timeout: float = 20.0, connect_to: str | None = None) -> Report:
        """What `verify` sees of the first application."""
        address = connect_to or self.world.environment["FLUXHOOK_CONNECT_TO"]
        (report,) = verify(self.one, address, timeout)
        return report

    def first_broken(self, timeout: float = 20.0) -> Link:
        """The link that `verify` names first."""
        return next(each for each in self.report(timeout).links if each.verdict is Verdict.BROKEN)

    def await_whole(self) -> None:
        """Waits until `verify` finds nothing."""

        def check() -> None:
            report = self.report()
            assert report.holds, report

        eventually(check)


def applications() -> list[dict[str, Any]]:
    """The entries of the stack file."""
    return [
        {
            "repository": NAME,
            "interval": "1h",
            "kustomization": {
                "path": "./kustomize/overlays/dev",
                "interval": "1h",
                "retryInterval": "1s",
                "targetNamespace": NAME,
            },
        },
        {
            "repository": CHART,
            "interval": "1h",
            "createNamespace": True,
            "helmRelease": {"chart": "./charts/echo-server", "targetNamespace": CHART},
        },
    ]


@pytest.fixture(scope="package")
def watched(world: World) -> Iterator[Watched]:
    """The stack is up, and both applications are applied."""
    world.make_repository(CHART)
    with push.connect(world.state) as github:
        push.commit(github, push.full_name(CHART), "The chart", push.example(EXAMPLE))
    with (
        delivered(world, NAME, {"applications": applications()}) as application,
        pytest.MonkeyPatch.context() as environment,
    ):
        for name, text in world.environment.items():
            environment.setenv(name, text)
        await_ready(world, HelmRelease, CHART)
        yield Watched(application, opened(application.stack.directory, NAME))
