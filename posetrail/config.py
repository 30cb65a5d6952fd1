"""The configuration: YAML read into typed settings, with errors that name the file, the line and the nearest key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, Field, ValidationError, field_validator

from classifiers.learning import LearningSettings
from classifiers.recognition import RecognitionSettings
from posetrail.cleaned_table import CleaningOptions
from posetrail.resources import configs_dir, shipped_configs
from tracker.centroid import TrackerSettings
from tracker.decoding.settings import DecoderSettings
from tracker.errors import ConfigError, OptionError, did_you_mean
from tracker.flow import FlowSettings
from tracker.settings import Settings
from tracker.yaml_files import line_of, read_yaml
from tracker.zoom import ZoomSettings

Drawing = Literal["skeleton", "id", "trail", "action", "angles"]
#: What the place of a value is called that the command line's own options gave.
_OPTION = "option "
#: No key lies deeper, but an alias of YAML may lead back to itself.
_DEEPEST = 20
DRAWINGS: tuple[Drawing, ...] = ("skeleton", "id", "trail", "action", "angles")


class VideoSettings(Settings):
    """What part of the video is processed."""

    start: float | None = Field(None, ge=0)
    """Seconds from the first frame; earlier frames are left out."""
    end: float | None = Field(None, gt=0)
    """Seconds from the first frame; later frames are left out."""
    every: int = Field(1, ge=1)
    """Process every N-th frame."""
    fps: float | None = Field(None, gt=0, le=1000)
    """Frames per second of a folder of images; videos carry their own times."""


class PoseSettings(Settings):
    """How poses are estimated."""

    model: str = "default"
    """Name of a network (`posetrail models list`) or the path of one."""
    height: int | Literal["native"] = 368
    """Input height of the network in pixels; `native` for the video's own."""
    engine: str = "auto"
    """auto, openvino, onnxruntime or opencv."""
    device: str = "auto"
    """auto, cpu, gpu, cuda or cuda:N."""
    precision: str = "auto"
    """auto, float32, bfloat16, float16 or int8, where engine and network can choose."""
    zoom: Literal["off", "auto"] = "off"
    """auto: small people are looked at again, enlarged."""
    parts: ZoomSettings = ZoomSettings()
    """What is enlarged with `zoom: auto`."""
    skip: Annotated[int, Field(ge=1, le=60)] | Literal["auto"] = 1
    """The network looks at every so-many-th frame, optical flow carries people in between; auto:
    several times a second, as the rate of the video allows; 1: at every frame."""
    flow: FlowSettings = FlowSettings()
    """How people are carried with `skip`."""
    decoder: DecoderSettings = DecoderSettings()
    """Thresholds of the decoding from maps to people."""

    @field_validator("zoom", mode="before")
    @classmethod
    def _words(cls, zoom: object) -> object:
        """YAML reads a bare ``off`` as false."""
        return {False: "off", True: "auto"}.get(zoom, zoom) if isinstance(zoom, bool) else zoom

    @field_validator("height")
    @classmethod
    def _sensible(cls, height: int | str) -> int | str:
        if isinstance(height, int) and not 64 <= height <= 4320:
            raise ValueError("should lie between 64 and 4320 pixels")
        return height


class OutputSettings(Settings):
    """What is drawn and written beside the tables."""

    video: bool = True
    """Write annotated.mp4."""
    draw: tuple[Drawing, ...] = ("skeleton", "id", "trail", "action")
    """What is drawn: skeleton, id, trail, action, angles."""


class ActionSettings(RecognitionSettings):
    """Which actions are looked for, and how."""

    model: str | None = None
    """Name of a shipped action model or the path of one; none is run where this is empty."""
    live: bool = False
    """Name actions frame by frame and look only back, as one has to while something happens."""


class Config(Settings):
    """Everything a run can be told."""

    video: VideoSettings = VideoSettings()
    """What part of the video is processed."""
    pose: PoseSettings = PoseSettings()
    """How poses are estimated."""
    tracking: TrackerSettings = TrackerSettings()
    """How people keep their IDs."""
    cleaning: CleaningOptions = CleaningOptions()
    """Whether keypoints are cleaned over time, and how."""
    actions: ActionSettings = ActionSettings()
    """Which actions are looked for, and how."""
    training: LearningSettings = LearningSettings()
    """How `posetrail train` learns from a user's own labels."""
    output: OutputSettings = OutputSettings()
    """What is drawn and written beside the tables."""


def load_config(
    name: str | Path | None = None,
    *,
    assignments: Iterable[str] = (),
    overrides: Mapping[str, Any] | None = None,
    base: Mapping[str, Any] | None = None,
) -> Config:
    """Read a configuration; later sources win: defaults, file, assignments, overrides.

    Parameters
    ----------
    name : str or Path, optional
        A shipped configuration by name, or the path of a YAML file.
    assignments : iterable of str
        ``key=value`` with dots in the key, as in ``tracking.patience_s=2``.
    overrides : mapping, optional
        Dotted keys to values, as the command line's own options give them; None is left out.
    base : mapping, optional
        Groups of settings to start from where no configuration is named: those of an earlier run.

    Raises
    ------
    ConfigError
        If the file is missing, a key is unknown or a value is of the wrong type; the message names
        the file, the line and the nearest valid key. An OptionError where an override is wrong.
    """
    lines: dict[tuple[str, ...], str] = {}
    values: dict[str, Any] = deepcopy(dict(base or {}))
    if name is not None:
        path = _config_path(name)
        values = _read_yaml(path, lines)
    for assignment in assignments:
        key, separator, text = assignment.partition("=")
        if not separator:
            raise ConfigError(f"--set expects key=value, found {assignment!r}.")
        _put(values, key.strip(), _scalar(assignment, text))
        lines[tuple(key.strip().split("."))] = f"--set {assignment}"
    for key, value in (overrides or {}).items():
        if value is not None:
            _put(values, key, value)
            lines[tuple(key.split("."))] = f"{_OPTION}{key.rpartition('.')[2]}"
    return _validated(values, lines)


def _config_path(name: str | Path) -> Path:
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        if not path.is_file():
            raise ConfigError(f"There is no configuration file {path}.")
        return path
    shipped = configs_dir() / f"{name}.yaml"
    if not shipped.is_file():
        raise ConfigError(
            f"There is no configuration {str(name)!r}.",
            hint=did_you_mean(str(name), shipped_configs()),
        )
    return shipped


def _read_yaml(path: Path, lines: dict[tuple[str, ...], str]) -> dict[str, Any]:
    hint = "Check the indentation, colons, quotes and brackets there."
    values, node = read_yaml(path, ConfigError, hint=hint)
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise ConfigError(f"{path} should hold keys and values, found {type(values).__name__}.")
    _note_lines(node, (), path, lines)
    return values


def _note_lines(
    node: yaml.Node | None, key: tuple[str, ...], path: Path, lines: dict[tuple[str, ...], str]
) -> None:
    """Remember where each key stands."""
    if not isinstance(node, yaml.MappingNode) or len(key) > _DEEPEST:
        return
    for name, value in node.value:
        below = (*key, str(name.value))
        lines[below] = f"{path}, line {line_of(name)}"
        _note_lines(value, below, path, lines)


def _scalar(assignment: str, text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"--set {assignment}: the value is not YAML.") from error


def _put(values: dict[str, Any], key: str, value: Any) -> None:
    *parents, last = key.split(".")
    for parent in parents:
        below = values.get(parent)
        if below is None:  # also where a run says null: that a card decides
            below = values[parent] = {}
        if not isinstance(below, dict):
            raise ConfigError(f"Cannot set {key}: {parent} is a value, not a group.")
        values = below
    values[last] = value


def _validated(values: dict[str, Any], lines: Mapping[tuple[str, ...], str]) -> Config:
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        problems = error.errors()
        key = _known_part(problems[0]["loc"])
        same = [problem for problem in problems if _known_part(problem["loc"]) == key]
        place = _place(key, lines)
        kind = OptionError if place.startswith(_OPTION) else ConfigError
        complaint = _complaint(same, key)
        if kind is OptionError:  # the option names the key already
            complaint = complaint.removeprefix(f"{'.'.join(key)}: ")
        raise kind(f"{place}: {complaint}") from error


def _known_part(location: tuple[int | str, ...]) -> tuple[str, ...]:
    """Give the key that a complaint is about; what follows it names one of several possible types."""
    key = tuple(str(part) for part in location)
    return next((key[:depth] for depth in range(1, len(key)) if not _known_keys(key[:depth])), key)


def _place(key: tuple[str, ...], lines: Mapping[tuple[str, ...], str]) -> str:
    for depth in range(len(key), 0, -1):
        if key[:depth] in lines:
            return lines[key[:depth]]
    return "configuration"


def _complaint(problems: Sequence[Mapping[str, Any]], key: tuple[str, ...]) -> str:
    dotted, first = ".".join(key), problems[0]
    if first["type"] == "extra_forbidden":
        known = _known_keys(key[:-1])
        return f"unknown key {dotted!r}. {did_you_mean(key[-1], known)}"
    reasons = [str(problem["msg"]).removeprefix("Value error, ") for problem in problems]
    if len(reasons) > 1:
        wanted = (reason.partition(",")[0].removeprefix("Input should be ") for reason in reasons)
        reasons = [f"should be {' or '.join(wanted)}"]
    return f"{dotted}: {reasons[0]}, found {first['input']!r}."


def _known_keys(group: tuple[str, ...]) -> list[str]:
    model: Any = Config
    for part in group:
        field = getattr(model, "model_fields", {}).get(part)
        model = field.annotation if field else None
    fields: Mapping[str, Any] = getattr(model, "model_fields", {}) if _is_model(model) else {}
    return list(fields)


def _is_model(model: Any) -> bool:
    return isinstance(model, type) and issubclass(model, BaseModel)
