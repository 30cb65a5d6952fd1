"""Peak memory of ``posetrail run`` on a long video: loops a clip, runs, and watches the process.

    python scripts/measure_memory.py clip.mp4 --minutes 20

Prints memory by tenth of the run, then the ``result`` line (megabytes of 1,000,000 bytes).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from posetrail.bench.clips import loop_clip


def main() -> None:
    """Loop, run, watch, print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        video = folder / f"long{arguments.clip.suffix}"
        seconds = loop_clip(arguments.clip, video, 60 * arguments.minutes)
        words = ["run", str(video), "--output", str(folder / "run"), *arguments.options]
        times, megabytes, code = watch(words)
        info = json.loads((folder / "run" / "run.json").read_text()) if code == 0 else {}
    if code:
        sys.exit(f"posetrail run ended with exit code {code}")
    for tenth in np.array_split(megabytes, 10):
        print(f"{tenth.max():8.0f} MB")
    half = times > times[-1] / 2
    growth = np.polyfit(times[half] / times[-1] * seconds / 60, megabytes[half], 1)[0]
    values: dict[str, float] = {
        "peak_mb": round(float(megabytes.max()), 1),
        "mb_per_video_minute": round(float(growth), 2),
        "frames": info["counts"]["frames"],
        "minutes": round(seconds / 60, 2),
    }
    if arguments.json:
        arguments.json.write_text(json.dumps(values) + "\n")
    print("result", *(f"{name} {value}" for name, value in values.items()))


def watch(words: list[str]) -> tuple[np.ndarray, np.ndarray, int]:
    """Run posetrail and note its resident memory four times a second.

    Returns
    -------
    times : float64 array, shape (samples,)
        Seconds.
    megabytes : float64 array, shape (samples,)
        Resident memory.
    code : int
        The exit code.
    """
    code = "from posetrail.cli import main; main()"
    process = subprocess.Popen([sys.executable, "-c", code, *words])
    began, samples = time.monotonic(), []
    while process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text()
        resident = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")]
        if resident:
            samples.append((time.monotonic() - began, int(resident[0]) * 1024 / 1e6))
        time.sleep(0.25)
    times, megabytes = np.array(samples).T
    return times, megabytes, process.returncode


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("clip", type=Path, help="a video file")
    parser.add_argument("--minutes", type=float, default=20, help="length of the loop")
    parser.add_argument("--json", type=Path, help="write the result here, too")
    parser.add_argument(
        "--options", nargs=argparse.REMAINDER, default=[], help="options of posetrail run (last)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
