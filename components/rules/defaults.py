"""Defaults of all inputs, each in one place: components apply them, the settings document them."""

NAMESPACE = "flux-system"
"""Namespace in which Flux runs."""

BRANCH = "main"
SOURCE_INTERVAL = "1m"
"""How often Flux looks without a webhook: GitHub never repeats a lost delivery by itself."""
SOURCE_TIMEOUT = "60s"

KEY_TITLE = "flux"
"""Title of a deploy key, as shown under Settings > Deploy keys."""

PATH = "./"
DELIVERY_INTERVAL = "5m"
RETRY_INTERVAL = "1m"
"""Flux's own default is the interval, which is long where a webhook does the work."""

DELETION_POLICY = "MirrorPrune"

CRDS_AT_INSTALL = "Create"
CRDS_AT_UPGRADE = "CreateReplace"
REMEDIATION = "rollback"
HELM_TIMEOUT = "5m"
HELM_RETRIES = 3
HELM_MAX_HISTORY = 10
DRIFT_DETECTION = "enabled"
CHART_INTERVAL = "1h"

IMAGE_INTERVAL = "1m"
RUN_ID = r"^[0-9]+$"
"""Tags that are a number alone, such as the id of a run in GitHub Actions, which only grows."""
IMAGE_POLICY = "numerical"

RECEIVER_EVENTS = ("ping", "push")
"""`ping` belongs here, not into the webhook: GitHub sends it by itself, and a Receiver without it answers 400."""
RECEIVER_INTERVAL = "10m"
WEBHOOK_EVENTS = ("push",)
VERIFY_TLS = True
TOKEN_LENGTH = 32
"""Letters and digits: 190 bits. The path is a hash of the token, so a weak token could be guessed from a URL."""

GATEWAY_SECTION = "https"
NODE_PORT = 31234
BALANCER_PORT = 80
RECEIVER_SERVICE = "webhook-receiver-external"
"""Name of the Service beside Flux's own `webhook-receiver`, which `flux install` resets to what it ships."""

SECRET_STORE = "aws-parameter-store"  # noqa: S105 - the name of a ClusterSecretStore
REFRESH_INTERVAL = "5m"
PARAMETER_PREFIX = "/github"
PARAMETER_TIER = "Standard"

FLUX_VERSION = "2.9.x"
FLUX_REGISTRY = "ghcr.io/fluxcd"
FLUX_COMPONENTS = (
    "source-controller",
    "kustomize-controller",
    "helm-controller",
    "notification-controller",
    "image-reflector-controller",
    "image-automation-controller",
)

ALERT_SEVERITIES = ("info", "error")
ALERT_KINDS = ("GitRepository", "Kustomization", "HelmRelease")

MONITORING_VERSION = "58.x"
MONITORING_NAMESPACE = "monitoring"
MONITORING_CHANNEL = "#alerts"

SCAFFOLD_BASE = "kustomize/base"
"""Directory of the base that a scaffold writes."""
SCAFFOLD_PORT = 3000
SCAFFOLD_REPLICAS = 1
