"""The small parts of `make bench`; each gives a table, and figures by name."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import cv2
import numpy as np

from benchmarks import parsing, tracking
from benchmarks.tables import Section
from benchmarks.tutorial import people_in
from posetrail.bench.statistics import Spread, digits, ratios
from posetrail.run_folder import open_run
from tests.maps import crowd, draw_maps
from tracker.decoding import InputGeometry
from tracker.skeleton import COCO18

Figures = dict[str, float]
COMMAND = "from posetrail.cli import main; main()"


@dataclass(frozen=True)
class Setup:
    """What all parts need.

    Parameters
    ----------
    clip : Path
        720p, longer than any part gets through.
    folder : Path
        For what is written on the way.
    pythons : sequence of str
        Interpreters that may have peers.
    real : Path, optional
        A real video, looped, to meet more people than are drawn.
    pace : float
        1 for the real thing, less for a trial: scales how long everything is measured.
    """

    clip: Path
    folder: Path
    pythons: Sequence[str]
    real: Path | None = None
    pace: float = 1.0

    def rounds(self, number: int) -> int:
        """Give the rounds of a part: all, or in a trial at least two."""
        return max(2, round(number * self.pace))


def start_up(setup: Setup) -> tuple[Section, Figures]:
    """Time from the command to the help, and to the first frame."""
    rounds = setup.rounds(5)
    helps = [_seconds(["--help"]) for _ in range(rounds + 1)][1:]
    firsts = [_first_frame(setup, number) for number in range(rounds + 1)][1:]
    section = Section("Start-up", ("what", "s"))
    section.rows.append(("`posetrail --help`", str(Spread.of(helps))))
    section.rows.append(("`posetrail run` to the first frame", str(Spread.of(firsts))))
    section.notes.append(
        "From the start of the process, files in the system's cache; the second includes leaving."
    )
    figures = {
        "help_s": statistics.median(helps),
        "first_frame_s": statistics.median(firsts),
    }
    return section, figures


def _seconds(words: list[str]) -> float:
    began = perf_counter()
    subprocess.run([sys.executable, "-c", COMMAND, *words], check=True, capture_output=True)
    return perf_counter() - began


def _first_frame(setup: Setup, number: int) -> float:
    """Seconds of a whole process, without those that it spent after the first frame."""
    folder = setup.folder / f"start_{number}"
    options = ["--no-video", "--end", "0.3", "--output", str(folder)]
    seconds = _seconds(["run", str(setup.clip), *options])
    timings = open_run(folder).info["timings"]
    return seconds - float(timings["wall_s"] - timings["first_frame_s"])


def parse(setup: Setup) -> tuple[Section, Figures]:
    """Time from maps to people, ours and the tutorial's."""
    geometry = InputGeometry.fit((1280, 720), height=368, multiple=8, stride=8)
    section = Section("From maps to people", ("people", "posetrail ms", "tutorial ms", "ratio"))
    figures: Figures = {}
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    for people in (1, 5, 30, 100):
        _, ours, spread = parsing.parse_ms(people, geometry, setup.rounds(60))
        figures[f"parse_{people}_ms"] = ours
        row = [str(people), f"{digits(ours)} (quartiles {digits(spread)} apart)"]
        if people <= 30:
            theirs = _tutorial_ms(people, geometry)
            row += [digits(theirs), digits(theirs / ours)]
        section.rows.append([*row, "-", "-"][:4])
    cv2.setNumThreads(threads)
    size = "{} x {}".format(*geometry.map_size)
    section.notes.append(
        f"Maps of {size} cells with noise, one core's time. With 100 people the tutorial's takes minutes."
    )
    return section, figures


def _tutorial_ms(people: int, geometry: InputGeometry) -> float:
    maps = draw_maps(COCO18, crowd(COCO18, people, geometry.map_size), geometry.map_size)
    maps += np.random.default_rng(0).normal(0, parsing.NOISE, maps.shape).astype(np.float32)
    began = perf_counter()
    people_in(maps, COCO18, geometry.original)
    return 1000 * (perf_counter() - began)


def track(setup: Setup) -> tuple[Section, Figures]:
    """Time the trackers, one frame after another."""
    section = Section(
        "From people to IDs", ("people", "tracker", "frames/s", "posetrail is faster by")
    )
    figures: Figures = {}
    for people, frames in ((10, 150), (100, 30)):
        rates = tracking.speeds(people, frames, setup.rounds(3))
        for name, values in rates.items():
            ratio = str(ratios(rates["posetrail"], values)) if name != "posetrail" else ""
            section.rows.append((str(people), name, str(Spread.of(values)), ratio))
        figures[f"track_{people}_ms"] = 1000 / statistics.median(rates["posetrail"])
    if "norfair" not in tracking.LIVE:
        section.notes.append("norfair is not installed here.")
    section.notes.append("One core's time; how well each tracks: `python -m benchmarks.tracking`.")
    return section, figures
