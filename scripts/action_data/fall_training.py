"""The fall sources together: drops as rows of features, and the model of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from action_data import drawn_people, falls, penn
from action_data.roughness import roughened
from classifiers.card import ActionCard, Source
from classifiers.continuation import continued
from classifiers.falls import FallSettings, possible_falls, recognise_falls, windows_of_drops
from classifiers.methods.lightgbm import LightGBMSettings
from classifiers.model import ActionModel
from classifiers.recordings import Recording
from classifiers.training import TrainingSettings, learn, make_model
from features.feature_set import FeatureSet
from features.joints import ACTION13
from features.motion import neck_drops
from features.windows import WindowSettings
from tracker.poses import PoseTable
from tracker.tracking import track
from tracker.tracks import Tracks

FAMILIES = ("falling",)
#: Twelve samples a second, two seconds before the drop and three after.
WINDOW = WindowSettings(window_s=61 / 12, samples=61, min_seen=0.0, max_gap_s=0.3)
FEATURES = FeatureSet(ACTION13, WINDOW.samples, FAMILIES)
SETTINGS = FallSettings()
SHIFTS_S = (-SETTINGS.shift_s, 0.0, SETTINGS.shift_s)
#: Half of them fall.
DRAWN_PEOPLE = 960
#: Drawn falls together weigh so much more than real ones do.
DRAWN_SHARE = 2.0
#: Each clip is learnt from so many times more, seen worse and from elsewhere; real falls are few.
COPIES = {"falls_youtube": 4, "falls_movenet": 4, "penn_action": 1}
_COPIES_SEED = 3
TREES = LightGBMSettings(rounds=120, leaves=4, feature_share=0.15, min_leaf=8, learning_rate=0.05)
LEARNING = TrainingSettings(trees=TREES, balance=1.0, inner_folds=0)
FOLDERS = {
    "falls_youtube": "falls_youtube_openpose",
    "falls_movenet": "falls_movenet",
    "falls_urfd": "falls_urfd",
}


@dataclass(frozen=True)
class FallData:
    """Drops to learn from.

    Parameters
    ----------
    matrix : float32 array, shape (drops, features)
        What `FEATURES` measures.
    label, group, source : str array, shape (drops,)
        Fall or other, the clip, the collection.
    """

    matrix: NDArray[np.float32]
    label: NDArray[np.str_]
    group: NDArray[np.str_]
    source: NDArray[np.str_]

    def without(self, recordings: Sequence[Recording]) -> FallData:
        """Leave clips out."""
        kept = ~np.isin(self.group, sorted({each.group for each in recordings}))
        return FallData(self.matrix[kept], self.label[kept], self.group[kept], self.source[kept])


def read_others(folder: Path) -> list[Recording]:
    """Read Penn Action's clips: none holds a fall."""
    return penn.read(folder)


def drawn() -> list[Recording]:
    """Draw the people that every model learns from besides."""
    return drawn_people.people(DRAWN_PEOPLE)


def followed(recording: Recording) -> Tracks:
    """Follow detections as in a run: a table's first person is not always the same one."""
    tracks = recording.tracks
    if recording.source not in FOLDERS:
        return tracks
    seen = np.isfinite(tracks.score).any(axis=1)
    counts = np.asarray(seen, np.int64)
    detections = tracks.xy[seen], tracks.score[seen]
    return track(PoseTable(tracks.skeleton, tracks.frame, tracks.time, counts, *detections))


def fall_data(recordings: Sequence[Recording]) -> FallData:
    """Measure the largest drop of each fall and every drop of anything else, and of their copies.

    Drops that the check for staying down refuses never reach the classifier and are not learnt from.
    """
    rng = np.random.default_rng(_COPIES_SEED)
    matrices, labels, groups, sources = [], [], [], []
    for recording in recordings:
        seen = followed(recording)
        copies = COPIES.get(recording.source, 0) if len(seen.time) else 0
        for tracks in (seen, *(roughened(seen, rng) for _ in range(copies))):
            matrix = _measured(tracks, is_fall(recording))
            matrices.append(matrix)
            labels += [falls.FALL if is_fall(recording) else falls.OTHER] * len(matrix)
            groups += [recording.group] * len(matrix)
            sources += [recording.source] * len(matrix)
    return FallData(np.concatenate(matrices), np.array(labels), np.array(groups), np.array(sources))


def fall_model(data: FallData, recordings: Sequence[Recording]) -> ActionModel:
    """Learn a model of some drops; its card names the recordings that they come from."""
    learnt = learn(
        data.matrix, data.label, data.group, FEATURES.names, LEARNING, weights=_weights(data)
    )
    return make_model(_card(recordings), FEATURES, learnt)


def alarms(model: ActionModel, recordings: Sequence[Recording]) -> NDArray[np.bool_]:
    """Say for each clip whether a fall is found in it, shape (clips,)."""
    return np.array([bool(recognise_falls(followed(each), model)) for each in recordings], bool)


def is_fall(recording: Recording) -> bool:
    """Tell whether a clip holds a fall."""
    return recording.labels[0].label == falls.FALL


def _weights(data: FallData) -> NDArray[np.float32]:
    """Let drawn falls together count for twice as much as real ones do."""
    weights = np.ones(len(data.label), np.float32)
    fell, drawn_ones = data.label == falls.FALL, data.source == "drawn"
    real_count, drawn_count = (fell & ~drawn_ones).sum(), (fell & drawn_ones).sum()
    if real_count and drawn_count:
        weights[fell & drawn_ones] = DRAWN_SHARE * real_count / drawn_count
    return weights


def _measured(tracks: Tracks, only_largest: bool) -> NDArray[np.float32]:
    """Measure three windows around each drop, shape (3 * drops, features)."""
    tracks = continued(tracks, SETTINGS.continuation)
    person, moments = _drops(tracks, only_largest)
    people, shifts = np.repeat(person, len(SHIFTS_S)), np.tile(SHIFTS_S, len(person))
    times = np.repeat(moments, len(SHIFTS_S)) + shifts
    return FEATURES.matrix(windows_of_drops(tracks, people, times, WINDOW))


def _drops(tracks: Tracks, only_largest: bool) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    found, _ = possible_falls(tracks, SETTINGS)
    if not only_largest or not len(found):
        return found.track_id, found.time
    person, time, drop = neck_drops(tracks)
    sizes = [
        np.interp(moment, time[person == who], drop[person == who])
        for who, moment in zip(found.track_id, found.time, strict=True)
    ]
    largest = [int(np.argmax(sizes))]
    return found.track_id[largest], found.time[largest]


def _card(recordings: Sequence[Recording]) -> ActionCard:
    describe: dict[str, Callable[[int], Source]] = {
        **{name: partial(falls.source, name) for name in FOLDERS},
        "penn_action": penn.source,
        "drawn": drawn_people.source,
    }
    counts = {name: sum(each.source == name for each in recordings) for name in describe}
    sources: tuple[Source, ...] = tuple(
        describe[name](count) for name, count in counts.items() if count
    )
    real = {recording.digest for recording in recordings if recording.source != "drawn"}
    return ActionCard(
        name="falls",
        kind="falls",
        classes=(falls.FALL, falls.OTHER),
        background=falls.OTHER,
        joints=ACTION13.keypoints,
        window=WINDOW,
        families=FAMILIES,
        features=FEATURES.names,
        model_sha256="",
        sources=sources,
        trained_on=tuple(sorted(real)),
    )
