"""The one resource type for all Kubernetes objects: a POST creates, server-side apply changes."""

from lab.plugins.core.diff import Difference
from lab.plugins.core.model import Call, Failure, InitFailedError, ProviderError, ResourceType
from lab.plugins.core.values import Properties, Unknown, Value, has_unknown, plain, plain_object
from lab.plugins.kubernetes import objects, reading, waiting, writing
from lab.plugins.kubernetes.cluster import ApiError, Cluster, NoMatchError, UnreachableError
from lab.plugins.kubernetes.comparison import difference
from lab.plugins.kubernetes.objects import annotation, identifier, metadata
from lab.plugins.kubernetes.options import Options

_UNNAMED = (
    "metadata.name is missing, and to make a name up is not covered by the lab's stand-in for the"
    " kubernetes provider"
)
"""Told where an object is created, and not where it is checked: an update that goes on after an error also checks
objects that it does not create, whose names are unknown by then."""


class KubernetesObject(ResourceType):
    """One object of any kind.

    Args:
        options: The provider's options.
        api_version: The type token's API version, for an object that is imported.
        kind: Its kind.
    """

    def __init__(self, options: Options, api_version: str, kind: str) -> None:
        """Serves objects of that kind."""
        self._options = options
        self._named = (api_version, kind)

    def check(self, call: Call, news: Properties) -> tuple[Properties, list[Failure]]:
        """Checks that the program names the object, and puts it into the default namespace."""
        inputs = objects.without_read_only({**news})
        failures = [
            Failure(name, f'Missing required property "{name}"')
            for name in ("apiVersion", "kind")
            if not inputs.get(name)
        ]
        if failures or isinstance(plain(news.get("metadata")), Unknown):
            return inputs, failures
        found = dict(inputs.get("metadata") or {})  # type: ignore[arg-type]
        namespace = self._options.cluster.namespace if self._options.cluster else ""
        if not found.get("namespace") and namespace and self._namespaced(inputs):
            found["namespace"] = namespace
        inputs["metadata"] = found
        if waiting.needs_unknown_rules(plain_object(inputs)):
            reason = (
                f"waiting for a {inputs['kind']} is not covered by the lab's stand-in for the "
                'kubernetes provider: set the annotation pulumi.com/skipAwait to "true"'
            )
            failures.append(Failure("metadata.annotations", reason))
        return inputs, failures

    def diff(self, state: Properties, olds: Properties, news: Properties) -> Difference:
        """Compares the live object, cut to the old inputs' shape, with the new inputs."""
        return difference(state, news, self._namespaced(news), self._options.secret_mutable)

    def create(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        """Creates the object, and waits as its annotation says.

        An object that exists already is refused, as by the official plugin since 4.29.
        """
        target = plain_object(inputs)
        if not metadata(target).get("name"):
            raise ProviderError(_UNNAMED)
        if call.preview and not self._previewable(call, target):
            return "", inputs
        options = self._options
        try:
            if options.upsert:
                live, before = writing.apply(call, self._cluster(), target, options.patch_force)
            else:
                live, before = writing.create(call, self._cluster(), target), None
        except ApiError as error:
            if call.preview and (error.code in (403, 404) or error.reason == "AlreadyExists"):
                return "", inputs
            raise writing.refusal(call, "created", error) from None
        if call.preview:
            live.pop("status", None)
            return "", objects.checkpoint(live, inputs)
        return identifier(live), self._ready(call, inputs, live, before)

    def read(
        self, call: Call, identifier: str, inputs: Properties, state: Properties
    ) -> tuple[str, Properties, Properties] | None:
        """Reads the object; its inputs are the live values of what the program sets."""
        known, live = objects.split_checkpoint(state)
        target = plain_object(inputs) or known or self._from_identifier(identifier)
        if metadata(live).get("name"):
            target = {**target, "metadata": {**metadata(target), **_place(live)}}
        try:
            cluster = self._cluster()
            live, _ = cluster.request("GET", cluster.path(target))
        except NoMatchError:
            return None
        except ApiError as error:
            if error.code == 404:
                return None
            raise
        if inputs:
            now = objects.live_inputs(live, plain_object(inputs))
            try:
                reading.expect_ready(call, cluster, plain_object(inputs), live)
            except waiting.NotReadyError as error:
                state = objects.checkpoint(live, now)
                raise InitFailedError(str(error), identifier, state, now) from None
        else:
            now = objects.without_read_only({**live})
            now.pop("status", None)
        return identifier, now, objects.checkpoint(live, now)

    def update(
        self, call: Call, identifier: str, state: Properties, inputs: Properties
    ) -> Properties:
        """Applies the inputs under this provider's field manager and waits as `create` does."""
        target = plain_object(inputs)
        _, old = objects.split_checkpoint(state)
        if call.preview and not self._previewable(call, target):
            return {**state, **inputs}
        target["metadata"] = {**metadata(target), **_place(old)}
        try:
            live, before = writing.apply(call, self._cluster(), target, self._options.patch_force)
        except ApiError as error:
            if call.preview and error.code in (403, 404):
                return {**state, **inputs}
            raise writing.refusal(call, "updated", error) from None
        if call.preview:
            return objects.checkpoint(live, inputs)
        return self._ready(call, inputs, live, before)

    def delete(self, call: Call, identifier: str, state: Properties) -> None:
        """Deletes the object with its dependents and waits until it is gone.

        Of a cluster that cannot be reached it is forgotten, if the user says so. Source: pulumi-kubernetes
        `provider/pkg/provider/provider.go`, "Delete", `deleteUnreachable`.
        """
        inputs, live = objects.split_checkpoint(state)
        policy = annotation(inputs, "pulumi.com/deletionPropagationPolicy").capitalize()
        body = {"propagationPolicy": policy or "Foreground"}
        try:
            cluster = self._cluster()
            cluster.request(
                "DELETE", cluster.path(live), {**body, "kind": "DeleteOptions", "apiVersion": "v1"}
            )
        except NoMatchError:
            return
        except ApiError as error:
            if error.code == 404:
                return
            raise writing.refusal(call, "deleted", error) from None
        except UnreachableError as error:
            if not self._options.delete_unreachable:
                raise
            call.log("WARNING", str(error))
            return
        waiting.until_gone(call, cluster, inputs, live)

    def _cluster(self) -> Cluster:
        if self._options.cluster is None:
            raise UnreachableError(self._options.unreachable)
        return self._options.cluster

    def _previewable(self, call: Call, target: Properties) -> bool:
        if has_unknown(target):
            return False
        try:
            self._cluster().kind(str(target["apiVersion"]), str(target["kind"]))
        except NoMatchError:
            return False
        except UnreachableError as error:
            call.log("WARNING", f"{error}; the preview does not ask the API server")
            return False
        return True

    def _ready(
        self, call: Call, inputs: Properties, live: Properties, before: Properties | None
    ) -> Properties:
        try:
            live = waiting.until_ready(call, self._cluster(), plain_object(inputs), live, before)
        except waiting.NotReadyError as error:
            live, message = error.live, str(error)
        except ProviderError as error:
            message = str(error)
        else:
            return objects.checkpoint(live, inputs)
        raise InitFailedError(
            f"resource {call.name} was successfully created, but the Kubernetes API server "
            f"reported that it failed to fully initialize or become live: {message}",
            identifier(live),
            objects.checkpoint(live, inputs),
            inputs,
        )

    def _namespaced(self, target: Properties) -> bool:
        try:
            _, namespaced = self._cluster().kind(str(target["apiVersion"]), str(target["kind"]))
        except (NoMatchError, UnreachableError):
            return True
        return namespaced

    def _from_identifier(self, identifier: str) -> Properties:
        namespace, _, name = identifier.rpartition("/")
        api_version, kind = self._named
        place: dict[str, Value] = {"name": name, "namespace": namespace or "default"}
        return {"apiVersion": api_version, "kind": kind, "metadata": place}


def _place(live: Properties) -> Properties:
    return {name: metadata(live)[name] for name in ("name", "namespace") if name in metadata(live)}
