"""The kinds of the Flux, External Secrets and Gateway objects that `pulumi up` makes, for lightkube."""

from lightkube.generic_resource import create_namespaced_resource

GitRepository = create_namespaced_resource(
    "source.toolkit.fluxcd.io", "v1", "GitRepository", "gitrepositories"
)
Kustomization = create_namespaced_resource(
    "kustomize.toolkit.fluxcd.io", "v1", "Kustomization", "kustomizations"
)
Receiver = create_namespaced_resource(
    "notification.toolkit.fluxcd.io", "v1", "Receiver", "receivers"
)
ExternalSecret = create_namespaced_resource(
    "external-secrets.io", "v1", "ExternalSecret", "externalsecrets"
)
HTTPRoute = create_namespaced_resource("gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes")
