"""What a stack's file may say, as typed, frozen values with a description for every key.

Pulumi.yaml declares the same keys with the same descriptions; a test holds the two together.
"""

from components.values.application import Application
from components.values.stack import Stack

__all__ = ["Application", "Stack"]
