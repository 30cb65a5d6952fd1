"""Track recorded poses anew and compare the IDs with people recognised by eye.

    python scripts/evaluate_identities.py RUN... [--online] [--set tracking.gate=0.9]

RUN is the folder of a run of one of the labelled videos (``benchmarks/identities/<video>.csv``), named
after the video. The network does not run: the labels are places of necks and hold for any poses.
"""

from __future__ import annotations

import argparse
from functools import reduce
from operator import add
from pathlib import Path

from posetrail.config import load_config
from posetrail.identity_measures import IdentityMeasures, measure_identities, read_identities
from tracker.tables import read_poses_parquet
from tracker.tracking import track

LABELS = Path(__file__).resolve().parents[1] / "benchmarks" / "identities"


def main() -> None:
    """Read the options, track, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN")
    parser.add_argument("--online", action="store_true", help="only what a live tracker knows")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    options = parser.parse_args()
    settings = load_config(assignments=options.set).tracking
    if options.online:
        settings = settings.model_copy(update={"online": True})
    measured = []
    for run in options.runs:
        tracks = track(read_poses_parquet(run / "poses.parquet"), settings)
        measured.append(measure_identities(tracks, read_identities(LABELS / f"{run.name}.csv")))
        print(f"{run.name:22} {words(measured[-1])}")
    print(f"result {words(reduce(add, measured))}")


def words(measures: IdentityMeasures) -> str:
    """Give all measures on one line."""
    return (
        f"IDF1 {measures.idf1:.3f} own {measures.own} found {measures.found} "
        f"sightings {measures.sightings} switches {measures.switches}"
    )


if __name__ == "__main__":
    main()
