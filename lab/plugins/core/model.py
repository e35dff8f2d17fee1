"""What a stand-in provider is made of, free of the wire protocol (that is `service`)."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from lab.plugins.core.diff import Difference
from lab.plugins.core.values import Properties


class ProviderError(Exception):
    """A failure whose message goes to the user as it is; it never holds a secret."""


class InitFailedError(ProviderError):
    """The object was made or changed but did not become ready: it belongs into the state.

    The engine records it as not initialised, so that the next `up` works on it again.
    """

    def __init__(
        self, message: str, identifier: str, state: Properties, inputs: Properties
    ) -> None:
        """Takes the text for the user, and what the state is to hold."""
        super().__init__(message)
        self.identifier = identifier
        self.state = state
        self.inputs = inputs


@dataclass(frozen=True)
class Failure:
    """One fault in a set of inputs: the property's path and what is wrong with it."""

    property: str
    reason: str


@dataclass(frozen=True)
class Call:
    """What surrounds one operation on one resource.

    Attributes:
        urn: The resource's URN.
        log: Shows a message beside the resource: severity (INFO, WARNING) and text.
        cancelled: Set when the user interrupts the update; every wait must end then.
        preview: Whether nothing may be changed.
        timeout: Seconds that the operation may wait, 0 for the provider's own limit.
        seed: Bytes from which a generated name must be drawn, the same in preview and update.
    """

    urn: str
    log: Callable[[str, str], None]
    cancelled: threading.Event
    preview: bool = False
    timeout: float = 0
    seed: bytes = b""

    @property
    def name(self) -> str:
        """The resource's logical name."""
        return self.urn.rsplit("::", 1)[1]

    @property
    def token(self) -> str:
        """The resource's type token."""
        return self.urn.split("::")[2].rsplit("$", 1)[-1]


class ResourceType(ABC):
    """One type of resource: how it is checked, compared, made, read, changed and deleted."""

    @abstractmethod
    def check(
        self, call: Call, olds: Properties, news: Properties
    ) -> tuple[Properties, list[Failure]]:
        """Completes the inputs with defaults and names every fault in them."""

    @abstractmethod
    def diff(self, state: Properties, olds: Properties, news: Properties) -> Difference:
        """Compares the recorded state and inputs with the new inputs."""

    @abstractmethod
    def create(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        """Makes the object; returns its identifier and state."""

    @abstractmethod
    def read(
        self, call: Call, identifier: str, inputs: Properties, state: Properties
    ) -> tuple[str, Properties, Properties] | None:
        """Reads the object: identifier, inputs and state, or None where it is gone."""

    @abstractmethod
    def update(
        self, call: Call, identifier: str, state: Properties, inputs: Properties
    ) -> Properties:
        """Changes the object in place; returns its state."""

    @abstractmethod
    def delete(self, call: Call, identifier: str, state: Properties) -> None:
        """Deletes the object; one that is already gone is no fault."""


class Provider(ABC):
    """One provider.

    Args:
        version: The version of the official plugin that it stands in for.
    """

    name = ""

    def __init__(self, version: str) -> None:
        """Stands in for the official plugin of that version."""
        self.version = version
        self.cancelled = threading.Event()

    @abstractmethod
    def check_config(self, news: Properties) -> tuple[Properties, list[Failure]]:
        """Completes the provider's configuration and names every fault in it."""

    @abstractmethod
    def diff_config(self, olds: Properties, news: Properties) -> Difference:
        """Compares two configurations; a replacement replaces every resource with it."""

    @abstractmethod
    def configure(self, config: Properties) -> None:
        """Takes over the configuration, freed of secrets' wrappers."""

    @abstractmethod
    def resource(self, token: str) -> ResourceType:
        """The type behind a token; raises ProviderError for one that is not covered."""

    def invoke(self, token: str, args: Properties) -> Properties:
        """Answers a function call; raises ProviderError for one that is not covered."""
        raise self.not_covered(f"function {token}")

    def close(self) -> None:  # noqa: B027
        """Closes the connections that it holds; one without any needs nothing."""

    def not_covered(self, what: str) -> ProviderError:
        """The refusal of what only the official plugin can do."""
        return ProviderError(
            f"{what} is not covered by the lab's stand-in for the {self.name} provider; "
            "the official plugin has it"
        )
