"""The stand-in providers by name."""

from importlib import import_module, metadata

from lab.plugins.core.model import Provider

STAND_INS = {
    "aws": "lab.plugins.aws.provider:AwsProvider",
    "kubernetes": "lab.plugins.kubernetes.provider:KubernetesProvider",
    "random": "lab.plugins.random:RandomProvider",
}


def load(name: str) -> Provider:
    """Makes the provider `name`, with the version of the installed SDK package."""
    module, _, attribute = STAND_INS[name].partition(":")
    provider: type[Provider] = getattr(import_module(module), attribute)
    return provider(metadata.version(f"pulumi-{name}"))
