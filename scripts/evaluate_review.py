"""Say how many true changes of ID the first entries of a review tell of.

    python -m scripts.evaluate_review RUN... [--first 10]

RUN is the folder of a run of one of the labelled videos (``benchmarks/identities/<video>.csv``), named
after the video; it is tracked anew. A change is a person recognised by eye whose ID is another one than
at the sighting before; an entry tells of it if it names one of both IDs at a time between the two
sightings, or half a second off. The sightings are up to five seconds apart, so this is lenient.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

from posetrail.identity_measures import Sighting, read_identities, tracks_of
from scripts.evaluate_identities import LABELS
from tracker.poses import PoseTable
from tracker.review import Moment, suspicious_moments
from tracker.tables import read_poses_parquet
from tracker.tracking import track

#: An entry may be so far from the change, in seconds.
SLACK_S = 0.5


class Change(NamedTuple):
    """The ID of a person changed from one sighting to the next; times in seconds."""

    begin: float
    end: float
    ids: frozenset[int]


def main() -> None:
    """Read the options, track, list the moments, count."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN")
    parser.add_argument("--first", type=int, default=10, help="entries that somebody reads")
    options = parser.parse_args()
    for run in options.runs:
        poses = read_poses_parquet(run / "poses.parquet")
        tracks = track(poses)
        sightings = read_identities(LABELS / f"{run.name}.csv")
        changes = id_changes(poses, sightings, tracks_of(tracks, sightings))
        moments = suspicious_moments(tracks, poses.time)
        read = moments[: options.first]
        told = sum(any(tells(moment, change) for moment in read) for change in changes)
        print(
            f"{run.name:22} entries {len(moments)} changes {len(changes)} "
            f"told in the first {options.first}: {told}"
        )


def id_changes(poses: PoseTable, sightings: list[Sighting], ids: list[int]) -> list[Change]:
    """List every change of ID from a person's sighting to the next one that has a track."""
    seconds = dict(zip(poses.frame.tolist(), poses.time.tolist(), strict=True))
    last: dict[str, tuple[int, float]] = {}
    changes = []
    for sighting, number in sorted(
        zip(sightings, ids, strict=True), key=lambda pair: pair[0].frame
    ):
        if not number:
            continue
        time = seconds[sighting.frame]
        before, since = last.get(sighting.person, (number, time))
        if before != number:
            changes.append(Change(since, time, frozenset((before, number))))
        last[sighting.person] = number, time
    return changes


def tells(moment: Moment, change: Change) -> bool:
    """Say whether an entry of the review leads to a change."""
    times = (moment.time, *moment.also)
    near = any(change.begin - SLACK_S <= time <= change.end + SLACK_S for time in times)
    return near and not change.ids.isdisjoint(moment.people)


if __name__ == "__main__":
    main()
