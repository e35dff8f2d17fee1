"""Inputs that take one of a few words."""

from enum import StrEnum


class GitCredentials(StrEnum):
    """What Flux clones a repository with."""

    DEPLOY_KEY = "deploy-key"
    GITHUB_APP = "github-app"


class SecretBackend(StrEnum):
    """How secrets reach the cluster."""

    EXTERNAL_SECRETS = "external-secrets"
    """Stored in Parameter Store, read by the External Secrets Operator."""
    KUBERNETES = "kubernetes"
    """Written as Secrets by Pulumi, without AWS."""


class ParameterTier(StrEnum):
    """Tier of an SSM parameter. Source: AWS Systems Manager, "Managing parameter tiers"."""

    STANDARD = "Standard"
    ADVANCED = "Advanced"
    INTELLIGENT_TIERING = "Intelligent-Tiering"


class Signing(StrEnum):
    """Kind of key that signs the bot's commits."""

    OPENPGP = "openpgp"
    SSH = "ssh"


class Scheme(StrEnum):
    """Scheme of the receiver URL."""

    HTTPS = "https"
    HTTP = "http"


class PolicyType(StrEnum):
    """How image tags are compared. Source: image-reflector-controller `docs/spec/v1/imagepolicies.md`."""

    NUMERICAL = "numerical"
    SEMVER = "semver"
    ALPHABETICAL = "alphabetical"


class PolicyOrder(StrEnum):
    """Whether the highest or the lowest tag is the newest."""

    ASC = "asc"
    DESC = "desc"


class DriftDetection(StrEnum):
    """What helm-controller does about changes by hand."""

    ENABLED = "enabled"
    WARN = "warn"
    DISABLED = "disabled"


class DeletionPolicy(StrEnum):
    """What happens to applied objects when their Kustomization is deleted."""

    MIRROR_PRUNE = "MirrorPrune"
    """As `prune` says."""
    DELETE = "Delete"
    WAIT_FOR_TERMINATION = "WaitForTermination"
    ORPHAN = "Orphan"


class CrdsPolicy(StrEnum):
    """What Helm does with the CRDs of a chart."""

    SKIP = "Skip"
    CREATE = "Create"
    CREATE_REPLACE = "CreateReplace"


class ChartKind(StrEnum):
    """Kind of the object in the cluster that has the chart of a release."""

    OCI_REPOSITORY = "OCIRepository"
    HELM_CHART = "HelmChart"
    EXTERNAL_ARTIFACT = "ExternalArtifact"


class Remediation(StrEnum):
    """What undoes a failed upgrade."""

    ROLLBACK = "rollback"
    UNINSTALL = "uninstall"


class Severity(StrEnum):
    """Lowest severity that an Alert passes on: `info` passes on all events, `error` only errors."""

    INFO = "info"
    ERROR = "error"


class ValuesKind(StrEnum):
    """Kind of the object that Helm values come from."""

    CONFIG_MAP = "ConfigMap"
    SECRET = "Secret"  # noqa: S105 - a kind
