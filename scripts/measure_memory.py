"""Peak memory of ``posetrail run`` on long videos: loops a clip, runs, and watches the process.

    python scripts/measure_memory.py clip.mp4 --minutes 12

Prints memory by tenth of each run, a verdict, then the ``result`` line (megabytes of 1,000,000 bytes). The
growth is that within the longest run: from what it held in its second fifth (the middle of it, so that
starting up counts for nothing) to the most in its last fifth (tables and tracks of the whole video
included), by the minutes between. The difference of two runs would tell of growth where there is none: they
vary, and short ones do not come to what long ones settle at.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from posetrail.bench.clips import loop_clip

#: The plan's limits: of growth, for five people (as many times the people, as many times the table), and of
#: the peak at 1080p.
LIMIT_MB_A_MINUTE, LIMIT_PEOPLE, LIMIT_PEAK_MB = 3.0, 5.0, 600.0
#: Below this length starting up is most of a run.
LEAST_MINUTES = 3.0


@dataclass(frozen=True)
class Watched:
    """One run that was watched."""

    minutes: float
    """Length of the video."""
    megabytes: np.ndarray
    """Resident memory, four times a second, shape (samples,)."""
    peak: float
    """The most memory, megabytes, as the system counted it."""
    frames: int
    people: float
    """People in a frame, on average."""

    @property
    def growth(self) -> float:
        """Megabytes a minute of video from the second fifth of the run to the most in its last fifth."""
        fifths = np.array_split(self.megabytes, 5)
        return float((fifths[-1].max() - np.median(fifths[1])) / (0.7 * self.minutes))


def main() -> None:
    """Loop, run, watch, print."""
    given = _arguments()
    runs = [watch(given.clip, minutes, given.options) for minutes in sorted(given.minutes)]
    for run in runs:
        print(f"{run.minutes:.1f} minutes, {run.frames} frames, {run.people:.1f} people in each")
        tenths = (part.max() for part in np.array_split(run.megabytes, min(10, len(run.megabytes))))
        print("  MB by tenth of the run:", *(f"{megabytes:.0f}" for megabytes in tenths))
    values = figures(runs)
    print(verdict(values))
    if given.json:
        given.json.write_text(json.dumps(values) + "\n")
    print("result", *(f"{name} {value}" for name, value in values.items()))


def figures(runs: list[Watched]) -> dict[str, float]:
    """Give the highest peak, and the growth within the longest run where that is long enough to tell.

    Parameters
    ----------
    runs : list of Watched
        By length.
    """
    long = runs[-1]
    values = {"peak_mb": round(max(run.peak for run in runs), 1)}
    if long.minutes >= LEAST_MINUTES:
        values["mb_per_video_minute"] = round(long.growth, 2)
    return values | {
        "people_per_frame": round(long.people, 2),
        "frames": long.frames,
        "minutes": round(long.minutes, 2),
    }


def verdict(values: dict[str, float]) -> str:
    """Hold the figures against the plan's limits."""
    words = [_compared("peak", values["peak_mb"], LIMIT_PEAK_MB, "MB")]
    if "mb_per_video_minute" in values:
        limit = round(LIMIT_MB_A_MINUTE * values["people_per_frame"] / LIMIT_PEOPLE, 2)
        words.append(_compared("growth", values["mb_per_video_minute"], limit, "MB a minute"))
    return "; ".join(words)


def _compared(what: str, value: float, limit: float, unit: str) -> str:
    return (
        f"{what} {'within' if value <= limit else 'ABOVE'} the limit: {value:g} of {limit:g} {unit}"
    )


def watch(clip: Path, minutes: float, options: list[str]) -> Watched:
    """Loop a clip to a length, process it, and note the memory of the process meanwhile.

    Parameters
    ----------
    clip : Path
        A video file.
    minutes : float
        Length of the loop.
    options : list of str
        More options of ``posetrail run``.
    """
    with tempfile.TemporaryDirectory() as name:
        video = Path(name) / f"long{clip.suffix}"
        seconds = loop_clip(clip, video, 60 * minutes)
        folder = Path(name) / "run"
        megabytes, peak = _resident(["run", str(video), "--output", str(folder), *options])
        counts = json.loads((folder / "run.json").read_text())["counts"]
    people = counts["detections"] / counts["frames"]
    return Watched(seconds / 60, megabytes, peak, counts["frames"], people)


def _resident(words: list[str]) -> tuple[np.ndarray, float]:
    """Run posetrail; give its resident memory in megabytes, four times a second, and the most."""
    code = "from posetrail.cli import main; main()"
    process = subprocess.Popen([sys.executable, "-c", code, *words])
    samples, peak = [], 0.0
    while process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text()
        found = dict(line.split()[:2] for line in status.splitlines() if line.startswith("Vm"))
        if "VmRSS:" in found:  # not while it ends
            samples.append(int(found["VmRSS:"]) * 1024 / 1e6)
            peak = int(found["VmHWM:"]) * 1024 / 1e6
        time.sleep(0.25)
    if process.returncode:
        sys.exit(f"posetrail run ended with exit code {process.returncode}")
    return np.array(samples), peak


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("clip", type=Path, help="a video file")
    parser.add_argument(
        "--minutes", type=float, nargs="+", default=[12], help="lengths of the loops"
    )
    parser.add_argument("--json", type=Path, help="write the result here, too")
    parser.add_argument(
        "--options", nargs=argparse.REMAINDER, default=[], help="options of posetrail run (last)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
