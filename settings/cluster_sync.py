"""The application that a cluster's own repository is."""

from components.rules import aws, github, parameter_names
from components.rules.choices import GitCredentials
from settings.models.application import Application
from settings.models.cluster import ClusterSync
from settings.models.settings import CLUSTER_SYNC, Entry
from settings.models.stack import Stack

KUSTOMIZATION_INTERVAL = "10m"
"""As `flux bootstrap` writes it. Source: flux2 `cmd/flux/bootstrap.go`."""
NO_REPOSITORY = (
    "is not `name` or `owner/name` of a GitHub repository;"
    " write it without https://github.com/ and without .git"
)


def as_entry(sync: ClusterSync, stack: Stack) -> tuple[Entry, list[tuple[str, str]]]:
    """Return the cluster's own repository as an application, and the faults of it by path.

    Several clusters share the repository: deploy key and tokens are named after the path of the cluster.
    """
    repository, faults = github.repository_id(sync.repository, stack.owner), []
    if repository is None:
        repository = f"{stack.owner}/unknown"
        faults.append((f"{CLUSTER_SYNC}.repository", NO_REPOSITORY))
    own = parameter_names.cluster_sync(stack.parameter_prefix, repository, sync.path)
    if fault := aws.parameter_name_fault(f"{own}/receiver/token"):
        told = f"makes the SSM name {own}/receiver/token, which {fault}"
        faults.append((f"{CLUSTER_SYNC}.path", told))
        own = f"{stack.parameter_prefix}/unknown"
    directory = github.normalized_directory(sync.path)
    key = {
        "title": "flux" if directory == "." else f"flux {directory}",
        "parameter": f"{own}/deploy-key",
    }
    application = {
        "repository": repository,
        "name": sync.name,
        "branch": sync.branch,
        "interval": sync.interval,
        "credentials": sync.credentials,
        **({"deployKey": key} if sync.credentials is GitCredentials.DEPLOY_KEY else {}),
        "kustomization": {"path": sync.path, "interval": KUSTOMIZATION_INTERVAL},
        "receiver": {"parameter": f"{own}/receiver/token"},
    }
    return Entry(CLUSTER_SYNC, Application.model_validate(application)), faults
