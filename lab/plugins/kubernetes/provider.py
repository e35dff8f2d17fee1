"""The kubernetes provider: its options, and which type tokens it takes."""

from collections.abc import Mapping

from lightkube.config.models import Cluster as ActiveCluster

from lab.plugins.core.diff import Difference, compare
from lab.plugins.core.model import Failure, Provider, ResourceType
from lab.plugins.core.properties import Property, errors_in, read_config
from lab.plugins.core.values import Properties, Unknown
from lab.plugins.kubernetes.cluster import Cluster, UnreachableError, load_config
from lab.plugins.kubernetes.options import Options
from lab.plugins.kubernetes.resource import KubernetesObject

_OPTIONS: Mapping[str, Property] = {
    "version": Property(),
    "kubeconfig": Property(),
    "context": Property(),
    "clusterIdentifier": Property(),
    "deleteUnreachable": Property("boolean"),
    "enablePatchForce": Property("boolean"),
    "enableSecretMutable": Property("boolean"),
    "upsertExistingObjects": Property("boolean"),
}
# Packages of the official plugin that are more than one object of the API.
_NOT_OBJECTS = {"helm.sh", "kustomize", "yaml", "meta"}


class KubernetesProvider(Provider):
    """Serves objects of any kind of one API server."""

    name = "kubernetes"

    def __init__(self, version: str) -> None:
        """Stands in for the official plugin of that version."""
        super().__init__(version)
        self._options = Options()

    def check_config(self, news: Properties) -> tuple[Properties, list[Failure]]:
        """Refuses options that the stand-in does not have."""
        return news, errors_in(_OPTIONS, read_config(_OPTIONS, news))

    def diff_config(self, olds: Properties, news: Properties) -> Difference:
        """Replaces the provider, and with it every object, when the cluster is another one.

        Where `clusterIdentifier` is set it alone decides; otherwise the active cluster of the
        kubeconfig does.
        """
        found = compare(olds, news)
        changed = {str(path[0]) for path in found}
        old, new = olds.get("clusterIdentifier"), news.get("clusterIdentifier")
        decisive: set[str] = set()
        if old and new:
            decisive = {"clusterIdentifier"} if old != new else set()
        elif any(isinstance(news.get(name), Unknown) for name in ("kubeconfig", "context")):
            decisive = {"kubeconfig", "context"}
        else:
            before, after = _active_cluster(olds), _active_cluster(news)
            if before and after and before != after:
                decisive = {"kubeconfig", "context"}
        replaces = {path for path in found if str(path[0]) in decisive & changed}
        return Difference(found, replaces)

    def configure(self, config: Properties) -> None:
        """Takes over the options; a cluster that cannot be had fails first where it is needed."""
        config = read_config(_OPTIONS, config)
        options = self._options
        options.delete_unreachable = config.get("deleteUnreachable") is True
        options.patch_force = config.get("enablePatchForce") is True
        options.upsert = config.get("upsertExistingObjects") is True
        options.secret_mutable = config.get("enableSecretMutable") is True
        try:
            options.cluster = Cluster(load_config(config))
        except UnreachableError as error:
            options.unreachable = f"configured Kubernetes cluster is unreachable: {error}"

    def close(self) -> None:
        """Closes the connections to the API server."""
        if self._options.cluster is not None:
            self._options.cluster.close()

    def resource(self, token: str) -> ResourceType:
        """Any kind but lists, patches and what is no object, such as a Helm release."""
        _, module, kind = token.split(":", 2)
        group, _, version = module.rpartition("/")
        if group in _NOT_OBJECTS or kind.endswith(("List", "Patch")):
            raise self.not_covered(f"resource type {token}")
        api_version = version if group in ("core", "") else module
        return KubernetesObject(self._options, api_version, kind)


def _active_cluster(config: Properties) -> ActiveCluster | None:
    # All that the kubeconfig says of it, as the official plugin's `getActiveClusterFromConfig`: the
    # same certificate inline and by file are two clusters.
    try:
        return load_config(config).cluster
    except UnreachableError:
        return None
