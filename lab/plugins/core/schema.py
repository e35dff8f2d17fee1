"""Resource types described by a table of properties, as the Terraform-based plugins have them."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from lab.plugins.core.diff import Difference, Path, compare
from lab.plugins.core.model import Call, Failure, InitFailedError, ProviderError, ResourceType
from lab.plugins.core.properties import Property, errors_in
from lab.plugins.core.values import (
    UNKNOWN,
    Properties,
    Secret,
    object_like,
    plain,
)


class SchemaResource(ResourceType):
    """A resource type whose inputs follow a table.

    Attributes:
        properties: The inputs.
        outputs: Properties of the state alone, which the API computes.
    """

    properties: Mapping[str, Property] = {}
    outputs: Mapping[str, Property] = {}

    def check(self, call: Call, news: Properties) -> tuple[Properties, list[Failure]]:
        """Fills in the table's deerrors_in and checks the inputs against it."""
        inputs: Properties = {name: value for name, value in news.items() if value is not None}
        failures = errors_in(self.properties, inputs)
        for name, known in self.properties.items():
            if known.default is not None:
                inputs.setdefault(name, known.default)
        return inputs, failures

    def diff(self, state: Properties, olds: Properties, news: Properties) -> Difference:
        """Compares the state, and not the old inputs, so that drift found by a refresh is repaired."""
        have: Properties = {}
        for name, known in self.properties.items():
            given = name in news or (name in olds and not known.computed)
            if given and state.get(name) is not None:
                have[name] = state[name]
        want = {name: value for name, value in news.items() if name in self.properties}
        found = compare(have, want)
        replaces: set[Path] = {path for path in found if self.properties[str(path[0])].force_new}
        return Difference(found, replaces)

    def computed_by(self, changed: set[str]) -> set[str]:
        """The outputs that change when these inputs are updated."""
        return set()

    @abstractmethod
    def make(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        """Creates the object from plain inputs; returns its identifier and state."""

    @abstractmethod
    def fetch(
        self, call: Call, identifier: str, state: Properties
    ) -> tuple[str, Properties] | None:
        """Reads the object's identifier and state; None where it is gone."""

    def change(
        self, call: Call, identifier: str, state: Properties, inputs: Properties
    ) -> Properties:
        """Changes the object in place; not called where every property forces a new object."""
        raise NotImplementedError

    def written(self, call: Call, identifier: str, inputs: Properties) -> tuple[str, Properties]:
        """Reads an object that has just been written.

        Raises:
            InitFailedError: It cannot be read. It exists all the same, so it goes into the state.
            ProviderError: It is gone.
        """
        try:
            found = self.fetch(call, identifier, inputs)
        except ProviderError as error:
            message = f"{identifier} is written but cannot be read back: {error}"
            raise InitFailedError(message, identifier, inputs, inputs) from None
        if found is None:
            raise ProviderError(f"{identifier} was gone as soon as it was written")
        return found

    def create(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        """Creates the object; a preview returns the inputs, and unknown outputs."""
        if not call.preview:
            with self._marking_secrets(inputs):
                identifier, state = self.make(call, _plain(inputs))
                return identifier, self._with_secrets(state)
        state = dict(inputs)
        for name in self.outputs:
            state[name] = UNKNOWN
        for name, known in self.properties.items():
            if known.computed:
                state.setdefault(name, UNKNOWN)
        return "", self._with_secrets(state)

    def read(
        self, call: Call, identifier: str, inputs: Properties, state: Properties
    ) -> tuple[str, Properties, Properties] | None:
        """Reads the object; of the inputs that the user gave, the values are those of the API."""
        found = self.fetch(call, identifier, _plain(state))
        if found is None:
            return None
        identifier, live = found
        names = inputs if inputs else self.properties
        now: Properties = {name: live[name] for name in names if live.get(name) is not None}
        return identifier, now, self._with_secrets(live)

    def update(
        self, call: Call, identifier: str, state: Properties, inputs: Properties
    ) -> Properties:
        """Updates the object; a preview predicts its state."""
        if not call.preview:
            with self._marking_secrets(inputs):
                return self._with_secrets(
                    self.change(call, identifier, _plain(state), _plain(inputs))
                )
        old = _plain(state)
        changed = {str(path[0]) for path in self.diff(old, old, _plain(inputs)).paths}
        merged: Properties = {**state, **inputs}
        for name in self.computed_by(changed):
            merged[name] = UNKNOWN
        return self._with_secrets(merged)

    @contextmanager
    def _marking_secrets(self, inputs: Properties) -> Iterator[None]:
        # `make` and `change` work on plain values; in the state, secrets must be marked again.
        try:
            yield
        except InitFailedError as error:
            state = self._with_secrets(object_like(error.state, inputs))
            raise InitFailedError(str(error), error.identifier, state, inputs) from None

    def _with_secrets(self, state: Properties) -> Properties:
        sealed = dict(state)
        for name, known in [*self.properties.items(), *self.outputs.items()]:
            value = sealed.get(name)
            if known.secret and value is not None and not isinstance(value, Secret):
                sealed[name] = Secret(value)
        return sealed


def _plain(values: Properties) -> Properties:
    return {name: plain(value) for name, value in values.items()}
