"""The settings of one stack as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass

from settings.models.application import Application
from settings.models.delivery import Delivery
from settings.models.generations import Generations
from settings.models.stack import Stack

PROJECT = "fluxhook"
"""Namespace of all keys, as in `fluxhook:owner`."""
APPLICATIONS = f"{PROJECT}:applications"
CLUSTER_SYNC = f"{PROJECT}:clusterSync"


@dataclass(frozen=True)
class Entry:
    """An application, and where the file writes it."""

    path: str
    """Such as `fluxhook:applications[0]`."""
    application: Application
    keys: frozenset[str] = frozenset()
    """The keys that are written, in YAML's spelling."""

    @property
    def deliveries(self) -> Iterator[tuple[str, Delivery]]:
        """Its deliveries, each with where the file writes it."""
        if not self.application.deliveries:
            yield self.path, self.application.delivered[0]
        for index, each in enumerate(self.application.deliveries or ()):
            yield f"{self.path}.deliveries[{index}]", each


@dataclass(frozen=True)
class Settings:
    """Everything that a stack file says."""

    stack_name: str
    stack: Stack
    entries: tuple[Entry, ...]
    keys: frozenset[str]
    """The top-level keys of the stack that are written, in YAML's spelling."""

    @property
    def applications(self) -> tuple[Application, ...]:
        """The applications in the order of the file; a clusterSync comes last."""
        return tuple(entry.application for entry in self.entries)

    def generations(self, application: Application) -> Generations:
        """Return the generations that hold for an application: its own, else the stack's."""
        own = {name: value for name, value in application.generations or () if value}
        return self.stack.generations.model_copy(update=own)

    def set_secret(self, key: str) -> str:
        """Return the command that sets a secret of this stack."""
        path = "--path " if "." in key else ""
        return f"`pulumi config set --secret --stack {self.stack_name} {path}{key}`"
