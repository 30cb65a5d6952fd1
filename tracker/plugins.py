"""One file per estimator, cost, format, extractor, method: found by file name, imported when asked for."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from tracker.errors import UsageError, did_you_mean


def plugin_names(package: str) -> list[str]:
    """List what a folder of one-file parts holds, without importing any of it.

    Parameters
    ----------
    package : str
        Dotted name of the folder, for example ``tracker.costs``.

    Returns
    -------
    list of str
        The file names without ``.py``, sorted; names with a leading underscore are helpers, not parts.
    """
    folder = importlib.import_module(package)
    return sorted(
        module.name for module in pkgutil.iter_modules(folder.__path__) if module.name[0] != "_"
    )


def load_plugin(package: str, name: str) -> ModuleType:
    """Import one part by name.

    Parameters
    ----------
    package : str
        Dotted name of the folder.
    name : str
        File name without ``.py``; hyphens count as underscores.

    Raises
    ------
    UsageError
        If there is no such part; the message suggests the nearest name.
    """
    wanted = name.replace("-", "_")
    known = plugin_names(package)
    if wanted not in known:
        kind = package.rpartition(".")[2]
        raise UsageError(
            f"There is no {name!r} among the {kind}.", hint=did_you_mean(wanted, known)
        )
    return importlib.import_module(f"{package}.{wanted}")
