"""A model's card: what it knows, what it was made of, and how its probabilities are to be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from classifiers.events import EventSettings
from classifiers.recordings import Recording
from features.feature_set import FeatureSet
from features.upright import NEEDED
from features.windows import WindowSettings
from tracker.errors import ModelError
from tracker.settings import Settings
from tracker.skeleton import Skeleton

_MAX_CARD_BYTES = 8_000_000


class Source(Settings):
    """One source of training data."""

    name: str
    """What it is called."""
    terms: str
    """Its licence or terms, as stated by where it comes from."""
    recordings: int
    """How many of its recordings were learnt from."""


class ActionCard(Settings):
    """Everything about an action model but its trees. Read from JSON beside the model's text."""

    format: Literal["posetrail action model 1"] = "posetrail action model 1"
    """Which fields there are."""
    name: str
    """What the model is called."""
    kind: Literal["actions", "falls"] = "actions"
    """How it is used: on every window, or on candidate drops only."""
    method: str = "lightgbm"
    """The file in `classifiers/methods` that reads the text."""
    classes: tuple[str, ...] = Field(min_length=2, max_length=1000)
    """Class names in the order of the probabilities."""
    background: str | None = None
    """The class that is nothing in particular."""
    handed: bool = False
    """Trained on right-handed people (left-handed ones mirrored), so a person's hand matters."""
    from_behind: bool = False
    """Trained on people seen from behind: who faces the camera is shown from the other side."""
    least_upright: float = Field(default=0.0, ge=0)
    """Who crouches does none of it: the neck must be so many torso lengths over the lowest joint
    (`features.upright`), where enough is seen to tell; 0 for no such bound."""
    joints: tuple[str, ...] = Field(min_length=3, max_length=200)
    """Skeleton joints that are used, in order."""
    window: WindowSettings = WindowSettings()
    """How windows are cut."""
    families: tuple[str, ...] = Field(min_length=1)
    """Feature families, in order."""
    features: tuple[str, ...]
    """Feature names, in the order of the trees' feature numbers."""
    events: EventSettings | None = None
    """How its probabilities become intervals where nobody says otherwise."""
    temperature: float = Field(default=1.0, gt=0, le=100)
    """Calibration: log-probabilities are divided by it (Guo et al., ICML 2017)."""
    model_sha256: str
    """Hash of the model's text."""
    sources: tuple[Source, ...] = ()
    """What it was trained on, with the terms of each."""
    trained_on: tuple[str, ...] = ()
    """The beginning of the hash of every recording that it was trained on."""
    origins: tuple[str, ...] = ()
    """The beginning of hashes of the videos behind them: of their paths, files and detections."""
    figures: dict[str, Any] = Field(default_factory=dict)
    """What was measured when it was made, and by which command."""
    version: str = ""
    """The posetrail version that made it."""

    @field_validator("classes", "joints", "features")
    @classmethod
    def _different(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(names)) != len(names):
            raise ValueError("a name stands twice")
        return names

    @model_validator(mode="after")
    def _can_tell_upright(self) -> Self:
        if self.least_upright > 0 and not set(NEEDED) <= set(self.joints):
            raise ValueError(
                "least_upright needs shoulders, hips, knees and ankles among the joints"
            )
        return self

    def knows(self, recording: Recording) -> bool:
        """Tell whether a recording was learnt from: its very keypoints, or its video otherwise tracked."""
        return recording.digest in self.trained_on or not set(recording.origins).isdisjoint(
            self.origins
        )

    @property
    def skeleton(self) -> Skeleton:
        """The joints as a layout."""
        return Skeleton(f"{self.name} joints", self.joints, (), ())

    def feature_set(self) -> FeatureSet:
        """Make the features that the card names.

        Raises
        ------
        ModelError
            If this version's features are not the card's.
        """
        found = FeatureSet(self.skeleton, self.window.samples, self.families)
        if found.names != self.features:
            raise ModelError(
                f"The features of the model {self.name} are not those of this version.",
                hint="Use the version that made it, or train it again.",
            )
        return found


def read_card(path: Path) -> ActionCard:
    """Read a card and check every field.

    Raises
    ------
    ModelError
        If it is missing, too large, not JSON, or a field is wrong; the message names the field.
    """
    try:
        if path.stat().st_size > _MAX_CARD_BYTES:
            raise ModelError(f"The card {path} is larger than {_MAX_CARD_BYTES} bytes.")
        return ActionCard.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise ModelError(
            f"The model's card {path} is missing.", hint="Copy it beside the model's text."
        ) from error
    except OSError as error:
        raise ModelError(f"Cannot read the card {path}: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "file"
        raise ModelError(f"The card {path} is damaged: {field}: {first['msg']}.") from error
