from __future__ import annotations

import numpy as np
import pytest

from posetrail.demo.truth import GATE, compare, torso_lengths
from tracker.errors import EvaluationError
from tracker.skeleton import COCO17, COCO18
from tracker.tracks import Tracks

TORSO = 100.0


def standing(places: list[tuple[int, int, float]]) -> Tracks:
    """People of one shape: (frame, ID, pixels to the right)."""
    table = np.array(places)
    shape = np.random.default_rng(5).uniform(0, 200, (len(COCO18), 2))
    shape[COCO18.index("neck")] = 50, 0
    shape[COCO18.index("right_hip")], shape[COCO18.index("left_hip")] = (30, TORSO), (70, TORSO)
    xy = np.repeat(shape[None], len(places), axis=0)
    xy[..., 0] += table[:, 2, None]
    score = np.ones(xy.shape[:2], np.float32)
    frame, track_id = table[:, 0].astype(int), table[:, 1].astype(int)
    state = np.zeros(len(places), np.uint8)
    return Tracks(COCO18, frame, frame / 30, track_id, xy.astype(np.float32), score, state)


TRUTH = standing([(f, i, 400.0 * i) for f in range(4) for i in (1, 2)])


def test_the_truth_itself_is_perfect() -> None:
    comparison = compare(TRUTH, TRUTH)
    assert comparison.found == {1: 1.0, 2: 1.0}
    assert comparison.error == 0
    assert comparison.id_switches == 0


def test_errors_are_in_torso_lengths() -> None:
    aside = standing([(f, i, 400.0 * i + 7) for f in range(4) for i in (1, 2)])
    assert compare(aside, TRUTH).error == pytest.approx(0.07, abs=1e-5)


def test_ids_may_differ_from_the_truth_but_not_change() -> None:
    renamed = standing([(f, 9 - i, 400.0 * i) for f in range(4) for i in (2, 1)])
    assert compare(renamed, TRUTH).id_switches == 0
    assert compare(renamed, TRUTH).known_as == {1: [8], 2: [7]}
    crossed = standing([(f, i, 400.0 * (i if f < 2 else 3 - i)) for f in range(4) for i in (1, 2)])
    assert compare(crossed, TRUTH).id_switches == 2
    assert compare(crossed, TRUTH).known_as == {1: [1, 2], 2: [2, 1]}


def test_a_person_found_again_under_another_id_is_a_switch() -> None:
    lost = standing([(0, 1, 400.0), (1, 1, 400.0), (3, 5, 400.0)])
    comparison = compare(lost, TRUTH)
    assert comparison.found == {1: 0.75, 2: 0.0}
    assert comparison.id_switches == 1


def test_somebody_far_away_is_somebody_else() -> None:
    near = standing([(0, 1, 400.0 + 0.98 * GATE * TORSO)])
    far = standing([(0, 1, 400.0 + 1.02 * GATE * TORSO)])
    assert compare(near, TRUTH).found[1] == 0.25
    assert compare(far, TRUTH).found[1] == 0


def test_pairs_are_the_best_together_not_one_by_one() -> None:
    # Track 1 is nearest to both people; only it reaches person 1, and track 2 reaches person 2.
    truth = standing([(0, 1, 400.0), (0, 2, 440.0)])
    tracks = standing([(0, 1, 425.0), (0, 2, 480.0)])
    assert compare(tracks, truth).found == {1: 1.0, 2: 1.0}


def test_few_keypoints_are_not_a_person() -> None:
    sparse = standing([(0, 1, 400.0)])
    sparse.xy[:, 3:], sparse.score[:, 3:] = np.nan, np.nan
    assert compare(sparse, TRUTH).found[1] == 0


def test_nobody_found_has_no_error() -> None:
    comparison = compare(Tracks.empty(COCO18), TRUTH)
    assert comparison.found == {1: 0.0, 2: 0.0}
    assert np.isnan(comparison.error)


def test_a_torso_that_is_not_known_is_as_long_as_the_others() -> None:
    xy = TRUTH.xy.copy()
    xy[0, COCO18.index("neck")] = np.nan
    np.testing.assert_allclose(torso_lengths(COCO18, xy), TORSO)


def test_nothing_to_compare_is_an_error() -> None:
    with pytest.raises(EvaluationError, match="0 rows"):
        compare(TRUTH, Tracks.empty(COCO18))
    with pytest.raises(EvaluationError, match="coco17"):
        compare(Tracks.empty(COCO17), TRUTH)
