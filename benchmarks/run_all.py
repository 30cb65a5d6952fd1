"""`make bench`: every figure of docs/benchmarks.md, under ten minutes, on a quiet machine.

    python -m benchmarks.run_all --real match.mp4 --peers peers/bin/python mediapipe/bin/python

After each part the table is written anew, so that what was measured is kept if a later part fails or
somebody presses Ctrl-C. A peer that is not there is a line that says so.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from benchmarks.goals import goals_section
from benchmarks.parts import Figures, Setup, parse, start_up, track
from benchmarks.pipelines import peers, real, whole
from benchmarks.tables import Section, load, provenance, write_between
from posetrail.bench.clips import loop_clip, rendered_clip

DOCUMENT = Path("docs/benchmarks.md")
MARK = "make bench"
#: Longer than any part gets through.
CLIP_S = 90.0

Part = Callable[[Setup], tuple[Section, Figures]]
PARTS: dict[str, Part] = {
    "start": start_up,
    "parse": parse,
    "track": track,
    "whole": whole,
    "peers": peers,
    "real": real,
}


def main() -> None:
    """Measure part by part, and write the tables after each."""
    given = arguments()
    stated = f"Made by {provenance('make bench')}. Before it began, {load()}."
    began = perf_counter()
    with tempfile.TemporaryDirectory(prefix="posetrail-bench-") as name:
        folder = Path(name)
        clip = folder / "clip.mp4"
        loop_clip(rendered_clip(folder / "rendered.mp4"), clip, CLIP_S)
        setup = Setup(
            clip, folder, (sys.executable, *given.peers), looped(given.real, folder), given.pace
        )
        sections: list[Section] = []
        figures: Figures = {}
        for part in given.parts:
            section, found = attempt(part, setup)
            sections.append(section)
            figures |= found
            text = report(stated, [goals_section(figures), *sections])
            print(f"{section.markdown()}\n({perf_counter() - began:.0f} s so far)\n", flush=True)
            if whole_thing(given):
                write_between(DOCUMENT, MARK, text)
            if given.json:
                given.json.write_text(json.dumps(figures, indent=2) + "\n")
    print(goals_section(figures).markdown())
    print("result", *(f"{name} {value:.4g}" for name, value in figures.items()))


def whole_thing(given: argparse.Namespace) -> bool:
    """Whether this is no trial and leaves nothing out: only that may replace what the document says."""
    return not given.dry and given.pace >= 1 and list(given.parts) == list(PARTS)


def looped(video: Path | None, folder: Path) -> Path | None:
    """Loop a video so that nobody gets through it."""
    if video is None:
        return None
    (folder / "real").mkdir()
    loop_clip(video, folder / "real" / video.name, CLIP_S)
    return folder / "real" / video.name


def attempt(part: str, setup: Setup) -> tuple[Section, Figures]:
    """Run a part; one that fails is a line in the table, and the others go on."""
    try:
        return PARTS[part](setup)
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the other figures are kept
        traceback.print_exc()
        failed = f"This part failed with {type(error).__name__}."
        return Section(part, (), notes=[failed]), {}


def report(stated: str, sections: list[Section]) -> str:
    """Put what was measured into one text."""
    return "\n".join([stated, "", *(section.markdown() for section in sections)])


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--peers", nargs="*", default=[], help="interpreters that have peers")
    parser.add_argument("--real", type=Path, help="a real 720p video, met by us and the tutorial")
    parser.add_argument(
        "--parts", nargs="+", choices=PARTS, default=list(PARTS), help="which parts"
    )
    parser.add_argument(
        "--pace", type=float, default=1.0, help="less than 1: a trial, not written down"
    )
    parser.add_argument("--dry", action="store_true", help="leave docs/benchmarks.md alone")
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
