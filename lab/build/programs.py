"""The tables of the lab's Go programs and of the modules with its manifests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata

from lab.build.golang import Module

KUBERNETES = "v1.36.3"
PULUMI = "v3.256.0"

# Flux's modules are pinned in lab/go/kubernetes-flux/go.mod; these need other versions of shared dependencies.
EXTERNAL_SECRETS = Module(
    "github.com/external-secrets/external-secrets",
    "v0.19.2",
    "h1:bdOpEt9Pww2e8QGh4apX7M0nehwNOVAQJLd8z6hAXWI=",
)
GATEWAY_API = Module(
    "sigs.k8s.io/gateway-api", "v1.6.1", "h1:mock6phZbI6rvZerwrVNk7hVNymQgHo+6sJ81Ia7ftY="
)
FLUX_OPERATOR = Module(
    "github.com/controlplaneio-fluxcd/flux-operator",
    "v0.58.0",
    "h1:7fbGeGRzp7sEwfg7jjc3a3bJvMYTAgPv+hl5qf9SBxo=",
)
PROMETHEUS_OPERATOR = Module(
    "github.com/prometheus-operator/prometheus-operator",
    "v0.73.2",
    "h1:2PNjPva4XpiUERwjDTLOfUOj4o4N5gDokPSNcgus71I=",
)
REGISTRY = Module(
    "github.com/distribution/distribution/v3",
    "v3.1.2",
    "h1:/Bv2YIqqSR00HiO49FT93hovy6r9IlrzwUDsJjCN5qg=",
)
ACTIONLINT = Module(
    "github.com/rhysd/actionlint", "v1.7.12", "h1:vQ4GeJN86C0QH+gTUQcs8McmK62OLT3kmakPMtEWYnY="
)


@dataclass(frozen=True)
class Program:
    """A program that is built from Go modules.

    Attributes:
        source: A directory below `lab/go`, or a published module.
        package: The Go package of the program.
        seconds: How long it took to build on two cores, in the table's order from an empty cache.
        ldflags: Flags for the linker.
        replaced: New content for files of a published module, by their path.
    """

    source: str | Module
    package: str
    seconds: float
    ldflags: str = ""
    replaced: Mapping[str, str] = field(default_factory=dict)


_K8S = "k8s.io/component-base/version"
_KUBERNETES_FLAGS = (
    f"-X {_K8S}.gitVersion={KUBERNETES} -X {_K8S}.gitMajor=1"
    f" -X {_K8S}.gitMinor={KUBERNETES.split('.')[1]}"
)

PROGRAMS: Mapping[str, Program] = {
    "external-secrets": Program(
        EXTERNAL_SECRETS,
        ".",
        90,
        replaced={
            # Links only the AWS provider: with the SDK of every cloud the build takes ten times as long.
            "pkg/provider/register/register.go": "package register\n\nimport "
            '_ "github.com/external-secrets/external-secrets/pkg/provider/aws"\n',
            "pkg/generator/register/register.go": "package register\n",
        },
    ),
    "pulumi": Program(
        "pulumi",
        "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        132,
        f"-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version={PULUMI}",
    ),
    # The version of the official plugin, which is the one that the engine asks for.
    "pulumi-resource-github": Program(
        "github", ".", 32, f"-X main.version={metadata.version('pulumi-github')}"
    ),
    "kube-apiserver": Program(
        "kubernetes-flux", "k8s.io/kubernetes/cmd/kube-apiserver", 135, _KUBERNETES_FLAGS
    ),
    "kube-controller-manager": Program(
        "kubernetes-flux", "k8s.io/kubernetes/cmd/kube-controller-manager", 36, _KUBERNETES_FLAGS
    ),
    "notification-controller": Program(
        "kubernetes-flux", "github.com/fluxcd/notification-controller", 45
    ),
    "source-controller": Program("kubernetes-flux", "github.com/fluxcd/source-controller", 52),
    "kustomize-controller": Program(
        "kubernetes-flux", "github.com/fluxcd/kustomize-controller", 20
    ),
    "image-reflector-controller": Program(
        "kubernetes-flux", "github.com/fluxcd/image-reflector-controller", 10
    ),
    "image-automation-controller": Program(
        "kubernetes-flux", "github.com/fluxcd/image-automation-controller", 5
    ),
    "helm-controller": Program("kubernetes-flux", "github.com/fluxcd/helm-controller", 11),
    "registry": Program(
        REGISTRY,
        "./cmd/registry",
        20,
        replaced={
            # Links no storage of clouds.
            "cmd/registry/main.go": "package main\n\n"
            'import "github.com/distribution/distribution/v3/registry"\n'
            'import _ "github.com/distribution/distribution/v3/registry/auth/htpasswd"\n'
            'import _ "github.com/distribution/distribution/v3/registry/storage/driver/inmemory"\n\n'
            "func main() { registry.RootCmd.Execute() }\n",
        },
    ),
    "actionlint": Program(ACTIONLINT, "./cmd/actionlint", 2),
}


MANIFESTS: Mapping[str, str] = {
    "external-secrets": "config/",
    "gateway-api": "config/",
    "notification-controller": "config/",
    "source-controller": "config/",
    "kustomize-controller": "config/",
    "image-reflector-controller": "config/",
    "image-automation-controller": "config/",
    "helm-controller": "config/",
    "flux-operator": "config/",
    "prometheus-operator": "example/prometheus-operator-crd/",
}
"""The modules with the lab's CustomResourceDefinitions, and the directory of each that has them."""
