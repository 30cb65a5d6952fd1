"""Repairs that a user wrote down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.scenes import with_ids
from tracker.edits import apply_edits, read_edits
from tracker.errors import FormatError, TrackingError
from tracker.skeleton import COCO18
from tracker.tracks import Tracks


def example() -> Tracks:
    """Persons 1 and 2 in frames 0 to 9, person 3 in frames 10 to 19; 10 frames per second."""
    frame = np.array([*np.repeat(np.arange(10), 2), *range(10, 20)], np.int64)
    ids = np.array([1, 2] * 10 + [3] * 10, np.int64)
    xy = np.zeros((30, len(COCO18), 2), np.float32) + (100 * ids)[:, None, None].astype(np.float32)
    score = np.ones((30, len(COCO18)), np.float32)
    return Tracks(COCO18, frame, frame / 10, ids, xy, score, np.zeros(30, np.uint8))


def edited(tmp_path: Path, text: str) -> Tracks:
    path = tmp_path / "edits.yaml"
    path.write_text(text)
    tracks = example()
    ids, names, done = apply_edits(tracks, tracks.track_id, read_edits(path))
    return replace(with_ids(tracks, ids), provenance={"names": names, "edits_done": done})


def places(tracks: Tracks, person: int) -> list[float]:
    return [float(x) for x in tracks.person(person).xy[:, 0, 0]]


def test_swap_from_a_time_on(tmp_path: Path) -> None:
    tracks = edited(tmp_path, "- swap: [1, 2]\n  from: 0.7\n")
    assert places(tracks, 1) == [100] * 7 + [200] * 3
    assert places(tracks, 2) == [200] * 7 + [100] * 3


def test_merge_split_drop_and_name_in_order(tmp_path: Path) -> None:
    text = "- merge: 3\n  into: 1\n- split: 1\n  at: 0.5\n- drop: 2\n- {name: 3, as: Nadal}\n"
    tracks = edited(tmp_path, text)
    assert tracks.ids == [1, 3]
    assert places(tracks, 1) == [100] * 5
    assert places(tracks, 3) == [100] * 5 + [300] * 10
    assert tracks.provenance["names"] == {3: "Nadal"}


def test_what_each_edit_did_is_told_with_new_ids(tmp_path: Path) -> None:
    text = "- split: 3\n  at: 1.5\n- merge: 4\n  into: 1\n- swap: [1, 2]\n  from: 0.9\n"
    done = edited(tmp_path, text + "- drop: 3\n- {name: 1, as: Nadal}\n").provenance["edits_done"]
    assert done == [
        "3 is 4 from 1.5 s on (5 sightings)",
        "4 is 1 now (5 sightings)",
        "1 and 2 exchanged from 0.9 s on (7 sightings)",
        "3 dropped (5 sightings)",
        "1 is called Nadal",
    ]


def test_a_name_is_not_lost_with_a_merge(tmp_path: Path) -> None:
    merged = "- {name: 3, as: Nadal}\n- {merge: 3, into: 1}\n"
    assert edited(tmp_path, merged).provenance["names"] == {1: "Nadal"}
    text = "- {name: 1, as: Ana}\n" + merged
    assert edited(tmp_path, text).provenance["names"] == {1: "Ana"}


@pytest.mark.parametrize("rate", [30, 29.97, 59.94])
def test_a_time_may_be_copied_from_a_table(tmp_path: Path, rate: float) -> None:
    tracks = replace(example(), time=example().frame / rate)
    path = tmp_path / "edits.yaml"
    for frame in range(1, 9):
        for digits in (4, 6):
            path.write_text(f"- {{swap: [1, 2], from: {frame / rate:.{digits}f}}}\n")
            ids, _, _ = apply_edits(tracks, tracks.track_id, read_edits(path))
            assert tracks.frame[ids != tracks.track_id].min() == frame


def test_a_number_may_be_a_name(tmp_path: Path) -> None:
    assert edited(tmp_path, "- {name: 1, as: 23}\n").provenance["names"] == {1: "23"}


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert len(edited(tmp_path, "# nothing yet\n")) == 30


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("merge: 2\n  into: 1", "both seen in frame 0"),
        ("drop: 9", "no person 9 to drop. By then there is 1, 2, 3"),
        ("swap: [1, 2]\n  from: 50", "from 50"),
        ("split: 1\n  at: 0", "before and after"),
        ("name: 7\n  as: X", "no person 7"),
    ],
)
def test_impossible_edits_name_the_line(tmp_path: Path, entry: str, words: str) -> None:
    with pytest.raises(TrackingError, match=f"line 2: .*{words}"):
        edited(tmp_path, f"- {{name: 1, as: Ana}}\n- {entry}\n")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("dropp: 9", "Did you mean 'drop'"),
        ("swap: [1, 1]\n  from: 1", "two different IDs"),
        ("swap: 1\n  from: 1", "two different IDs"),
        ("swap: [1, 2]", "needs swap and from"),
        ("split: 1\n  at: noon", "time in seconds"),
        ("split: true\n  at: 1", "one ID"),
        ("merge: 1\n  into: Ana", "expects an ID"),
        ("merge: 2\n  into: 2", "merge and into should be two IDs, found 2 twice"),
        ("drop: 1\n  at: 3", "drop needs drop"),
        ("7", "expected an edit"),
        ("{drop: 1, drop: 2}", "the key drop stands twice"),
        (f"split: 1\n  at: 1{'0' * 400}", "or as in 1:02.5, found a number too large"),
        ("swap: [1, 2]\n  from: .inf", "or as in 1:02.5, found inf"),
        ("swap: [1, 2]\n  from: .nan", "or as in 1:02.5, found nan"),
        (f"drop: [1{'0' * 4000}, 2]", "one ID"),
        ("name: 1\n  as:", "name of at most 100 characters on one line, found nothing"),
        ("name: 1\n  as: [Ana]", "expects a name"),
        ("name: 1\n  as: true", "expects a name"),
        ("name: 1\n  as: '  '", "expects a name"),
        ('name: 1\n  as: "Ana\\0"', "expects a name"),
        ('name: 1\n  as: "Ana\\nBo"', "expects a name"),
        (f"name: 1\n  as: {'a' * 101}", "expects a name"),
    ],
)
def test_what_is_no_edit_names_the_line(tmp_path: Path, entry: str, words: str) -> None:
    with pytest.raises(FormatError, match=f"line 2: .*{words}"):
        edited(tmp_path, f"- {{name: 1, as: Ana}}\n- {entry}\n")


def test_what_is_no_yaml_names_the_line_and_an_example(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as refused:
        edited(tmp_path, "- drop: 2\n- swap: [1, 2\n  from: 3\n")
    assert "edits.yaml, line 3 is not YAML" in str(refused.value)
    assert "as in: - {swap: [1, 2], from: 12.4}" in str(refused.value)
    assert 'in "' not in str(refused.value)  # nothing of the parser's own report


@pytest.mark.parametrize("text", ["drop: 1\n", "- [\n", "just words\n"])
def test_what_is_no_list_of_edits(tmp_path: Path, text: str) -> None:
    with pytest.raises(FormatError, match=r"edits\.yaml"):
        edited(tmp_path, text)
