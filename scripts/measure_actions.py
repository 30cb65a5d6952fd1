"""Measure how fast actions are recognised: windows a second in batch, milliseconds a frame live.

    python scripts/measure_actions.py [--model models/actions/tennis-strokes.txt] [--people 4]

Processor time is printed beside wall time, because it depends less on what else the machine does;
batches are shared between two threads. "From tracks" is all that `posetrail predict` does before it looks
for events: windows cut, turned, measured and classified, once where the hand is told, else once as they are and once
in a mirror. Random people, one joint in ten missing, 30 fps.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from action_data.reporting import print_result

from classifiers.live import LiveRecogniser
from classifiers.model import ActionModel
from classifiers.recognition import RecognitionSettings, classify
from features.windows import cut_windows
from tracker.skeleton import COCO18
from tracker.tracks import State, Tracks

RATE = 30.0
REPEATS = 5


def main() -> None:
    """Print both figures and the result line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=Path("models/actions/tennis-strokes.txt"))
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=240.0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()

    model = ActionModel.load(options.model)
    tracks = _people(options.people, options.seconds)
    windows = cut_windows(tracks, model.card.window, model.skeleton)
    told = RecognitionSettings(handedness="right")
    parts: dict[str, Callable[[], object]] = {
        "cut": lambda: cut_windows(tracks, model.card.window, model.skeleton),
        "measured": lambda: model.features.matrix(windows),
        "measured and classified": lambda: model.probabilities(windows),
        "from tracks, hand told": lambda: classify(tracks, model, told),
        "from tracks, both hands": lambda: classify(tracks, model),
    }
    found = {name: _rates(work, len(windows)) for name, work in parts.items()}
    for name, (wall, cpu) in found.items():
        print(f"{name:24} {wall:8.0f} windows/s, {cpu:8.0f} per second of processor time")
    wall_ms, cpu_ms = _live(model, tracks, options.people)
    print(
        f"live, {options.people} people: {wall_ms:.2f} ms a frame, {cpu_ms:.2f} ms of processor time"
    )
    batch = found["measured and classified"]
    print_result(
        {
            "windows_per_s": batch[0],
            "windows_per_cpu_s": batch[1],
            "from_tracks_per_s": found["from tracks, hand told"][0],
            "both_hands_per_s": found["from tracks, both hands"][0],
            "live_ms": wall_ms,
            "live_cpu_ms": cpu_ms,
        },
        options.json,
    )


def _rates(work: Callable[[], object], windows: int) -> tuple[float, float]:
    """Give windows a second of wall and of processor time, each of the median repeat."""
    walls, cpus = [], []
    for _ in range(REPEATS):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return windows / float(np.median(walls)), windows / float(np.median(cpus))


def _live(model: ActionModel, tracks: Tracks, people: int) -> tuple[float, float]:
    """Give the median milliseconds of a frame, the first second left out."""
    live = LiveRecogniser(model, tracks.skeleton)
    walls, cpus = [], []
    for first in range(0, min(len(tracks), 300 * people), people):
        rows = slice(first, first + people)
        wall, cpu = time.perf_counter(), time.process_time()
        live.update(float(tracks.time[first]), tracks.track_id[rows], tracks.xy[rows])
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    warm = int(RATE)
    return 1000 * float(np.median(walls[warm:])), 1000 * float(np.median(cpus[warm:]))


def _people(people: int, seconds: float) -> Tracks:
    rng = np.random.default_rng(0)
    frames = int(seconds * RATE)
    steps = rng.normal(0, 1, (frames, people, len(COCO18), 2))
    xy = (rng.normal(300, 60, steps.shape[1:]) + np.cumsum(steps, axis=0)).astype(np.float32)
    xy[rng.random(xy.shape[:3]) < 0.1] = np.nan
    flat = xy.reshape(-1, len(COCO18), 2)
    frame = np.repeat(np.arange(frames), people)
    score = np.where(np.isfinite(flat[..., 0]), np.float32(0.8), np.float32(np.nan))
    ids = np.tile(np.arange(1, people + 1), frames)
    state = np.full(len(flat), State.OBSERVED, np.uint8)
    return Tracks(COCO18, frame, frame / RATE, ids, flat, score, state)


if __name__ == "__main__":
    main()
