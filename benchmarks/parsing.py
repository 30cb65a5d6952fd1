"""Time from maps to people, on one core, against the number of people.

python benchmarks/parsing.py
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.maps import crowd, draw_maps
from tracker.decoding import DecoderSettings, InputGeometry, decode
from tracker.skeleton import COCO18

CROWDS = (1, 5, 10, 30, 60, 100)
#: Noise of the maps; without it a decoder would have less to refuse than in life.
NOISE = 0.005


def main() -> None:
    """Print one row for each crowd, then the result line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=60, help="runs of which the median is taken")
    repeat = parser.parse_args().repeat
    cv2.setNumThreads(1)
    geometry = InputGeometry.fit((1280, 720), height=368, multiple=8, stride=8)
    print(f"maps of {geometry.map_size[0]} x {geometry.map_size[1]} cells, processor time")
    words = []
    for people in CROWDS:
        found, median, spread = parse_ms(people, geometry, repeat)
        print(
            f"{people:4d} people, {found:4d} found: {median:6.2f} ms, quartiles {spread:.2f} apart"
        )
        words.append(f"parse_{people}_ms {median:.2f}")
    print("result", " ".join(words))


def parse_ms(people: int, geometry: InputGeometry, repeat: int) -> tuple[int, float, float]:
    """Time the decoder on drawn maps: people found, median and quartile distance in ms."""
    maps = draw_maps(COCO18, crowd(COCO18, people, geometry.map_size), geometry.map_size)
    maps += np.random.default_rng(0).normal(0, NOISE, maps.shape).astype(np.float32)
    settings = DecoderSettings()
    times = []
    for _ in range(repeat):
        started = time.thread_time()
        poses = decode(maps, COCO18, geometry, settings)
        times.append(1000 * (time.thread_time() - started))
    low, median, high = statistics.quantiles(times, n=4)
    return len(poses), median, high - low


if __name__ == "__main__":
    main()
