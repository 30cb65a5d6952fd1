"""What a run prints when it is done."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from classifiers.actions import FALL
from posetrail.resources import shipped_configs
from posetrail.run_folder import Run
from posetrail.summary_counts import counts_table
from posetrail.summary_falls import falls_table
from tracker.errors import PosetrailError


def print_summary(run: Run, console: Console | None = None) -> None:
    """Print people, seconds, speed, actions, warnings and where the files are.

    Parameters
    ----------
    run : Run
        A finished run.
    console : rich.console.Console, optional
        Where to print; by default standard output.
    """
    console = console or Console(soft_wrap=True, highlight=False)
    info = run.info
    counts = info["counts"]
    console.print(
        f"[bold]{escape(str(info['source']['path']))}[/bold]: "
        f"{counts['people']} {'person' if counts['people'] == 1 else 'people'} "
        f"in {counts['frames']} frames ({counts['seconds']:.1f} s), {_took(info)}"
    )
    _print_looks(info, console)
    _print_tracking(info["config"].get("tracking", {}), console)
    for done in info.get("edits_done", []):
        console.print(f"  edit: {escape(done)}")
    _print_names(run, console)
    print_actions(run, console)
    for warning in info["warnings"]:
        console.print(f"  [yellow]warning:[/yellow] {escape(warning)}")
    console.print(f"  results in {escape(str(run.folder))}{os.sep}: {', '.join(_files(run))}")


def print_nothing_done(run: Run) -> None:
    """Say that a run that was to go on was finished before."""
    Console(soft_wrap=True, highlight=False).print(
        f"[bold]{escape(str(run.info['source']['path']))}[/bold]: already finished; nothing was done\n"
        f"  results in {escape(str(run.folder))}{os.sep}: {', '.join(_files(run))}"
    )


def print_failure(path: Path, error: PosetrailError) -> None:
    """Say on standard error why a source of several was not processed."""
    Console(stderr=True, soft_wrap=True, highlight=False).print(
        f"[red]failed:[/red] {escape(str(path))}: {escape(str(error))}"
    )


def _took(info: Mapping[str, Any]) -> str:
    """Say how long the last work took: the whole run, or the tracking after it."""
    again = info["timings"].get("track_again_s")
    if again is not None:
        return f"tracked in {again:.1f} s"
    speed = info["frames_per_second"]
    return f"{info['timings']['wall_s']:.1f} s" + (
        "" if speed is None else f" at {speed:.1f} frames/s"
    )


def _print_looks(info: Mapping[str, Any], console: Console) -> None:
    """Say of how many frames the network answers, where flow carried people through others."""
    looks, frames = info.get("looks", {}), info["counts"]["frames"]
    if looks.get("step", 1) > 1:
        console.print(
            f"  the network looked at {frames - looks['flow_frames']} of {frames} frames, "
            "optical flow carried people through the others"
        )


def _print_tracking(tracking: Mapping[str, Any], console: Console) -> None:
    """Say what was asked for when people were tracked: a run keeps to it when it is tracked again."""
    if tracking.get("online"):
        console.print(
            "  people were followed live: looking only back (posetrail track RUN --no-online: in hindsight)"
        )
    kept = {"people": "the people who matter most", "roi": "those in the region"}
    asked = [key for key in kept if tracking.get(key) is not None]
    if asked:
        words = " and ".join(kept[key] for key in asked)
        back = " ".join(f"--set tracking.{key}=null" for key in asked)
        command = f"posetrail track RUN {back}"
        console.print(f"  only {words} are kept (everybody again: {command})")


def _print_names(run: Run, console: Console) -> None:
    if run.names:
        named = ", ".join(f"{person} is {name}" for person, name in sorted(run.names.items()))
        console.print(f"  {escape(named)}")


def print_actions(run: Run, console: Console) -> None:
    """Print the falls, one by one, and how often everybody did everything else."""
    if run.info["config"]["actions"]["model"] is None:
        names = ", ".join(shipped_configs())
        console.print(f"  no actions were named; configurations for --config: {names}")
        return
    if run.info["config"]["actions"].get("live"):
        console.print(
            "  actions were named live: looking only back (posetrail predict RUN --no-live: whole tracks)"
        )
    actions = run.actions_table
    if actions.empty:
        console.print("  no actions found")
        return
    falls = actions[actions["label"] == FALL]
    if len(falls):
        console.print(falls_table(run, falls))
    actions = actions[actions["label"] != FALL]
    if len(actions):
        console.print(counts_table(run, actions))
    _print_hands(run.info.get("hands", {}), console)


def _print_hands(hands: Mapping[str, str], console: Console) -> None:
    """Say who was taken for left-handed: that is a guess, and it decides which stroke is which."""
    left = [person for person, hand in hands.items() if hand == "left"]
    if left:
        console.print(
            f"  taken for left-handed: {', '.join(left)} "
            "(if nobody is: posetrail predict RUN --set actions.handedness=right)"
        )


def _files(run: Run) -> list[str]:
    tables = (run.tracks_csv_path, run.people_list_path, run.people_path, run.actions_path)
    paths = (*tables, run.video_path, run.json_path)
    return [path.name + ("/" if path.is_dir() else "") for path in paths if path.exists()]
