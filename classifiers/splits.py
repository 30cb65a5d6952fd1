"""What is learnt from and what is judged: groups apart, or a declared cut in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from classifiers.actions import Action
from classifiers.background import claimed
from classifiers.evaluation import grouped_folds, refuse_leaks
from classifiers.recordings import Recording
from tracker.errors import EvaluationError

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Fold:
    """One way to part the labels of some recordings; labels count through all of them in order.

    Parameters
    ----------
    name : str
        What is judged.
    learn, judge : bool array, shape (labels,)
        Which labels are learnt from and which are judged; a label may be neither.
    judged : tuple of Recording
        What is judged: of each recording, only the time that is.
    left_out : mapping of str to tuple of Action
        Labels of judged recordings that are neither learnt from nor judged, by name of recording:
        their time is not judged either.
    """

    name: str
    learn: Mask
    judge: Mask
    judged: tuple[Recording, ...]
    left_out: Mapping[str, tuple[Action, ...]] = field(default_factory=dict)


def folds_by_group(recordings: Sequence[Recording], most: int, seed: int = 1) -> list[Fold]:
    """Part recordings so that no group is on both sides.

    Parameters
    ----------
    recordings : sequence of Recording
        Labelled people.
    most : int
        Folds at most; with fewer groups each is left out once.
    seed : int
        Deals groups to folds.

    Raises
    ------
    EvaluationError
        If there is one group only, or the same keypoints stand in two: a figure would be fiction.
    """
    groups = np.array([each.group for each in recordings for _ in each.labels], np.str_)
    names = np.unique(groups)
    if len(names) < 2:
        raise EvaluationError(
            f"All labels are of one group ({names[0] if len(names) else 'none'}): a figure from it "
            "would say how well the model remembers, not how well it does on something new.",
            hint="Label another video, group by person, or declare a split in time with --time-split.",
        )
    found = []
    for number, judge in enumerate(grouped_folds(groups, min(most, len(names)), seed), 1):
        held_out = set(groups[judge])
        judged = tuple(each for each in recordings if each.group in held_out)
        refuse_leaks([each for each in recordings if each.group not in held_out], judged)
        name = str(next(iter(held_out))) if len(held_out) == 1 else f"fold {number}"
        found.append(Fold(name, ~judge, judge, judged))
    return found


def fold_in_time(recordings: Sequence[Recording], share: float, window_s: float) -> Fold:
    """Learn from the beginning of every video and judge the rest: same people, same place, same light.

    Parameters
    ----------
    recordings : sequence of Recording
        Labelled people; those of one video (by origin, else the name before ``/``) are cut at one time.
    share : float
        Share of a video's labels that is learnt from.
    window_s : float
        Length of a window: so much time is purged at the cut, and what reaches into it.

    Raises
    ------
    EvaluationError
        If nothing is left to learn from or to judge.
    """
    cuts = _cuts(recordings, share)
    learn, judge, judged, left_out = [], [], [], {}
    for recording in recordings:
        cut = cuts[_video(recording)]
        spans = claimed(recording.labels, window_s)
        earlier, later = spans[:, 1] <= cut, spans[:, 0] >= cut + window_s
        learn += earlier.tolist()
        judge += later.tolist()
        rows = recording.tracks.time >= cut + window_s
        labels = tuple(compress(recording.labels, later))
        left_out[recording.name] = tuple(compress(recording.labels, ~(earlier | later)))
        if rows.any():
            judged.append(replace(recording, tracks=recording.tracks.rows(rows), labels=labels))
    if not any(learn) or not any(judge):
        raise EvaluationError(
            f"A cut after {share:.0%} of the labels leaves nothing to learn from or nothing to judge.",
            hint="Label more of the video, or choose another share.",
        )
    name = f"last {1 - share:.0%} of each video"
    return Fold(name, np.array(learn), np.array(judge), tuple(judged), left_out)


def _cuts(recordings: Sequence[Recording], share: float) -> dict[str, float]:
    middles: dict[str, list[float]] = {}
    for recording in recordings:
        middles.setdefault(_video(recording), []).extend(
            label.middle_s for label in recording.labels
        )
    return {video: float(np.quantile(times, share)) for video, times in middles.items() if times}


def _video(recording: Recording) -> str:
    if recording.origins:
        return recording.origins[0]
    return recording.name.rpartition("/")[0] or recording.name


def all_labels(recordings: Sequence[Recording]) -> list[Action]:
    """List the labels of all recordings in order, as folds count them."""
    return [label for recording in recordings for label in recording.labels]
