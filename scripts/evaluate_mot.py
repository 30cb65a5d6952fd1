"""Track the detections of MOTChallenge sequences and measure the tracks.

    python scripts/evaluate_mot.py --data ../shared/data/mot15 [--online] [--set tracking.gate=0.9]

DIR holds one folder per sequence with ``gt.txt`` (or ``gt/gt.txt``), the detections and
``seqinfo.ini``. One set of parameters for all sequences; TrackEval measures.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from posetrail.config import load_config
from posetrail.json_files import write_json
from posetrail.track_measures import Measures, measure_tracks
from tracker.formats import motchallenge
from tracker.tracking import track


def main() -> None:
    """Read the options, track, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of sequences")
    parser.add_argument("--detections", default="det_sort_frcnn.txt", help="file in each sequence")
    parser.add_argument("--online", action="store_true", help="only what a live tracker knows")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args()
    settings = load_config(assignments=options.set).tracking
    if options.online:
        settings = settings.model_copy(update={"online": True})
    files = sorted(options.data.glob(f"*/{options.detections}"))
    tracks = {file.parent.name: track(motchallenge.read(file).table, settings) for file in files}
    each, combined = measure_tracks(tracks, options.data)
    for sequence, measures in each.items():
        print(f"{sequence:20} {words(measures)}")
    print(f"result {words(combined)}")
    if options.json is not None:
        write_json(options.json, combined.named())


def words(measures: Measures) -> str:
    """Give all measures on one line."""
    return " ".join(
        f"{name} {value:.2f}" if isinstance(value, float) else f"{name} {value}"
        for name, value in measures.named().items()
    )


if __name__ == "__main__":
    main()
