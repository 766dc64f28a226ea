"""Find the plug-ins of a package, so that adding one is adding a folder or a file."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import Any


class PlugInError(Exception):
    """Say which plug-in cannot be registered."""


def plug_ins(package: ModuleType, attribute: str) -> dict[str, Any]:
    """Return what the modules and subpackages of a package offer under the attribute, by its name, in order.

    A module without the attribute is a neighbour and is passed over; a subpackage without it is a plug-in
    that somebody forgot to finish.

    :raises PlugInError: for two plug-ins of one name, or a subpackage that offers nothing.
    """
    found: dict[str, Any] = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        plug_in = getattr(module, attribute, None)
        if plug_in is not None:
            if plug_in.name in found:
                raise PlugInError(
                    f"{module.__name__}: the name {plug_in.name!r} is taken by another {attribute}"
                )
            found[plug_in.name] = plug_in
        elif info.ispkg:
            raise PlugInError(f"{module.__name__} has no {attribute}")
    return found
