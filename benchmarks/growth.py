"""How cost grows with people, with resolution and with length; tables and plots in docs/benchmarks.md.

    make growth

Takes two to three minutes on a quiet machine. Everything is drawn or rendered here, so that only one thing grows
at a time.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2

from benchmarks import parsing, tracking
from benchmarks.growth_plots import plot
from benchmarks.tables import Section, load, provenance, write_between
from posetrail.bench.clips import loop_clip
from posetrail.bench.stages import stage_ms
from posetrail.bench.statistics import Spread, digits
from posetrail.config import load_config
from posetrail.demo.clip import write_clip
from posetrail.demo.renderer import render
from posetrail.demo.scene import rally
from posetrail.estimation import load_estimation
from posetrail.pipeline import process
from tracker.decoding import InputGeometry
from tracker.poses import Frame

DOCUMENT, PICTURE = Path("docs/benchmarks.md"), Path("docs/growth.svg")
PEOPLE = (1, 2, 5, 10, 20, 50, 100)
HEIGHTS = (360, 720, 1080, 2160)
ROUNDS = 2
MINUTES = (1.0, 5.0, 20.0, 60.0)
#: Of the long videos: few frames a second and a small network input, or an hour would take hours.
LONG_RATE, LONG_HEIGHT, LONG_CLIP_S = 2.0, 128, 10.0


@dataclass
class Grown:
    """One thing that grew.

    Parameters
    ----------
    x : list of float
        How large it was.
    curves : dict of str to list of float
        What it cost, by stage.
    """

    x: list[float]
    curves: dict[str, list[float]]

    def add(self, x: float, **costs: float) -> None:
        """Add what one size cost."""
        self.x.append(x)
        for name, cost in costs.items():
            self.curves.setdefault(name, []).append(cost)


def people(sizes: Sequence[int], repeat: int) -> Grown:
    """Milliseconds a frame of parsing and tracking, on one core, by people."""
    geometry = InputGeometry.fit((1280, 720), height=368, multiple=8, stride=8)
    cv2.setNumThreads(1)
    grown = Grown([], {})
    for number in sizes:
        _, parse, _ = parsing.parse_ms(number, geometry, repeat)
        frames = max(20, 600 // number)
        rates = tracking.speeds(number, frames, 3, only="posetrail")["posetrail"]
        grown.add(number, parse=parse, track=1000 / statistics.median(rates))
    cv2.setNumThreads(-1)
    return grown


def resolution(heights: Sequence[int], folder: Path) -> Grown:
    """Milliseconds a frame of each stage alone, by height of the video (16:9), in turn."""
    frames = list(render(rally(seconds=1.0)))
    clips: dict[int, Path] = {}
    for height in heights:
        size = round(height * 16 / 9 / 2) * 2, height
        clips[height] = folder / f"{height}.mp4"
        scaled = [Frame(f.index, f.time, cv2.resize(f.image, size)) for f in frames]
        write_clip(clips[height], scaled, 30.0, size)
    estimator = load_estimation(load_config().pose).estimator
    rounds = [
        {height: stage_ms(clip, estimator) for height, clip in clips.items()} for _ in range(ROUNDS)
    ]
    grown = Grown([], {})
    for height in heights:
        stages = {
            name: statistics.median(each[height][name].median for each in rounds)
            for name in rounds[0][height]
        }
        grown.add(height, **stages)
    return grown


def length(minutes: Sequence[float], folder: Path) -> Grown:
    """Seconds of whole runs, and of what waits for the last frame, by minutes of video."""
    scene = rally(seconds=LONG_CLIP_S, rate=LONG_RATE)
    size = scene.camera.width // 2, scene.camera.height // 2
    halves = (Frame(f.index, f.time, cv2.resize(f.image, size)) for f in render(scene))
    clip = folder / "clip.mp4"
    write_clip(clip, halves, LONG_RATE, size)
    settings = {"pose.height": LONG_HEIGHT, "output.video": False}
    config, grown = load_config(overrides=settings), Grown([], {})
    for each in minutes:
        video = folder / f"{each}.mp4"
        seconds = loop_clip(clip, video, 60 * each)
        estimation = load_estimation(config.pose, size=size)
        run = process(video, folder / f"{each}", config, estimation)
        times, found = run.info["timings"], run.info["counts"]
        grown.add(
            seconds / 60,
            whole=times["wall_s"],
            **{"track and write": times["track_s"] + times["write_s"]},
            frames=found["frames"],
            detections=found["detections"],
        )
        video.unlink()
    return grown


def sections(crowd: Grown, pictures: Grown, videos: Grown) -> list[Section]:
    """Make the tables."""
    by_people = Section("People in a frame", ("people", "parse ms", "track ms"))
    by_people.rows = [
        (f"{x:g}", digits(parse), digits(track))
        for x, parse, track in zip(crowd.x, *crowd.curves.values(), strict=True)
    ]
    by_size = Section("Resolution", ("height", *(f"{name} ms" for name in pictures.curves)))
    by_size.rows = [
        (f"{x:g}", *map(digits, costs))
        for x, *costs in zip(pictures.x, *pictures.curves.values(), strict=True)
    ]
    heads = (
        "minutes",
        "frames",
        "detections",
        "seconds",
        "ms a frame",
        "track and write ms a frame",
    )
    by_length = Section("Length of the video", heads)
    names = ("frames", "detections", "whole", "track and write")
    by_length.rows = [
        (f"{x:.3g}", f"{frames:.0f}", f"{found:.0f}", digits(whole), digits(1000 * whole / frames),
         digits(1000 * after / frames))
        for x, frames, found, whole, after
        in zip(videos.x, *(videos.curves[name] for name in names), strict=True)
    ]  # fmt: skip
    by_people.notes.append("Drawn maps and drawn walks, one core's time.")
    by_size.notes.append(
        "One frame at a time, each stage alone; the network always sees height 368."
    )
    by_length.notes.append(
        f"A rendered rally of {LONG_CLIP_S:g} s, looped: {LONG_RATE:g} frames/s, network input of "
        f"height {LONG_HEIGHT}, `--no-video`."
    )
    return [by_people, by_size, by_length]


def main() -> None:
    """Measure, write the tables, draw the plots."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--trial", action="store_true", help="small sizes; docs/ stays as it is")
    trial = parser.parse_args().trial
    stated = f"Made by {provenance('make growth')}. Before it began, {load()}."
    few = 2 if trial else None
    with tempfile.TemporaryDirectory(prefix="posetrail-growth-") as name:
        folder = Path(name)
        crowd = people(PEOPLE[:few], 5 if trial else 30)
        pictures = resolution(HEIGHTS[:few], folder)
        videos = length((0.2, 0.4) if trial else MINUTES, folder)
    tables = [section.markdown() for section in sections(crowd, pictures, videos)]
    text = "\n".join(
        [stated, "", "![Cost against people, resolution and length](growth.svg)", "", *tables]
    )
    print(text)
    times = crowd.curves["parse"][-1] / crowd.curves["parse"][0]
    spread = Spread.of([w / x for w, x in zip(videos.curves["whole"], videos.x, strict=True)])
    if not trial:
        plot(PICTURE, crowd, pictures, videos)
        write_between(DOCUMENT, "make growth", text)
    print(
        f"result parse_growth {times:.3f} s_per_minute_high_over_low {spread.high / spread.low:.3f}"
    )


if __name__ == "__main__":
    main()
