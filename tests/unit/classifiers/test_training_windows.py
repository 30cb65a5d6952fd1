"""Windows to learn from, cut in several ways and put together."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from classifiers.actions import Action
from classifiers.recordings import Recording, one_person
from classifiers.training import clip_probabilities, clip_values
from classifiers.training_windows import SamplingSettings, joined_labels, labelled_windows
from features.joints import ACTION13
from features.windows import WindowSettings
from tracker.poses import State

WINDOW = WindowSettings()
FEW, MANY = (SamplingSettings(shift_s=shift, most=most) for shift, most in ((0.1, 3), (0.2, 5)))


def recording(name: str, *labels: str) -> Recording:
    xy = np.random.default_rng(len(name)).normal(0, 50, (300, 13, 2)).astype(np.float32)
    done = tuple(
        Action(1, 1.0 + 2 * i, 1.4 + 2 * i, math.nan, label, math.nan)
        for i, label in enumerate(labels)
    )
    return Recording(name, name, name, one_person(ACTION13, xy, 30.0), done)


def test_rows_filled_in_by_tracking_are_not_learnt_from() -> None:
    given = recording("a", "up", "down")
    state = given.tracks.state.copy()
    state[20:55] = State.INTERPOLATED
    filled = replace(given, tracks=replace(given.tracks, state=state))
    assert (
        labelled_windows([given], WINDOW, ACTION13, MANY).label.tolist()
        == ["up"] * 5 + ["down"] * 5
    )
    assert labelled_windows([filled], WINDOW, ACTION13, MANY).label.tolist() == ["down"] * 5


def test_judged_is_what_is_classified_and_half_seen_windows_teach_where_asked() -> None:
    given = recording("a", "up", "down")
    xy = given.tracks.xy.copy()
    xy[20:36] = np.nan  # all but the last moments of what is before the middle of "up"
    gone = replace(
        given,
        tracks=replace(given.tracks, xy=xy, score=np.where(np.isfinite(xy[..., 0]), 1, np.nan)),
    )
    both_sides = WindowSettings(min_seen_side=0.5)
    judged = labelled_windows([gone], both_sides, ACTION13, FEW)
    learnt = labelled_windows([gone], both_sides, ACTION13, FEW, half_seen=True)
    assert judged.label.tolist() == ["down"] * 3
    assert learnt.label.tolist() == ["up"] * 3 + ["down"] * 3
    assert judged.windows.enough_seen(both_sides).all()


def test_parts_keep_what_they_are_and_their_labels_stay_apart() -> None:
    first, second = recording("a", "up", "down"), recording("bb", "sideways")
    parts = [
        labelled_windows([first], WINDOW, ACTION13, MANY),
        labelled_windows([], WINDOW, ACTION13, FEW),
        labelled_windows([second], WINDOW, ACTION13, FEW),
    ]
    together = joined_labels(parts, WINDOW)
    assert len(together) == 5 + 5 + 3
    assert clip_values(together, together.label).tolist() == ["up", "down", "sideways"]
    assert clip_values(together, together.group).tolist() == ["a", "a", "bb"]
    assert np.unique(together.clip).tolist() == [0, 1, 2]
    np.testing.assert_array_equal(together.windows.xy[-3:], parts[2].windows.xy)
    ones = np.ones((len(together), 2), np.float32)
    assert clip_probabilities(together, ones).shape == (3, 2)
