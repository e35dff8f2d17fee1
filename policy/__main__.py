"""Serves the policy pack to the Pulumi engine, until that ends it."""

import sys
from pathlib import Path

from pulumi_policy import EnforcementLevel, PolicyPack

# The engine runs this directory and has it on the path, not the one above it.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from policy.pack import POLICIES

PolicyPack("fluxhook", POLICIES, EnforcementLevel.MANDATORY)
