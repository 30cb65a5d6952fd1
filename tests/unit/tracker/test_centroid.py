"""The live tracker."""

from __future__ import annotations

import numpy as np
import pytest

from tracker.anchors import standing_offsets
from tracker.centroid import CentroidTracker, TrackerSettings
from tracker.errors import TrackingError, UsageError
from tracker.poses import Poses
from tracker.skeleton import BODY25, COCO18

FAST = TrackerSettings(confirm_s=0, confirm_observations=1)


def people(*necks: tuple[float, float], height: float = 100, score: float = 0.9) -> Poses:
    """People standing upright with their necks at these places."""
    xy = np.array(necks, np.float32).reshape(-1, 1, 2) + standing_offsets(COCO18) * height
    return Poses(COCO18, xy.astype(np.float32), np.full(xy.shape[:2], score, np.float32))


def without(poses: Poses, *names: str) -> Poses:
    hidden = np.isin(COCO18.keypoints, names)
    return Poses(
        COCO18,
        np.where(hidden[:, None], np.float32(np.nan), poses.xy),
        np.where(hidden, np.float32(np.nan), poses.score),
    )


def test_ids_count_from_one_and_follow_the_people() -> None:
    tracker = CentroidTracker(COCO18, FAST)
    assert tracker.update(0.0, people((100, 100), (300, 100))).tolist() == [1, 2]
    assert tracker.update(0.1, people((305, 100), (105, 100))).tolist() == [2, 1]


def test_an_id_comes_with_the_confirmation() -> None:
    settings = TrackerSettings(confirm_s=0.1, confirm_observations=3)
    tracker = CentroidTracker(COCO18, settings)
    ids = [tracker.update(0.06 * i, people((100 + i, 100)))[0] for i in range(4)]
    assert ids == [0, 0, 1, 1]


def test_somebody_missed_for_a_while_keeps_the_id() -> None:
    tracker = CentroidTracker(COCO18, FAST.model_copy(update={"patience_s": 1.0}))
    assert tracker.update(0.0, people((100, 100))).tolist() == [1]
    assert tracker.update(0.5, people()).tolist() == []
    assert tracker.update(0.9, people((110, 100))).tolist() == [1]
    assert tracker.update(2.0, people((110, 100))).tolist() == [2]


def test_patience_is_time_not_frames() -> None:
    tracker = CentroidTracker(COCO18, FAST.model_copy(update={"patience_s": 1.0}))
    tracker.update(0.0, people((100, 100)))
    for i in range(1, 100):
        tracker.update(i / 120, people())
    assert tracker.update(0.9, people((100, 100))).tolist() == [1]


@pytest.mark.parametrize("rate", [0.5, 1.0, 2.0, 3.9])
def test_people_are_followed_at_few_frames_a_second(rate: float) -> None:
    tracker = CentroidTracker(COCO18)
    ids = [tracker.update(i / rate, people((100 + i, 100))).tolist() for i in range(6)]
    assert ids == [[0], [0], [1], [1], [1], [1]]


def test_a_pause_in_the_video_is_no_low_frame_rate() -> None:
    tracker = CentroidTracker(COCO18, FAST)
    for i in range(5):
        tracker.update(i / 30, people((100, 100)))
    assert tracker.update(60.0, people((100, 100))).tolist() == [2]


def test_nobody_jumps_across_the_picture() -> None:
    tracker = CentroidTracker(COCO18, FAST)
    tracker.update(0.0, people((100, 100)))
    assert tracker.update(0.1, people((400, 100))).tolist() == [2]


def test_a_hidden_neck_does_not_move_the_person() -> None:
    tracker = CentroidTracker(COCO18, FAST.model_copy(update={"gate": 0.15, "reach": 0.15}))
    both = people((100, 100), (160, 100))
    assert tracker.update(0.0, both).tolist() == [1, 2]
    shoulders = ("neck", "left_shoulder", "right_shoulder")
    assert tracker.update(0.1, without(both, *shoulders)).tolist() == [1, 2]
    hips = (*shoulders, "left_hip", "right_hip")
    assert tracker.update(0.2, without(both, *hips)).tolist() == [1, 2]
    assert tracker.update(0.3, both).tolist() == [1, 2]


def test_unsure_people_extend_tracks_and_start_none() -> None:
    tracker = CentroidTracker(COCO18, FAST.model_copy(update={"sure_score": 0.5}))
    assert tracker.update(0.0, people((100, 100), score=0.2)).tolist() == [0]
    assert tracker.update(0.1, people((100, 100), score=0.9)).tolist() == [1]
    assert tracker.update(0.2, people((100, 100), score=0.2)).tolist() == [1]


def test_unsure_people_are_nobody_who_was_lost_before() -> None:
    settings = FAST.model_copy(update={"sure_score": 0.5, "patience_s": 2.0, "unsure_s": 0.3})
    for again, expected in ((0.25, 1), (0.6, 0)):
        tracker = CentroidTracker(COCO18, settings)
        for i in range(3):
            tracker.update(0.05 * i, people((100, 100), score=0.9))
        assert tracker.update(0.1 + again, people((100, 100), score=0.2)).tolist() == [expected]
        assert tracker.update(0.2 + again, people((100, 100), score=0.9)).tolist() == [1]


def test_people_without_any_keypoint_get_no_id() -> None:
    nothing = without(people((1, 1)), *COCO18.keypoints)
    tracker = CentroidTracker(COCO18, FAST)
    assert tracker.update(0.0, nothing).tolist() == [0]
    assert tracker.update(0.1, Poses.empty(COCO18)).tolist() == []


def test_a_cut_ends_all_tracks() -> None:
    tracker = CentroidTracker(COCO18, FAST)
    tracker.update(0.0, people((100, 100)))
    tracker.cut()
    assert tracker.update(0.1, people((100, 100))).tolist() == [2]


def test_two_trackers_share_nothing() -> None:
    one, other = CentroidTracker(COCO18, FAST), CentroidTracker(COCO18, FAST)
    one.update(0.0, people((100, 100), (300, 100)))
    assert other.update(0.0, people((500, 100))).tolist() == [1]


def test_what_cannot_be_is_refused() -> None:
    tracker = CentroidTracker(COCO18, FAST.model_copy(update={"max_people": 2}))
    tracker.update(1.0, people((1, 1)))
    with pytest.raises(TrackingError, match="must rise"):
        tracker.update(1.0, people((1, 1)))
    with pytest.raises(TrackingError, match="body25"):
        tracker.update(2.0, Poses.empty(BODY25))
    with pytest.raises(TrackingError, match="3 people"):
        tracker.update(2.0, people((1, 1), (2, 2), (3, 3)))
    with pytest.raises(UsageError, match="Did you mean 'neck'"):
        CentroidTracker(COCO18, TrackerSettings(costs={"nek": 1.0}))
    for weight in (0.0, -1.0):
        with pytest.raises(ValueError, match="greater than 0"):
            TrackerSettings(costs={"neck": weight})


def test_somebody_of_unknown_height_is_as_tall_as_the_track() -> None:
    """A head alone beside a giant is still the head of the small person it belongs to."""
    tracker = CentroidTracker(COCO18, FAST)
    giant, small = people((100, 100), height=600), people((500, 300), height=60)
    both = Poses(COCO18, np.concatenate([giant.xy, small.xy]), np.concatenate([giant.score] * 2))
    assert tracker.update(0.0, both).tolist() == [1, 2]
    head = without(small, *(name for name in COCO18.keypoints if name not in ("nose", "left_eye")))
    far = Poses(COCO18, head.xy + np.float32([120, 0]), head.score)
    assert tracker.update(0.1, head).tolist() == [2]
    assert 2 not in tracker.update(0.2, far).tolist()
