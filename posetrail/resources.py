"""Where the data that ships lies: configs/ and models/, installed or in a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parent


def shipped(kind: Literal["configs", "models"]) -> Path:
    """Give the folder of shipped data: inside the installed package, or at the root of a checkout."""
    installed = _PACKAGE / "data" / kind
    return installed if installed.is_dir() else _PACKAGE.parent / kind


def configs_dir() -> Path:
    """Give the folder of the configurations that ship."""
    return shipped("configs")


def shipped_configs() -> list[str]:
    """List the configurations that ship, by name."""
    return sorted(path.stem for path in configs_dir().glob("*.yaml"))


def models_dir() -> Path:
    """Give the folder of manifest.yaml and the models that ship."""
    return shipped("models")
