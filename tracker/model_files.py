"""One file of a network: its name, its hash, and where it is fetched from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from tracker.settings import Settings

#: How pydantic tells sources apart; part of the places it names in errors.
FROM_URL, FROM_PACKAGE = "(a URL)", "(a package)"
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class UrlSource(Settings):
    """A file on the web or on a disk."""

    url: str = Field(pattern=r"^(https?|file)://")
    """Address of the file: http, https or file."""

    def __str__(self) -> str:
        """Say where the file comes from."""
        return self.url


class PackageSource(Settings):
    """A member of an archive in a Python package index; no code of the package is ever run."""

    package: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    """Name of the package."""
    version: str = Field(pattern=r"^[0-9][A-Za-z0-9.+!_-]*$")
    """Exact version."""
    archive: Literal["sdist", "wheel"] = "sdist"
    """Which archive of that version."""
    member: str
    """Path inside the archive; in a source distribution, below its top folder."""

    @field_validator("member")
    @classmethod
    def _inside(cls, value: str) -> str:
        return _path_inside(value)

    def __str__(self) -> str:
        """Say where the file comes from."""
        return f"{self.member} in the {self.archive} of {self.package} {self.version}"


def _kind_of_source(value: Any) -> str:
    is_url = isinstance(value, UrlSource) or (isinstance(value, Mapping) and "url" in value)
    return FROM_URL if is_url else FROM_PACKAGE


Source = Annotated[
    Annotated[UrlSource, Tag(FROM_URL)] | Annotated[PackageSource, Tag(FROM_PACKAGE)],
    Discriminator(_kind_of_source),
]


def _path_inside(value: str) -> str:
    path = PurePosixPath(value)
    if not value or "\\" in value or ":" in value or path.is_absolute() or ".." in path.parts:
        raise ValueError("must be a relative path with / between folders and without '..'")
    return str(path)


class ModelFile(Settings):
    """One file of a network, and where it may be fetched from."""

    file: str
    """Path below the models folder, or below the folder of the description."""
    sha256: Sha256 | None = None
    """SHA-256 of the file, 64 lower-case hexadecimal digits; needed where there is a source."""
    source: Source | None = None
    """Where the file is fetched from when it is not there; left out for a file that is always there."""

    @field_validator("file")
    @classmethod
    def _inside(cls, value: str) -> str:
        return _path_inside(value)

    @model_validator(mode="after")
    def _fetched_is_checked(self) -> Self:
        if self.source is not None and self.sha256 is None:
            raise ValueError("a file with a source needs its sha256: nothing unchecked is fetched")
        return self
