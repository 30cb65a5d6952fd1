"""An action model: a classifier's text, its card, and the probabilities of windows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers.boosters import MAX_BYTES
from classifiers.card import ActionCard, read_card
from classifiers.method import Method
from features.feature_set import FeatureSet
from features.joints import convert_joints
from features.upright import neck_over_lowest
from features.windows import Windows
from tracker.errors import ModelError
from tracker.files import written_whole
from tracker.plugins import load_plugin
from tracker.skeleton import Skeleton

FloatArray = NDArray[np.float32]
#: Below this probability of the background something is likelier done than not.
_LIKELY = 0.5


@dataclass(frozen=True)
class ActionModel:
    """A classifier of windows.

    Parameters
    ----------
    card : ActionCard
        What it knows and how it was made.
    method : Method
        The fitted classifier.
    features : FeatureSet
        The features that the card names.

    Raises
    ------
    ModelError
        If the classifier's features or classes are not the card's.
    """

    card: ActionCard
    method: Method
    features: FeatureSet

    def __post_init__(self) -> None:
        if self.method.classes_ != self.card.classes or self.method.names_ != self.card.features:
            raise ModelError(f"The classifier and the card of {self.card.name} do not agree.")

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names in the order of the probabilities."""
        return self.card.classes

    @property
    def skeleton(self) -> Skeleton:
        """The joints that windows must have."""
        return self.features.skeleton

    @property
    def background(self) -> int | None:
        """The number of the class that is nothing in particular."""
        name = self.card.background
        return None if name is None else self.card.classes.index(name)

    @classmethod
    def load(cls, path: str | Path) -> ActionModel:
        """Read a model's text and the card beside it.

        Parameters
        ----------
        path : str or Path
            ``strokes.txt``; the card is ``strokes.json``.

        Raises
        ------
        ModelError
            If a file is missing, damaged, hostile, or the two do not belong together.
        """
        text_path = Path(path).with_suffix(".txt")
        card = read_card(text_path.with_suffix(".json"))
        text = _read_text(text_path)
        if hashlib.sha256(text).hexdigest() != card.model_sha256:
            raise ModelError(
                f"The sha256 of {text_path} is not the one in its card.",
                hint="Copy both files again.",
            )
        if card.background is not None and card.background not in card.classes:
            raise ModelError(f"The card of {text_path} has a background that is no class.")
        features = card.feature_set()
        module = load_plugin("classifiers.methods", card.method)
        method: Method = module.from_text(_ascii(text, text_path), card.features, card.classes)
        return cls(card, method, features)

    def save(self, path: Path) -> None:
        """Write the text and the card beside it.

        Raises
        ------
        OutputError
            If a file cannot be written.
        """
        text = self.method.to_text().encode("ascii")
        sha256 = hashlib.sha256(text).hexdigest()
        card = self.card.model_copy(update={"model_sha256": sha256})
        with written_whole(path.with_suffix(".txt")) as aside:
            aside.write_bytes(text)
        with written_whole(path.with_suffix(".json")) as aside:
            aside.write_text(card.model_dump_json(indent=1) + "\n", encoding="utf-8")

    def probabilities(self, windows: Windows) -> FloatArray:
        """Give each window's calibrated probabilities.

        Parameters
        ----------
        windows : Windows
            Of any layout from which the model's joints can be had, cut as the card says.

        Returns
        -------
        float32 array, shape (windows, classes)
            Rows add up to 1.

        Raises
        ------
        UsageError
            If a joint is not there.
        """
        windows = self._with_own_joints(windows)
        return self._upright_only(windows, self._told(self.features.matrix(windows)))

    def both_hands(self, windows: Windows) -> tuple[FloatArray, FloatArray]:
        """Give the probabilities of windows as they are, and of the same windows in a mirror.

        What `probabilities` gives of both, for two thirds of the time: what is measured in a mirror
        is mostly what was measured, in another order.
        """
        windows = self._with_own_joints(windows)
        matrix = self.features.matrix(windows)
        both = np.concatenate([matrix, self.features.matrix_in_mirror(windows, matrix)])
        as_right, as_left = np.split(self._upright_only(windows, self._told(both)), 2)
        return as_right, as_left

    def _with_own_joints(self, windows: Windows) -> Windows:
        if windows.skeleton.keypoints == self.skeleton.keypoints:
            return windows
        xy = convert_joints(windows.xy, windows.skeleton, self.skeleton)
        return Windows(self.skeleton, xy, windows.track_id, windows.time, windows.spacing_s)

    def _told(self, matrix: FloatArray) -> FloatArray:
        raw = self.method.predict_proba(matrix, self.features.names)
        return calibrated(raw, self.card.temperature)

    def _upright_only(self, windows: Windows, probabilities: FloatArray) -> FloatArray:
        """Let who is lower than the card asks for do nothing, in rows of the windows once or twice over.

        Only who seems to do something is measured.
        """
        least = self.card.least_upright
        if not least or self.background is None:
            return probabilities
        active = probabilities[:, self.background].reshape(-1, len(windows)) < _LIKELY
        measured = np.flatnonzero(active.any(axis=0))
        low = np.zeros(len(windows), np.bool_)
        low[measured] = neck_over_lowest(windows[measured]) < least
        probabilities[(active & low).ravel()] = np.arange(len(self.classes)) == self.background
        return probabilities


def calibrated(probabilities: FloatArray, temperature: float) -> FloatArray:
    """Sharpen (below 1) or soften (above 1) probabilities (Guo et al., ICML 2017).

    Parameters
    ----------
    probabilities : float32 array, shape (windows, classes)
        Rows that add up to 1.
    temperature : float
        By what log-probabilities are divided.
    """
    if temperature == 1:
        return probabilities
    powers = np.clip(probabilities, 1e-9, 1) ** np.float32(1 / temperature)
    scaled: FloatArray = powers / powers.sum(axis=1, keepdims=True)
    return scaled


def _read_text(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ModelError(f"The model {path} is larger than {MAX_BYTES} bytes.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ModelError(f"There is no action model {path}.") from error
    except OSError as error:
        raise ModelError(f"Cannot read the action model {path}: {error.strerror}.") from error


def _ascii(text: bytes, path: Path) -> str:
    try:
        return text.decode("ascii")
    except UnicodeDecodeError as error:
        raise ModelError(f"The action model {path} is not a text model.") from error
