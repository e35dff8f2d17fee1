"""The kinds of objects in the lab, for lightkube clients."""

from lightkube.generic_resource import create_global_resource, create_namespaced_resource

GitRepository = create_namespaced_resource(
    "source.toolkit.fluxcd.io", "v1", "GitRepository", "gitrepositories"
)
HelmRepository = create_namespaced_resource(
    "source.toolkit.fluxcd.io", "v1", "HelmRepository", "helmrepositories"
)
Kustomization = create_namespaced_resource(
    "kustomize.toolkit.fluxcd.io", "v1", "Kustomization", "kustomizations"
)
HelmRelease = create_namespaced_resource(
    "helm.toolkit.fluxcd.io", "v2", "HelmRelease", "helmreleases"
)
ImageRepository = create_namespaced_resource(
    "image.toolkit.fluxcd.io", "v1", "ImageRepository", "imagerepositories"
)
ImagePolicy = create_namespaced_resource(
    "image.toolkit.fluxcd.io", "v1", "ImagePolicy", "imagepolicies"
)
ImageUpdateAutomation = create_namespaced_resource(
    "image.toolkit.fluxcd.io", "v1", "ImageUpdateAutomation", "imageupdateautomations"
)
Receiver = create_namespaced_resource(
    "notification.toolkit.fluxcd.io", "v1", "Receiver", "receivers"
)
Provider = create_namespaced_resource(
    "notification.toolkit.fluxcd.io", "v1beta3", "Provider", "providers"
)
Alert = create_namespaced_resource("notification.toolkit.fluxcd.io", "v1beta3", "Alert", "alerts")
FluxInstance = create_namespaced_resource(
    "fluxcd.controlplane.io", "v1", "FluxInstance", "fluxinstances"
)
# Served once the chart kube-prometheus-stack is installed.
AlertmanagerConfig = create_namespaced_resource(
    "monitoring.coreos.com", "v1alpha1", "AlertmanagerConfig", "alertmanagerconfigs"
)
ClusterSecretStore = create_global_resource(
    "external-secrets.io", "v1", "ClusterSecretStore", "clustersecretstores"
)
ExternalSecret = create_namespaced_resource(
    "external-secrets.io", "v1", "ExternalSecret", "externalsecrets"
)
Deployment = create_namespaced_resource("apps", "v1", "Deployment", "deployments")
HTTPRoute = create_namespaced_resource("gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes")
