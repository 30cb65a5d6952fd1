"""A user's own model: from labelled people to windows, a split that cannot leak, and a fitted model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from classifiers.background import BackgroundSettings
from classifiers.card import ActionCard
from classifiers.events import EventSettings
from classifiers.method import FloatArray
from classifiers.methods.lightgbm import LightGBMSettings
from classifiers.model import ActionModel
from classifiers.recordings import Recording
from classifiers.training import TrainingSettings, learn, make_model
from classifiers.training_windows import LabelledWindows, SamplingSettings, labelled_windows
from features.feature_set import FeatureSet
from features.joints import ACTION13, missing_joints
from features.mirroring import mirrored
from features.windows import WindowSettings
from tracker.errors import LabelError
from tracker.settings import Settings
from tracker.skeleton import Skeleton

Mask = NDArray[np.bool_]

FAMILIES = (
    *("positions", "velocities", "angles", "distances", "statistics"),
    *("posture", "trajectory"),
)
_NEEDED = ("right_shoulder", "left_shoulder", "right_hip", "left_hip")


class LearningSettings(Settings):
    """How a model is learnt from a user's own labels (`training` in a configuration)."""

    window: WindowSettings = WindowSettings(window_s=1.0, min_seen=0.1)
    """How windows are cut; about as long as the shortest action takes."""
    families: tuple[str, ...] = Field(default=FAMILIES, min_length=1)
    """Feature families (`features/extractors`)."""
    sampling: SamplingSettings = SamplingSettings(most=9)
    """Where windows are cut around a label."""
    background: BackgroundSettings = BackgroundSettings()
    """What the unlabelled time of labelled people teaches."""
    mirror: bool = False
    """Learn everything mirrored, too: for classes that are the same with left and right exchanged."""
    learner: TrainingSettings = TrainingSettings(
        trees=LightGBMSettings(
            rounds=150, learning_rate=0.1, leaves=10, min_leaf=10, feature_share=0.1
        )
    )
    """The classifier, early stopping, class weights."""
    folds: int = Field(default=5, ge=2)
    """Folds over groups for the figures; fewer where there are fewer groups."""
    tolerances_s: tuple[float, ...] = Field(default=(0.2, 0.5, 1.0), min_length=1)
    """Middles of a true and a found event may be so far apart, in seconds; the second one counts in
    the result line where there are several."""
    enough: int = Field(default=20, ge=1)
    """Labels of a class below which the report asks for more."""
    enough_groups: int = Field(default=3, ge=1)
    """Groups with a class below which the report asks for more."""


@dataclass(frozen=True)
class Examples:
    """Windows around every label, and what the classifier sees of them.

    Parameters
    ----------
    data : LabelledWindows
        ``clip`` counts the labels of all recordings in order.
    features : FeatureSet
        What is measured.
    matrix : float32 array, shape (windows, features)
        The windows as they are.
    mirrored : float32 array, shape (windows, features), or None
        The windows in a mirror, where mirrored ones are learnt, too.
    handed : bool
        Left-handed people were mirrored, so that a person's hand matters to the model.
    names : str array, shape (labels,)
        What each label says.
    lengths : float64 array, shape (labels,)
        How many seconds each label lasts.
    """

    data: LabelledWindows
    features: FeatureSet
    matrix: FloatArray
    mirrored: FloatArray | None
    handed: bool
    names: NDArray[np.str_]
    lengths: NDArray[np.float64]


def make_examples(
    recordings: Sequence[Recording], settings: LearningSettings, *, handed: bool = False
) -> Examples:
    """Cut and measure the windows of all labels.

    Parameters
    ----------
    recordings : sequence of Recording
        Labelled people.
    settings : LearningSettings
        How.
    handed : bool
        The recordings say each person's hand: left-handed ones are seen in a mirror.

    Raises
    ------
    LabelError
        If the poses lack a joint that every model needs, or no window shows enough of anybody.
    """
    skeleton = common_joints(recordings)
    features = FeatureSet(skeleton, settings.window.samples, settings.families)
    data = labelled_windows(
        recordings, settings.window, skeleton, settings.sampling, mirror_left=handed
    )
    if not len(data):
        raise LabelError(
            "No window around a label shows enough of its person.",
            hint="Check the times, or lower training.window.min_seen.",
        )
    flipped = features.matrix(mirrored(data.windows)) if settings.mirror else None
    labels = [label for each in recordings for label in each.labels]
    return Examples(
        data,
        features,
        features.matrix(data.windows),
        flipped,
        handed,
        np.array([label.label for label in labels]),
        np.array([label.duration_s for label in labels]),
    )


def common_joints(recordings: Sequence[Recording]) -> Skeleton:
    """Give those of the thirteen joints of arms, legs and head that all recordings have.

    Raises
    ------
    LabelError
        If shoulders or hips are not among them.
    """
    lacking = {
        name
        for recording in recordings
        for name in missing_joints(recording.tracks.skeleton, ACTION13)
    }
    needed = [name for name in _NEEDED if name in lacking]
    if needed:
        raise LabelError(f"Actions cannot be learnt from poses without {needed[0]}.")
    if not lacking:
        return ACTION13
    kept = tuple(name for name in ACTION13.keypoints if name not in lacking)
    return Skeleton("common joints", kept, (), ())


def fit_model(
    card: ActionCard, examples: Examples, settings: LearningSettings, keep: Mask | None = None
) -> ActionModel:
    """Fit a model on the windows of some labels.

    Parameters
    ----------
    card : ActionCard
        What is known of the model beforehand; classes, features and calibration are filled in.
    examples : Examples
        The windows.
    settings : LearningSettings
        How.
    keep : bool array, shape (windows,), optional
        Which windows are learnt from; by default all.

    Raises
    ------
    LabelError
        If there are fewer than two classes among them.
    """
    kept = np.ones(len(examples.data), bool) if keep is None else keep
    data = examples.data[kept]
    _, owner, counts = np.unique(data.clip, return_inverse=True, return_counts=True)
    weights = (1 / counts)[owner].astype(np.float32)  # a long label counts as much as a short one
    parts = [examples.matrix[kept]]
    if examples.mirrored is not None:
        parts.append(examples.mirrored[kept])
    labels = np.tile(data.label, len(parts))
    learnt = learn(
        np.concatenate(parts),
        labels,
        np.tile(data.group, len(parts)),
        examples.features.names,
        _for_few(settings.learner, labels),
        np.tile(weights, len(parts)),
    )
    known = card.background if card.background in learnt.method.classes_ else None
    lengths = examples.lengths[np.unique(data.clip)]
    own = examples.names[np.unique(data.clip)] != settings.background.label
    events = event_settings(lengths[own], settings.window.window_s)
    begun = card.model_copy(update={"background": known, "events": events})
    return make_model(begun, examples.features, learnt)


def event_settings(lengths: NDArray[np.float64], window_s: float) -> EventSettings:
    """Say how probabilities become intervals, from how long the labels last.

    Parameters
    ----------
    lengths : float64 array, shape (labels,)
        Seconds of each label that was learnt from; 0 for a click, which says nothing.
    window_s : float
        Length of a window, in seconds.

    Returns
    -------
    EventSettings
        Nothing is reported that lasts less than half as long as the shortest tenth of the labels, and
        what flickers faster than that is smoothed; both at most two seconds.
    """
    lasting = lengths[lengths > 0]
    short = float(np.quantile(lasting, 0.1)) if len(lasting) else window_s
    span = round(min(short / 2, 2.0), 3)
    return EventSettings(min_s=span, smooth_s=max(span, EventSettings().smooth_s), merge_s=span / 2)


def _for_few(settings: TrainingSettings, labels: NDArray[np.str_]) -> TrainingSettings:
    """Let leaves be smaller where a class has few windows: otherwise no tree could tell it."""
    rarest = int(np.unique(labels, return_counts=True)[1].min())
    least = max(min(settings.trees.min_leaf, rarest // 2), 1)
    trees = settings.trees.model_copy(update={"min_leaf": least})
    return settings.model_copy(update={"trees": trees})


def blank_card(name: str, examples: Examples, settings: LearningSettings) -> ActionCard:
    """Begin the card of a model of these examples."""
    classes = tuple(str(label) for label in np.unique(examples.data.label))
    background = settings.background.label
    return ActionCard(
        name=name,
        classes=classes,
        background=background if background in classes else None,
        handed=examples.handed,
        joints=examples.features.skeleton.keypoints,
        window=settings.window,
        families=tuple(settings.families),
        features=examples.features.names,
        model_sha256="",
    )
