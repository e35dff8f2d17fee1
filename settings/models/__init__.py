"""What a stack's file may say, as typed, frozen values with a description for every key.

Pulumi.yaml declares the same keys with the same descriptions; a test holds the two together.
"""

from components.values.application import Application, Kustomization
from components.values.helm import HelmRelease, HelmRepository
from components.values.image import Image
from components.values.stack import Bot, Stack

__all__ = ["Application", "Bot", "HelmRelease", "HelmRepository", "Image", "Kustomization", "Stack"]
