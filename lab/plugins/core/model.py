"""The classes that a stand-in implements; `service` maps them to the plugin protocol."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from lab.plugins.core.diff import Difference
from lab.plugins.core.values import Properties


class ProviderError(Exception):
    """An error whose message is shown to the user; it must not contain a secret."""


class InitFailedError(ProviderError):
    """The object was created or changed, but did not become ready.

    The engine records it in the state as not initialised, so that the next `up` updates it.
    """

    def __init__(
        self, message: str, identifier: str, state: Properties, inputs: Properties
    ) -> None:
        """Takes the text for the user, and the state and inputs to record."""
        super().__init__(message)
        self.identifier = identifier
        self.state = state
        self.inputs = inputs


@dataclass(frozen=True)
class Failure:
    """One error in the inputs: the property and the reason."""

    property: str
    reason: str


@dataclass(frozen=True)
class Call:
    """One operation on one resource.

    Attributes:
        urn: The resource's URN.
        log: Shows a message beside the resource: severity (INFO, WARNING) and text.
        cancelled: Set when the user interrupts the update; every wait must end then.
        preview: Whether nothing may be changed.
        timeout: Seconds that the operation may wait, 0 for the provider's own limit.
    """

    urn: str
    log: Callable[[str, str], None]
    cancelled: threading.Event
    preview: bool = False
    timeout: float = 0

    @property
    def name(self) -> str:
        """The resource's logical name."""
        return self.urn.rsplit("::", 1)[1]

    @property
    def token(self) -> str:
        """The resource's type token."""
        return self.urn.split("::")[2].rsplit("$", 1)[-1]


class ResourceType(ABC):
    """One type of resource: how it is checked, compared, created, read, updated and deleted."""

    @abstractmethod
    def check(self, call: Call, news: Properties) -> tuple[Properties, list[Failure]]:
        """Adds defaults to the inputs, and returns them with every error in them."""

    @abstractmethod
    def diff(self, state: Properties, olds: Properties, news: Properties) -> Difference:
        """Compares the recorded state and inputs with the new inputs, none of them marked secret."""

    @abstractmethod
    def create(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        """Creates the object; returns its identifier and state."""

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
        """Deletes the object; it is not an error when it is gone already."""


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
        """Returns the provider's configuration with every error in it."""

    @abstractmethod
    def diff_config(self, olds: Properties, news: Properties) -> Difference:
        """Compares two configurations; where the provider is replaced, so are all its resources."""

    @abstractmethod
    def configure(self, config: Properties) -> None:
        """Takes over the configuration, in which secrets are plain values."""

    @abstractmethod
    def resource(self, token: str) -> ResourceType:
        """The type behind a token; raises ProviderError for one that is not covered."""

    def close(self) -> None:  # noqa: B027
        """Closes its connections; by default it has none."""

    def not_covered(self, what: str) -> ProviderError:
        """The error for something that only the official plugin can do."""
        return ProviderError(
            f"{what} is not covered by the lab's stand-in for the {self.name} provider; "
            "the official plugin has it"
        )
