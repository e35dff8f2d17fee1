"""Names of a package that are imported when they are first used: rules and settings need no provider's SDK."""

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any


def imported(package: str, modules: Mapping[str, Sequence[str]]) -> Callable[[str], Any]:
    """Return the `__getattr__` of a package; `modules` has the names that each module defines.

    The function raises AttributeError for any other name. Source: PEP 562.
    """

    def attribute(name: str) -> Any:
        for module, names in modules.items():
            if name in names:
                found = getattr(importlib.import_module(module), name)
                # Kept: in the place of a module of that name, too.
                setattr(sys.modules[package], name, found)
                return found
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return attribute
