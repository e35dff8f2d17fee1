"""Objects as the state keeps them: the live object, plus the inputs.

After pulumi-kubernetes `provider/pkg/provider/{provider,util}.go`.
"""

import base64

from lab.plugins.core.values import Properties, Secret, Value, plain, plain_object

FIELD_MANAGER = "pulumi-kubernetes"
_READ_ONLY = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "uid",
)
_BOOKKEEPING = ("__inputs", "__initialApiVersion", "__fieldManager")


def metadata(target: Properties) -> Properties:
    """The object's metadata without secrets."""
    return plain_object(target.get("metadata"))


def annotation(target: Properties, name: str) -> str:
    """The value of an annotation, empty where it is not set or not known yet."""
    value = plain_object(metadata(target).get("annotations")).get(name)
    return value if isinstance(value, str) else ""


def identifier(live: Properties) -> str:
    """The resource's identifier: `namespace/name`, or `name` for a cluster-wide object."""
    found = metadata(live)
    namespace = found.get("namespace")
    return f"{namespace}/{found['name']}" if namespace else str(found["name"])


def without_read_only(target: Properties) -> Properties:
    """The object without the metadata that only the API server writes."""
    found = target.get("metadata")
    if not isinstance(found, dict):
        return target
    kept = {name: value for name, value in found.items() if name not in _READ_ONLY}
    return {**target, "metadata": kept}


def comparable(target: Properties) -> Properties:
    """The object as it is compared: a Secret's stringData in the form that the server stores."""
    normal = without_read_only(target)
    found = normal.get("metadata")
    if isinstance(found, dict):
        # The server keeps no empty map of labels or annotations.
        kept = {name: value for name, value in found.items() if value != {}}
        normal = {**normal, "metadata": kept}
    if normal.get("apiVersion") == "v1" and normal.get("kind") == "Secret":
        texts = normal.get("stringData")
        if isinstance(texts, dict) and all(isinstance(text, str) for text in texts.values()):
            normal = {name: value for name, value in normal.items() if name != "stringData"}
            encoded: Properties = {
                name: base64.b64encode(str(text).encode()).decode() for name, text in texts.items()
            }
            normal["data"] = {**plain_object(normal.get("data")), **encoded}
    return normal


def checkpoint(live: Properties, inputs: Properties) -> Properties:
    """The state of an object: the API server's answer, and the inputs."""
    state: Properties = {
        **live,
        "__inputs": inputs,
        "__initialApiVersion": inputs.get("apiVersion", live.get("apiVersion")),
        "__fieldManager": FIELD_MANAGER,
    }
    if live.get("apiVersion") == "v1" and live.get("kind") == "Secret":
        for name in ("data", "stringData"):
            if name in state:
                state[name] = Secret(plain(state[name]))
            if name in inputs:
                inputs = {**inputs, name: Secret(plain(inputs[name]))}
        state["__inputs"] = inputs
    return state


def split_checkpoint(state: Properties) -> tuple[Properties, Properties]:
    """The inputs and the live object of a state, both as plain values."""
    inputs = plain_object(state.get("__inputs"))
    live = {name: plain(value) for name, value in state.items() if name not in _BOOKKEEPING}
    return inputs, live


def prune(source: Value, shape: Value) -> Value:
    """What of the source the shape has too; items of lists go by place, further ones are cut."""
    if isinstance(source, dict) and isinstance(shape, dict):
        return {key: prune(source[key], shape[key]) for key in shape if key in source}
    if isinstance(source, list) and isinstance(shape, list):
        return [prune(item, model) for item, model in zip(source, shape, strict=False)]
    return source


def live_inputs(live: Properties, inputs: Properties) -> Properties:
    """The inputs with the live values, as a refresh records them.

    A Secret's stringData is write-only: its live values stand, encoded, in data.
    """
    found = plain_object(prune(live, inputs))
    given = plain_object(inputs.get("stringData"))
    if given:
        stored = plain_object(live.get("data"))
        found["stringData"] = {
            name: base64.b64decode(str(stored[name])).decode(errors="replace")
            for name in given
            if name in stored
        }
    return without_read_only(found)
