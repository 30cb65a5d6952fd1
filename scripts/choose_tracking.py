"""Choose tracking parameters on all sequences but one, measure on that one; each in its turn.

    python -m scripts.choose_tracking --data ../shared/data/mot15 [--online] [--draws 24] [--seed 0]

The candidates are random draws of all parameters below; the defaults, which were chosen on all six
sequences, are not among them. For each sequence the candidate that is best on the others (HOTA and
IDF1, weighted by people in the truth) tracks it; the result line is for the sequences together. It
says what to expect of a sequence that nothing was chosen on, but for the ranges that are drawn from.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from posetrail.config import load_config
from posetrail.json_files import write_json
from posetrail.track_measures import Measures, measure_tracks, truth_file
from scripts.evaluate_mot import words
from tracker.centroid import TrackerSettings
from tracker.formats import motchallenge
from tracker.tracking import track

#: What is drawn, by key below ``tracking``.
CHOICES: dict[str, tuple[float, ...]] = {
    "gate": (0.9, 1.0, 1.1, 1.2),
    "patience_s": (1.0, 1.5, 2.0, 3.0),
    "doubt_s": (0.15, 0.25, 0.4),
    "camera_people": (0, 4, 5),
    "motion.measurement_noise": (0.06, 0.08, 0.1),
    "motion.acceleration_noise": (0.3, 0.5, 0.8),
    "motion.start_speed": (0.5, 1.0, 1.5),
    "motion.score_noise": (0.0, 2.0, 3.0),
    "motion.shape_memory_s": (0.15, 0.3, 0.5),
    "stitch.piece_patience_s": (0.7, 1.0, 1.3),
    "stitch.max_gap_s": (2.0, 3.0, 4.0),
    "stitch.reach": (0.2, 0.25, 0.4),
    "stitch.size_weight": (1.5, 2.0, 3.0),
    "stitch.look_s": (0.8, 1.0, 1.5),
    "stitch.coast_s": (1.0, 2.0, 4.0),
    "stitch.meeting_overlap": (0.2, 0.3, 0.4, 9.0),
    "stitch.stay_share": (0.2, 0.4, 0.6),
    "stitch.ghosts.size_doubt": (0.0, 0.4, 0.7),
    "fill_gap_s": (1.0, 2.0, 3.0),
}
#: A point of IDF1 counts as much as this of HOTA.
IDF1_WEIGHT = 0.6


def main() -> None:
    """Read the options, track with every candidate, choose, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of sequences")
    parser.add_argument("--detections", default="det_sort_frcnn.txt", help="file in each sequence")
    parser.add_argument("--online", action="store_true", help="only what a live tracker knows")
    parser.add_argument("--draws", type=int, default=24, help="candidates")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args()
    files = {
        file.parent.name: file for file in sorted(options.data.glob(f"*/{options.detections}"))
    }
    tables = {name: motchallenge.read(file).table for name, file in files.items()}
    weights = {name: len(truth_file(options.data, name).read_text().splitlines()) for name in files}
    tried = []
    for changes in draws(options.draws, options.seed):
        settings = candidate(changes, online=options.online)
        tracks = {name: track(table, settings) for name, table in tables.items()}
        each, combined = measure_tracks(tracks, options.data)
        tried.append((changes, tracks, each))
        print(f"candidate {len(tried) - 1:3}     {words(combined)}", flush=True)
    chosen = {}
    for left_out in tables:
        values = [value(each, weights, left_out) for _, _, each in tried]
        best = values.index(max(values))
        chosen[left_out] = tried[best][1][left_out]
        print(f"{left_out:20} {words(tried[best][2][left_out])} candidate {best}")
    result = measure_tracks(chosen, options.data)[1]
    print(f"result {words(result)}")
    if options.json is not None:
        write_json(options.json, result.named())


def draws(count: int, seed: int) -> list[dict[str, float]]:
    """Give random settings of all parameters."""
    chance = random.Random(seed)
    return [{key: chance.choice(values) for key, values in CHOICES.items()} for _ in range(count)]


def candidate(changes: dict[str, float], *, online: bool) -> TrackerSettings:
    """Give the settings with some of them changed."""
    assignments = [f"tracking.{key}={setting}" for key, setting in changes.items()]
    settings = load_config(assignments=assignments).tracking
    return settings.model_copy(update={"online": online})


def value(each: dict[str, Measures], weights: dict[str, int], left_out: str) -> float:
    """Say how good a candidate is on all sequences but one."""
    return sum(
        weights[name] * (measures.hota + IDF1_WEIGHT * measures.idf1)
        for name, measures in each.items()
        if name != left_out
    )


if __name__ == "__main__":
    main()
