"""What an OpenPose network is: its file, what it takes, what it gives. A network is data, not code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    InstanceOf,
    PlainSerializer,
    ValidationError,
    model_validator,
)

from tracker.errors import ModelError, UsageError, did_you_mean
from tracker.model_files import FROM_PACKAGE, FROM_URL, ModelFile
from tracker.settings import Settings
from tracker.skeleton import Skeleton, skeleton_named
from tracker.yaml_files import read_yaml

MANIFEST_NAME = "manifest.yaml"

Triple = tuple[float, float, float]


def _three(value: Any) -> Any:
    return (value,) * 3 if isinstance(value, int | float) else value


def _skeleton(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return skeleton_named(value)
    except UsageError as error:
        raise ValueError(str(error)) from error


PerChannel = Annotated[Triple, BeforeValidator(_three)]
SkeletonByName = Annotated[
    InstanceOf[Skeleton],
    BeforeValidator(_skeleton),
    PlainSerializer(lambda skeleton: skeleton.name, return_type=str),
]


class Integers(ModelFile):
    """The same network with its convolutions in 8-bit integers: OpenVINO IR."""

    weights: ModelFile
    """The second file of OpenVINO IR (.bin)."""


class Network(ModelFile):
    """An OpenPose network: confidence maps of keypoints and background, and two maps for each limb.

    What the network sees is ``(pixel - mean) / scale`` for each channel, in the order of ``colour``.
    """

    name: str
    """Name by which it is asked for."""
    description: str = ""
    """One line for people."""
    format: Literal["onnx", "openvino", "tensorflow", "caffe"]
    """Format of the file: ONNX, OpenVINO IR (.xml), TensorFlow frozen graph (.pb), Caffe (.prototxt)."""
    weights: ModelFile | None = None
    """The second file of formats that have two: .bin of OpenVINO IR, .caffemodel of Caffe."""
    arithmetic: Literal["float", "int8"] = "float"
    """int8: the convolutions of the file multiply 8-bit integers, whatever precision is asked for."""
    int8: Integers | None = None
    """The same network with int8 arithmetic, taken where it pays; may be left out."""
    licence: str = "not stated"
    """Licence of the network, as its makers state it."""
    homepage: str = ""
    """Where its makers describe it."""
    layout: Literal["nchw", "nhwc"] = "nchw"
    """Order of the axes of input and output in the file."""
    colour: Literal["bgr", "rgb"] = "bgr"
    """Order of the colours the network was trained with."""
    mean: PerChannel = (0.0, 0.0, 0.0)
    """Subtracted from pixels (0 to 255), one number or one for each channel."""
    scale: PerChannel = (1.0, 1.0, 1.0)
    """Then divided by, one number or one for each channel."""
    input: str | None = None
    """Name of the input tensor; may be left out where there is only one."""
    outputs: tuple[str, ...] = ()
    """Names of the output tensors, in channel order; may be left out where there is only one."""
    skeleton: SkeletonByName
    """Keypoint layout: coco18, mpi15 or body25."""
    channel_order: Literal["confidence_paf", "paf_confidence"] = "confidence_paf"
    """Which maps come first."""
    stride: int = Field(default=8, ge=1, le=64)
    """Input pixels per pixel of the maps."""
    multiple: int = Field(default=8, ge=1, le=1024)
    """Input width and height must be multiples of this; itself a multiple of the stride."""
    folder: Path = Field(default=Path(), exclude=True)
    """Folder of the description, filled in by the reader."""

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.multiple % self.stride:
            raise ValueError(f"multiple {self.multiple} is not a multiple of stride {self.stride}")
        if not all(self.scale):
            raise ValueError("scale must not be 0: pixels are divided by it")
        if (self.format in ("caffe", "openvino")) != (self.weights is not None):
            raise ValueError(
                "formats caffe and openvino need the key weights, the others have none"
            )
        if not self.skeleton.limbs:
            raise ValueError(f"skeleton {self.skeleton.name} has no part affinity fields")
        return self

    @property
    def files(self) -> tuple[ModelFile, ...]:
        """The file, the weights where they are apart, and those of the int8 sister."""
        parts = (self, self.weights, self.int8, self.int8 and self.int8.weights)
        return tuple(part for part in parts if part is not None)

    def in_int8(self) -> Network | None:
        """Describe the int8 sister as a network of its own, None where there is none."""
        if self.int8 is None:
            return None
        sister = {name: getattr(self.int8, name) for name in type(self.int8).model_fields}
        return self.model_copy(
            update={**sister, "format": "openvino", "arithmetic": "int8", "int8": None}
        )

    def folder_of(self, path: Path) -> Path:
        """Give the folder below which all files lie, from the place of the first one."""
        return path.parents[len(PurePosixPath(self.file).parts) - 1]


@dataclass(frozen=True)
class Manifest(Mapping[str, Network]):
    """The networks there are, by name.

    Parameters
    ----------
    path : Path
        The file it was read from.
    networks : mapping of str to Network
        The networks by name.
    default : str
        Name of the network that is used where none is asked for.
    """

    path: Path
    networks: Mapping[str, Network]
    default: str

    def named(self, name: str) -> Network:
        """Give a network by the name a user wrote.

        Raises
        ------
        UsageError
            If there is none; the message suggests the nearest name.
        """
        if name not in self.networks:
            hint = did_you_mean(name, self.networks)
            raise UsageError(f"There is no network {name!r} in {self.path}.", hint=hint)
        return self.networks[name]

    def __getitem__(self, name: str) -> Network:
        """Give a network by name."""
        return self.networks[name]

    def __iter__(self) -> Iterator[str]:
        """Walk through the names."""
        return iter(self.networks)

    def __len__(self) -> int:
        """Count the networks."""
        return len(self.networks)


class _ManifestFile(Settings):
    default: str
    networks: dict[str, dict[str, Any]] = Field(min_length=1)


def read_manifest(path: Path) -> Manifest:
    """Read the networks a manifest describes.

    Parameters
    ----------
    path : Path
        A YAML file with the keys ``default`` (a name) and ``networks`` (name to description).

    Raises
    ------
    ModelError
        If the file cannot be read or a key is missing, unknown or wrong; the message names both.
    """
    try:
        content = _ManifestFile.model_validate(_yaml_mapping(path))
    except ValidationError as error:
        raise _wrong_key(path, error, _ManifestFile) from error
    networks = {
        name: _network(path, {"name": name, **description}, f"networks.{name}.")
        for name, description in content.networks.items()
    }
    if content.default not in networks:
        hint = did_you_mean(content.default, networks)
        raise ModelError(f"{path}: default: there is no network {content.default!r}.", hint=hint)
    return Manifest(path, networks, content.default)


def read_network(path: Path) -> Network:
    """Read the description of one network, a user's own.

    Parameters
    ----------
    path : Path
        A YAML file with the keys of `Network`; its name is the file's unless it says another.

    Raises
    ------
    ModelError
        If the file cannot be read or a key is missing, unknown or wrong; the message names both.
    """
    return _network(path, {"name": path.stem, **_yaml_mapping(path)})


def _network(path: Path, description: dict[str, Any], prefix: str = "") -> Network:
    if "folder" in description:
        raise ModelError(f"{path}: there is no key '{prefix}folder' here: it is the file's own.")
    try:
        return Network.model_validate({**description, "folder": path.parent})
    except ValidationError as error:
        raise _wrong_key(path, error, Network, prefix) from error


def _yaml_mapping(path: Path) -> dict[str, Any]:
    content, _ = read_yaml(path, ModelError)
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        raise ModelError(f"{path} should hold keys and values, found {type(content).__name__}.")
    return content


def _wrong_key(
    path: Path, error: ValidationError, model: type[Settings], prefix: str = ""
) -> ModelError:
    first = error.errors()[0]
    location = [str(part) for part in first["loc"] if part not in (FROM_URL, FROM_PACKAGE)]
    key = (prefix + ".".join(location)).rstrip(".")
    if first["type"] == "extra_forbidden":
        known = set(model.model_fields) - {"folder"}
        hint = did_you_mean(location[-1], known) if len(location) == 1 else ""
        return ModelError(f"{path}: there is no key {key!r} here.", hint=hint)
    reason = first["msg"].removeprefix("Value error, ").rstrip(".")
    place = f"{path}: {key}" if key else str(path)
    return ModelError(f"{place}: {reason}.")
