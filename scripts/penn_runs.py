"""Make a run of every clip of Penn Action and one table of labels, for ``posetrail train``.

    python scripts/penn_runs.py --data ../shared/data/actions/penn_action/labels --output penn [--every 5]
    posetrail train penn/labels.csv penn/runs/* --output penn/model --mirror --set training.window.window_s=1.6

The keypoints become files of COCO results, which ``posetrail track`` reads as recorded poses: the way of
any user whose poses come from another tool. Each clip is one video, with one person and one label.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
from pathlib import Path

import numpy as np
from action_data import penn
from rich.progress import track

from classifiers.recordings import Recording
from features.joints import ACTION13
from posetrail.cli import build_app
from posetrail.run_folder import open_run
from tracker.files import written_whole
from tracker.formats import coco_results
from tracker.skeleton import COCO17
from tracker.tracks import Tracks


def main() -> None:
    """Write poses, runs and labels."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="only every N-th clip")
    options = parser.parse_args()

    clips = penn.read(options.data)[:: options.every]
    rows = [_make_run(clip, options.output) for clip in track(clips, description="clips")]
    with written_whole(options.output / "labels.csv") as aside, aside.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("video", "start_s", "end_s", "label"))
        writer.writerows(row for row in rows if row is not None)
    print(f"{sum(row is not None for row in rows)} of {len(clips)} clips have a person and a label")


def _make_run(clip: Recording, output: Path) -> tuple[str, str, str, str] | None:
    """Track a clip's poses with the command line; None where nobody is found."""
    poses, folder = output / "poses" / f"{clip.name}.json", output / "runs" / clip.name
    coco_results.write(poses, _as_coco(clip.tracks))
    rate = f"{penn.ASSUMED_RATE:g}"
    words = ["track", str(poses), "--fps", rate, "--people", "1", "-o", str(folder), "--overwrite"]
    with contextlib.redirect_stdout(io.StringIO()):
        build_app()(words, standalone_mode=False)
    tracks = open_run(folder).tracks
    if not len(tracks):
        return None
    start, end = f"{tracks.time[0]:.4f}", f"{tracks.time[-1]:.4f}"
    return clip.name, start, end, clip.labels[0].label


def _as_coco(tracks: Tracks) -> Tracks:
    """Give the same people in COCO's layout; what it has more is missing."""
    rows = len(tracks)
    xy = np.full((rows, len(COCO17), 2), np.nan, np.float32)
    score = np.full((rows, len(COCO17)), np.nan, np.float32)
    for i, joint in enumerate(ACTION13.keypoints):
        xy[:, COCO17.index(joint)], score[:, COCO17.index(joint)] = (
            tracks.xy[:, i],
            tracks.score[:, i],
        )
    return Tracks(COCO17, tracks.frame, tracks.time, tracks.track_id, xy, score, tracks.state)


if __name__ == "__main__":
    main()
