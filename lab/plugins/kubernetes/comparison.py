"""What changes between an object's state and its new inputs.

After pulumi-kubernetes `provider/pkg/provider/{provider,diff}.go`: the live object, cut to the shape
of the old inputs, is compared with the new inputs. So drift in what the program sets is found, and
what the cluster adds is not.
"""

from lab.plugins.core.diff import Difference, Path, compare
from lab.plugins.core.values import Properties, plain_object
from lab.plugins.kubernetes.objects import comparable, metadata, prune, split_checkpoint


def difference(
    state: Properties, news: Properties, namespaced: bool, secret_mutable: bool
) -> Difference:
    """Compares the state of an object with new inputs.

    Args:
        state: The recorded state.
        news: The new inputs.
        namespaced: Whether objects of this kind belong to a namespace.
        secret_mutable: Whether a Secret with other data is changed, and not replaced.
    """
    old_inputs, live = split_checkpoint(state)
    have = plain_object(prune(comparable(live), comparable(old_inputs)))
    want = comparable(news)
    for target in (have, want):
        target["metadata"] = _placed(metadata(target), namespaced)
    found = compare(have, want)
    fixed = _force_new(news, secret_mutable)
    replaces = {path for path in found if any(path[: len(prefix)] == prefix for prefix in fixed)}
    if _group(have) != _group(want):
        replaces |= {path for path in found if path == ("apiVersion",)}
    same = all(
        metadata(have).get(name) == metadata(want).get(name) for name in ("name", "namespace")
    )
    return Difference(found, replaces, delete_before_replace=same)


def _force_new(target: Properties, secret_mutable: bool) -> list[Path]:
    # The object's identity, and what the API cannot change.
    paths: list[Path] = [("kind",), ("metadata", "name"), ("metadata", "namespace")]
    match target.get("apiVersion"), target.get("kind"):
        case "v1", "Secret":
            paths.append(("type",))
            if target.get("immutable") is True or not secret_mutable:
                paths += [("stringData",), ("data",)]
        case "v1", "ConfigMap":
            paths += [("data",), ("binaryData",)]
        case "v1", "Service":
            paths.append(("spec", "clusterIP"))
    return paths


def _placed(found: Properties, namespaced: bool) -> Properties:
    if namespaced:
        return {**found, "namespace": found.get("namespace") or "default"}
    return {name: value for name, value in found.items() if name != "namespace"}


def _group(target: Properties) -> str:
    return str(target.get("apiVersion")).rpartition("/")[0]
