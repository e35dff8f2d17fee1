"""`python -m lab.plugins NAME [ENGINE]`: serves one stand-in plugin to the Pulumi engine."""

import importlib.util
import os
import sys
from types import ModuleType


def _proto_without_sdk() -> None:
    # Importing the protocol's stubs would run `pulumi/__init__.py` and with it the whole SDK: 0.25 s
    # of each stand-in's start, three of them at every `pulumi up`. Empty packages with the same search
    # path let the stubs load alone.
    found = importlib.util.find_spec("pulumi")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("the Pulumi SDK for Python is not installed")
    root = found.submodule_search_locations[0]
    for name in ("pulumi", "pulumi.runtime"):
        package = ModuleType(name)
        package.__path__ = [os.path.join(root, *name.split(".")[1:])]
        sys.modules[name] = package


if __name__ == "__main__":
    if "pulumi" not in sys.modules:
        _proto_without_sdk()
    from lab.plugins.core.server import serve
    from lab.plugins.providers import load

    serve(load(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
