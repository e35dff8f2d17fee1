"""Resource types described by a table of properties, as the Terraform-based plugins have them."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from lab.plugins.core.diff import Difference, Path, compare
from lab.plugins.core.model import Call, Failure, InitFailedError, ProviderError, ResourceType
from lab.plugins.core.properties import Property, faults
from lab.plugins.core.values import (
    UNKNOWN,
    Properties,
    Secret,
    Value,
    object_like,
    plain,
)


class SchemaResource(ResourceType):
    """A resource type whose inputs follow a table.

    Attributes:
        properties: The inputs.
        outputs: What is only computed: name and whether it is secret.
        delete_before_replace: Whether the old object must be gone before the new one is made.
    """

    properties: Mapping[str, Property] = {}
    outputs: Mapping[str, Property] = {}
    delete_before_replace = False

    def check(
        self, call: Call, olds: Properties, news: Properties
    ) -> tuple[Properties, list[Failure]]:
        """Fills in the table's defaults and checks the inputs against it."""
        inputs: Properties = {name: value for name, value in news.items() if value is not None}
        failures = faults(self.properties, inputs)
        for name, known in self.properties.items():
            if known.default is not None:
                inputs.setdefault(name, known.default)
        return inputs, failures

    def diff(self, state: Properties, olds: Properties, news: Properties) -> Difference:
        """Compares what the far side has, as far as the table names it, with the new inputs.

        The state and not the old inputs, so that drift that a refresh found is repaired.
        """
        have: Properties = {}
        for name, known in self.properties.items():
            given = name in news or (name in olds and not known.computed)
            if given and state.get(name) is not None:
                have[name] = self.normal(name, state[name])
        want = {
            name: self.normal(name, value)
            for name, value in news.items()
            if name in self.properties
        }
        found = compare(have, want)
        replaces: set[Path] = {path for path in found if self.properties[str(path[0])].force_new}
        return Difference(found, replaces, self.delete_before_replace)

    def normal(self, name: str, value: Value) -> Value:
        """The form in which two values of a property are compared."""
        return value

    def computed_by(self, changed: set[str]) -> set[str]:
        """The outputs that an update of these inputs will change."""
        return set()

    @abstractmethod
    def make(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        """Makes the object from inputs without secrets' wrappers."""

    @abstractmethod
    def fetch(
        self, call: Call, identifier: str, state: Properties
    ) -> tuple[str, Properties] | None:
        """Reads the object's state, None where it is gone."""

    def change(
        self, call: Call, identifier: str, state: Properties, inputs: Properties
    ) -> Properties:
        """Changes the object in place.

        A type whose every property forces a new object comes here only after its creation could not
        be read back: then reading it again is all there is to do.
        """
        return self.written(call, identifier, inputs)[1]

    def written(self, call: Call, identifier: str, inputs: Properties) -> tuple[str, Properties]:
        """Reads back what has just been written.

        Raises:
            InitFailedError: it cannot be read; it is there nevertheless and belongs into the state.
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
        """Makes the object; in a preview, echoes the inputs and leaves the outputs unknown."""
        if not call.preview:
            with self._sealing(inputs):
                identifier, state = self.make(call, _object(inputs))
                return identifier, self._sealed(state)
        state = dict(inputs)
        for name in self.outputs:
            state[name] = UNKNOWN
        for name, known in self.properties.items():
            if known.computed:
                state.setdefault(name, UNKNOWN)
        return "", self._sealed(state)

    def read(
        self, call: Call, identifier: str, inputs: Properties, state: Properties
    ) -> tuple[str, Properties, Properties] | None:
        """Reads the object; its inputs are those the user gave, as the far side has them now."""
        found = self.fetch(call, identifier, _object(state))
        if found is None:
            return None
        identifier, live = found
        names = inputs if inputs else self.properties
        now: Properties = {name: live[name] for name in names if live.get(name) is not None}
        for name, value in inputs.items():
            # A form that means the same is no drift.
            if name in now and self.normal(name, plain(value)) == self.normal(name, now[name]):
                now[name] = value
        return identifier, now, self._sealed(live)

    def update(
        self, call: Call, identifier: str, state: Properties, inputs: Properties
    ) -> Properties:
        """Changes the object; in a preview, predicts its state."""
        if not call.preview:
            with self._sealing(inputs):
                return self._sealed(self.change(call, identifier, _object(state), _object(inputs)))
        old = _object(state)
        changed = {str(path[0]) for path in self.diff(old, old, _object(inputs)).paths}
        merged: Properties = {**state, **inputs}
        for name in self.computed_by(changed):
            merged[name] = UNKNOWN
        return self._sealed(merged)

    @contextmanager
    def _sealing(self, inputs: Properties) -> Iterator[None]:
        # Secrets lost their wrappers on the way in; what goes into the state needs them.
        try:
            yield
        except InitFailedError as error:
            state = self._sealed(object_like(error.state, inputs))
            raise InitFailedError(str(error), error.identifier, state, inputs) from None

    def _sealed(self, state: Properties) -> Properties:
        sealed = dict(state)
        for name, known in [*self.properties.items(), *self.outputs.items()]:
            value = sealed.get(name)
            if value is None or isinstance(value, Secret):
                continue
            if known.secret:
                sealed[name] = Secret(value)
            elif isinstance(value, dict):
                sealed[name] = {
                    key: Secret(item)
                    if key in known.fields
                    and known.fields[key].secret
                    and item is not None
                    and not isinstance(item, Secret)
                    else item
                    for key, item in value.items()
                }
        return sealed


def _object(values: Properties) -> Properties:
    return {name: plain(value) for name, value in values.items()}
