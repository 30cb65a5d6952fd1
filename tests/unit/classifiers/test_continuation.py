from __future__ import annotations

import numpy as np

from classifiers.continuation import ContinuationSettings, continued
from classifiers.recordings import one_person
from features.joints import ACTION13
from tracker.tracks import Tracks

BODY = np.array(
    [
        *((0, -30), (-20, 0), (-25, 45), (-25, 90), (20, 0), (25, 45), (25, 90)),
        *((-15, 100), (-15, 180), (-15, 250), (15, 100), (15, 180), (15, 250)),
    ],
    float,
)
RATE = 30.0


def life(person: int, first: int, last: int, x: float) -> Tracks:
    xy = np.repeat((BODY + np.array([x, 300]))[None], last - first, axis=0).astype(np.float32)
    frames = np.arange(first, last)
    one = one_person(ACTION13, xy, RATE, frame=frames)
    return one.__class__(
        one.skeleton, one.frame, one.time, one.track_id * person, one.xy, one.score, one.state
    )


def both(first: Tracks, second: Tracks) -> Tracks:
    def joined(name: str) -> np.ndarray:
        return np.concatenate([getattr(first, name), getattr(second, name)])

    order = np.lexsort((joined("track_id"), joined("frame")))
    names = ("frame", "time", "track_id", "xy", "score", "state")
    return Tracks(first.skeleton, *(joined(name)[order] for name in names))


def test_who_is_found_soon_and_nearby_is_who_was_lost() -> None:
    found = continued(both(life(1, 0, 60, 0), life(2, 75, 150, 150)), ContinuationSettings())
    assert list(found.ids) == [1]
    assert len(found) == 135


def test_who_is_far_away_or_was_there_before_is_somebody_else() -> None:
    far = both(life(1, 0, 60, 0), life(2, 75, 150, 900))
    late = both(life(1, 0, 60, 0), life(2, 120, 150, 0))
    together = both(life(1, 0, 60, 0), life(2, 30, 150, 50))
    for tracks in (far, late, together):
        assert continued(tracks, ContinuationSettings()).ids == [1, 2]


def test_joining_can_be_turned_off() -> None:
    tracks = both(life(1, 0, 60, 0), life(2, 75, 150, 0))
    assert continued(tracks, ContinuationSettings(within_s=0)) is tracks
