"""``posetrail demo``: a rendered rally through the main job, compared with the known truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from posetrail.commands._options import JsonFile, ModelsDir, Overwrite

if TYPE_CHECKING:
    from posetrail.demo.truth import Comparison


def command(
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="DIR", help="Where the clip and the results go."),
    ] = Path("runs/demo"),
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help="Which rally: another number, another one.")
    ] = 0,
    overwrite: Overwrite = False,
    models_dir: ModelsDir = None,
    json_file: JsonFile = None,
) -> None:
    """Draw two people playing tennis, find them, and say how far that is from the truth.

    The clip is drawn by posetrail itself, so every joint and every identity is known. It then goes
    the way of any video: [bold]posetrail run rally.mp4 --config tennis[/bold].
    """
    from posetrail.demo.job import play
    from posetrail.progress import reporter_for
    from posetrail.summary import print_summary

    with reporter_for("demo") as reporter:
        demo = play(output, reporter, seed=seed, overwrite=overwrite, models_dir=models_dir)
    print_summary(demo.run)
    figures = _figures(demo.comparison)
    _explain(demo.comparison, demo.clip)
    typer.echo("result " + " ".join(f"{name} {_number(value)}" for name, value in figures.items()))
    if json_file is not None:
        _write(json_file, figures)


def _figures(comparison: Comparison) -> dict[str, float]:
    return {
        "found": min(comparison.found.values()),
        **{f"found_{person}": share for person, share in comparison.found.items()},
        "error_torsos": comparison.error,
        "id_switches": comparison.id_switches,
    }


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.4f}"


def _explain(comparison: Comparison, clip: Path) -> None:
    typer.echo(f"  the clip: {clip}")
    names = {1: "near player", 2: "far player"}
    for person, share in comparison.found.items():
        ids = ", then ".join(map(str, comparison.known_as.get(person, [])))
        who = (
            f"{names.get(person, person)} (person {ids} above)"
            if ids
            else names.get(person, person)
        )
        typer.echo(f"  {who}: found in {share:.1%} of the frames")
    typer.echo(f"  joints: half of them within {comparison.error:.3f} torso lengths of the truth")
    typer.echo(f"  identities: {comparison.id_switches} switches")
    typer.echo("  strokes: not compared; the truth holds joints and identities only")


def _write(path: Path, figures: dict[str, float]) -> None:
    from tracker.files import written_whole

    with written_whole(path) as aside:
        aside.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
