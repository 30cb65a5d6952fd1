"""Where networks lie: what ships, the models folder, and what is fetched into it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.errors import ModelError, ModelFetchError
from tracker.files import file_sha256
from tracker.networks import MANIFEST_NAME, Manifest, Network, read_manifest, read_network

if TYPE_CHECKING:
    from tracker.fetching import Progress

MODELS_VARIABLE = "POSETRAIL_MODELS"
DEFAULT = "default"
_DESCRIPTIONS = (".yaml", ".yml")
_MODEL_FILES = (".onnx", ".xml", ".pb", ".prototxt")
_HINT = "Write one as models/manifest.yaml shows (file, format, skeleton, stride, ...)."


class Presence(StrEnum):
    """Whether a network can be used."""

    SHIPPED = "shipped"
    """It came with posetrail."""
    PRESENT = "present"
    """It lies in the models folder."""
    ABSENT = "absent"
    """It is not there."""
    DAMAGED = "damaged"
    """A file is there whose sha256 is not the network's."""


def user_models_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """Give the models folder of this user: ``POSETRAIL_MODELS``, else one in the user's cache."""
    if environment.get(MODELS_VARIABLE):
        return Path(environment[MODELS_VARIABLE]).expanduser()
    return _user_cache(environment) / "posetrail" / "models"


def _user_cache(environment: Mapping[str, str]) -> Path:
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    # An empty or relative path counts as not set: XDG Base Directory Specification.
    folder = Path(environment.get("XDG_CACHE_HOME", ""))
    return folder if folder.is_absolute() else Path.home() / ".cache"


class ModelStore:
    """The networks that are known, and their files.

    Parameters
    ----------
    shipped : Path
        Folder of manifest.yaml and of the networks that ship.
    models_dir : Path, optional
        Folder of the networks that are fetched; the variable ``POSETRAIL_MODELS``, else the user's
        cache, if left out.
    """

    def __init__(self, shipped: Path, models_dir: Path | None = None) -> None:
        self.shipped = shipped
        self.models_dir = models_dir or user_models_dir()

    @cached_property
    def manifest(self) -> Manifest:
        """The networks that are known; a ModelError if the manifest is wrong."""
        return read_manifest(self.shipped / MANIFEST_NAME)

    def network(self, wanted: str) -> Network:
        """Find the description of a network.

        Parameters
        ----------
        wanted : str
            A name in the manifest, ``default``, the path of a description (YAML), or the path of a model
            file that has a description beside it or is one of the manifest's.

        Raises
        ------
        UsageError
            If there is no network of this name; the message suggests the nearest.
        ModelError
            If a path is not there or nothing describes it.
        """
        if wanted == DEFAULT:
            return self.manifest[self.manifest.default]
        path = Path(wanted).expanduser()
        if wanted in self.manifest or not (_looks_like_path(wanted) or path.is_file()):
            return self.manifest.named(wanted)
        if not path.is_file():
            raise ModelError(f"There is no model file {path}.")
        if path.suffix.lower() in _DESCRIPTIONS:
            return read_network(path)
        return self._describing(path)

    def _describing(self, path: Path) -> Network:
        for suffix in _DESCRIPTIONS:
            beside = path.with_suffix(suffix)
            if beside.is_file():
                network = read_network(beside)
                if network.folder / network.file != path:
                    raise ModelError(f"{beside} describes {network.file}, not {path.name}.")
                return network
        digest = file_sha256(path)
        for network in self.manifest.values():
            if network.sha256 == digest and network.weights is None:
                lone = {"source": None, "int8": None}
                where = {"folder": path.parent, "file": path.name, **lone}
                return network.model_copy(update=where)
        raise ModelError(
            f"Nothing describes {path}: expected {path.with_suffix('.yaml').name} beside it.",
            hint=_HINT,
        )

    def where(self, network: Network) -> Path | None:
        """Find a network's file, None if it is not there; what it holds is not checked."""
        for folder in (network.folder, self.models_dir):
            if all((folder / part.file).is_file() for part in network.files):
                return folder / network.file
        return None

    def presence(self, network: Network) -> Presence:
        """Tell whether a network is there and is what it should be."""
        path = self.where(network)
        if path is None:
            return Presence.ABSENT
        if _wrong_file(network, path) is not None:
            return Presence.DAMAGED
        shipped = path.is_relative_to(self.shipped) and self.shipped == network.folder
        return Presence.SHIPPED if shipped else Presence.PRESENT

    def fetch(
        self, network: Network, progress: Progress | None = None, *, again: bool = False
    ) -> Path:
        """Give a network's file, fetching into the models folder what is not there.

        Parameters
        ----------
        network : Network
            Which one.
        progress : callable, optional
            Called with bytes done and bytes in total (or None).
        again : bool
            Fetch even where it is present, for one that is damaged.

        Raises
        ------
        ModelFetchError
            If it cannot be fetched.
        ModelError
            If a file is there and is not the network's.
        """
        path = self.where(network)
        if path is None or again:
            path = self._fetch(network, progress)
        wrong = _wrong_file(network, path)
        if wrong is not None:
            file, expected, found = wrong
            raise ModelError(
                f"{file} is not {network.name}: its sha256 should be {expected}, found {found}.",
                hint=f"Replace it: posetrail models fetch {network.name} --again",
            )
        return path

    def _fetch(self, network: Network, progress: Progress | None) -> Path:
        from tracker.fetching import fetch  # its web client takes 0.2 s to import

        for part in network.files:
            if part.source is None or part.sha256 is None:
                raise ModelFetchError(
                    f"Network {network.name} is not there: no {part.file} in {network.folder} "
                    f"or {self.models_dir}, and nothing says where to fetch it.",
                    hint="Put the file there.",
                )
            fetch(part.source, self.models_dir / part.file, part.sha256, progress=progress)
        return self.models_dir / network.file

    def resolve(self, wanted: str, progress: Progress | None = None) -> tuple[Network, Path]:
        """Give a network and its file, ready to be loaded: found or fetched, and checked.

        Parameters
        ----------
        wanted : str
            Name or path, as for `network`.
        progress : callable, optional
            Called with bytes done and bytes in total (or None) while it is fetched.

        Returns
        -------
        network : Network
            With its sha256, also where its description gives none.
        path : Path
            Its model file.

        Raises
        ------
        UsageError, ModelError, ModelFetchError
            As `network` and `fetch` do.
        """
        network = self.network(wanted)
        path = self.fetch(network, progress)
        if network.sha256 is None:
            network = network.model_copy(update={"sha256": file_sha256(path)})
        return network, path


def _looks_like_path(wanted: str) -> bool:
    return any(mark in wanted for mark in "/\\") or wanted.lower().endswith(
        _DESCRIPTIONS + _MODEL_FILES
    )


def _wrong_file(network: Network, path: Path) -> tuple[Path, str, str] | None:
    """Find the first file that is not the network's: where, the sha256 it should have, the one it has."""
    folder = network.folder_of(path)
    for part in network.files:
        found = file_sha256(folder / part.file)
        if part.sha256 not in (None, found):
            return folder / part.file, str(part.sha256), found
    return None
