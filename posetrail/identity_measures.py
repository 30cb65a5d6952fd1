"""How well people keep their IDs, against identities labelled by eye on the necks of a few frames."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tracker.anchors import necks_and_heights
from tracker.assignment import assign
from tracker.errors import EvaluationError
from tracker.tracks import Tracks

#: A track stands for a labelled person if its neck is this near, in heights of the person.
REACH = 0.2
COLUMNS = ("frame", "person", "neck_x", "neck_y", "height")


@dataclass(frozen=True)
class Sighting:
    """A person, recognised by eye, in one frame.

    Parameters
    ----------
    frame : int
        0-based number of the frame in the source.
    person : str
        Who it is: a name within the video.
    neck : tuple of (float, float)
        Pixels of the upright picture.
    height : float
        Standing height in pixels.
    """

    frame: int
    person: str
    neck: tuple[float, float]
    height: float


@dataclass(frozen=True)
class IdentityMeasures:
    """What became of the labelled sightings.

    Parameters
    ----------
    sightings : int
        How many were labelled.
    found : int
        In how many a track was near.
    own : int
        In how many that was the person's own: the one track that is theirs alone, so chosen that
        the sum over all people is greatest.
    switches : int
        How often a person's next sighting has another track than the one before.
    """

    sightings: int
    found: int
    own: int
    switches: int

    @property
    def idf1(self) -> float:
        """Sightings with the person's own ID, as IDF1; 0 where nothing was labelled or found.

        People who were not labelled are not counted, so that false tracks cost nothing here.
        """
        return 2 * self.own / max(self.sightings + self.found, 1)

    def __add__(self, other: IdentityMeasures) -> IdentityMeasures:
        """Count two videos together."""
        return IdentityMeasures(
            self.sightings + other.sightings,
            self.found + other.found,
            self.own + other.own,
            self.switches + other.switches,
        )


def read_identities(path: Path) -> list[Sighting]:
    """Read labels: a CSV with the columns frame, person, neck_x, neck_y, height.

    Raises
    ------
    EvaluationError
        If the file cannot be read or a line is not a sighting; the message names the line.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise EvaluationError(f"Cannot read the identities {path}: {error}.") from error
    return [_sighting(path, line, row) for line, row in enumerate(rows, start=2)]


def _sighting(path: Path, line: int, row: dict[str, str]) -> Sighting:
    try:
        neck = float(row["neck_x"]), float(row["neck_y"])
        return Sighting(int(row["frame"]), row["person"], neck, float(row["height"]))
    except (KeyError, TypeError, ValueError) as error:
        raise EvaluationError(
            f"{path}, line {line}: not a sighting ({error}).",
            hint=f"The columns are {', '.join(COLUMNS)}.",
        ) from error


def measure_identities(tracks: Tracks, sightings: Sequence[Sighting]) -> IdentityMeasures:
    """Compare tracks with labelled sightings.

    Parameters
    ----------
    tracks : Tracks
        Everybody; rows of any state count.
    sightings : sequence of Sighting
        People recognised by eye.

    Notes
    -----
    One track for each person over the whole video: Ristani et al., Performance Measures and a Data
    Set for Multi-Target, Multi-Camera Tracking, ECCV Workshops 2016.
    """
    ids = tracks_of(tracks, sightings)
    people = sorted({sighting.person for sighting in sightings})
    numbers = sorted(set(ids) - {0})
    together = np.zeros((len(people), len(numbers)))
    last: dict[str, int] = {}
    switches = 0
    order = np.argsort([sighting.frame for sighting in sightings], kind="stable")
    for i in order.tolist():
        person, number = sightings[i].person, ids[i]
        if not number:
            continue
        together[people.index(person), numbers.index(number)] += 1
        switches += last.get(person, number) != number
        last[person] = number
    rows, columns = assign(together.max(initial=0) - together, np.inf)
    own = int(together[rows, columns].sum())
    return IdentityMeasures(len(sightings), int(np.count_nonzero(ids)), own, switches)


def tracks_of(tracks: Tracks, sightings: Sequence[Sighting]) -> list[int]:
    """Give the ID of the track at each sighting, 0 for none, matched frame by frame.

    Parameters
    ----------
    tracks : Tracks
        Everybody.
    sightings : sequence of Sighting
        People recognised by eye.
    """
    necks, _ = necks_and_heights(tracks.skeleton, tracks.xy)
    ids = np.zeros(len(sightings), np.int64)
    frames = np.array([sighting.frame for sighting in sightings])
    for frame in np.unique(frames).tolist():
        rows = np.flatnonzero(tracks.frame == frame)
        seen = np.flatnonzero(frames == frame)
        places = np.array([sightings[i].neck for i in seen.tolist()])
        heights = np.array([sightings[i].height for i in seen.tolist()])
        away = np.linalg.norm(places[:, None] - necks[rows][None], axis=2) / heights[:, None]
        matched, row = assign(away, REACH)
        ids[seen[matched]] = tracks.track_id[rows[row]]
    return [int(number) for number in ids]
