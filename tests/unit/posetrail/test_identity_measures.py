"""IDs against people recognised by eye."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from posetrail.identity_measures import (
    IdentityMeasures,
    Sighting,
    measure_identities,
    read_identities,
)
from tracker.boxes import box_keypoints
from tracker.errors import EvaluationError
from tracker.skeleton import BOX
from tracker.tracks import Tracks


def standing(places: list[tuple[int, int, float]]) -> Tracks:
    """People of 100 pixels, by frame, ID and horizontal place."""
    frame, person, x = (np.array(column) for column in zip(*places, strict=True))
    boxes = np.stack([x - 20, np.full(len(x), 0), x + 20, np.full(len(x), 100)], axis=1)
    return Tracks(
        BOX,
        frame,
        frame / 10,
        person,
        box_keypoints(boxes.astype(float)),
        np.ones((len(x), len(BOX)), np.float32),
        np.zeros(len(x), np.uint8),
    )


def seen(frame: int, person: str, x: float) -> Sighting:
    return Sighting(frame, person, (x, 50.0), 100.0)


def test_who_keeps_their_id_has_it_in_every_sighting() -> None:
    tracks = standing([(0, 1, 0), (0, 2, 300), (1, 1, 10), (1, 2, 290)])
    labels = [seen(0, "a", 0), seen(0, "b", 300), seen(1, "a", 10), seen(1, "b", 290)]
    assert measure_identities(tracks, labels) == IdentityMeasures(4, 4, 4, 0)
    assert measure_identities(tracks, labels).idf1 == 1


def test_an_exchange_is_two_switches_and_half_of_the_sightings() -> None:
    tracks = standing([(0, 1, 0), (0, 2, 300), (1, 1, 300), (1, 2, 0)])
    labels = [seen(0, "a", 0), seen(0, "b", 300), seen(1, "a", 0), seen(1, "b", 300)]
    assert measure_identities(tracks, labels) == IdentityMeasures(4, 4, 2, 2)


def test_who_is_not_found_counts_against_and_who_has_no_label_does_not() -> None:
    tracks = standing([(0, 1, 0), (0, 9, 600), (1, 9, 600)])
    measures = measure_identities(tracks, [seen(0, "a", 0), seen(1, "a", 0)])
    assert measures == IdentityMeasures(2, 1, 1, 0)
    assert measures.idf1 == pytest.approx(2 / 3)


def test_one_track_is_the_own_one_of_one_person_only() -> None:
    tracks = standing([(0, 1, 0), (1, 1, 300)])
    assert measure_identities(tracks, [seen(0, "a", 0), seen(1, "b", 300)]).own == 1


def test_videos_add_up() -> None:
    assert IdentityMeasures(4, 3, 2, 1) + IdentityMeasures(1, 1, 1, 0) == IdentityMeasures(
        5, 4, 3, 1
    )


def test_a_broken_label_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("frame,person,neck_x,neck_y,height\n0,a,1,2,3\n1,a,here,2,3\n")
    with pytest.raises(EvaluationError, match="line 3"):
        read_identities(path)
    path.write_text("frame,person\n0,a\n")
    with pytest.raises(EvaluationError, match="line 2"):
        read_identities(path)
    with pytest.raises(EvaluationError, match="Cannot read"):
        read_identities(tmp_path / "none.csv")


def test_the_labels_that_ship_can_be_read() -> None:
    folder = Path(__file__).parents[3] / "benchmarks" / "identities"
    people = {path.stem: read_identities(path) for path in folder.glob("*.csv")}
    assert {"street_dance", "street_pedestrians", "tennis_rally_demo"} <= set(people)
    for sightings in people.values():
        assert len({(one.frame, one.person) for one in sightings}) == len(sightings)
