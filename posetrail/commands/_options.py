"""Options that several commands share, each described once; nothing heavy is imported here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from posetrail.resources import shipped_configs
from tracker.clock import seconds_of
from tracker.errors import EXIT_CODES
from tracker.plugins import plugin_names

#: Panels of the help.
SOURCE = "What to process"
POSE = "Poses"
PEOPLE = "People and actions"
RESULT = "Results"

_CONFIGS = ", ".join(shipped_configs())
_ENGINES = ", ".join(plugin_names("tracker.engines"))
FORMATS = ", ".join(plugin_names("tracker.formats"))


def _config_option(without: str) -> Any:
    return typer.Option(
        "--config",
        "-c",
        metavar="NAME|PATH",
        rich_help_panel=PEOPLE,
        help=f"A shipped configuration ({_CONFIGS}) or a YAML file; without it {without}.",
    )


ConfigName = Annotated[str | None, _config_option("no actions are named")]
RunsOwnConfigName = Annotated[str | None, _config_option("a run's own is used again")]
Assignments = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        rich_help_panel=PEOPLE,
        help="Set one key of the configuration, e.g. tracking.patience_s=2. May stand several times.",
    ),
]
People = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=1, rich_help_panel=PEOPLE, help="Keep the N people that matter most."
    ),
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", rich_help_panel=RESULT, help="Replace what is there.")
]
Draw = Annotated[
    str | None,
    typer.Option(
        metavar="LIST",
        rich_help_panel=RESULT,
        help="What to draw, of skeleton,id,trail,action,angles.",
    ),
]
PoseModel = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|PATH",
        rich_help_panel=POSE,
        help="The network (posetrail models list); fetched once where it is not present.",
    ),
]
Height = Annotated[
    str | None,
    typer.Option(
        metavar="N|native",
        rich_help_panel=POSE,
        help="Input height of the network (default 368). Larger finds smaller people, at a cost.",
    ),
]
Zoom = Annotated[
    str | None,
    typer.Option(
        metavar="auto|off",
        rich_help_panel=POSE,
        help="auto: small people are looked at again, enlarged: finds who is far away, at half more cost.",
    ),
]
Skip = Annotated[
    str | None,
    typer.Option(
        metavar="auto|N",
        rich_help_panel=POSE,
        help="The network looks at every N-th frame, optical flow carries people in between (default 1).",
    ),
]
EngineName = Annotated[
    str | None,
    typer.Option(metavar="NAME", rich_help_panel=POSE, help=f"auto, {_ENGINES}."),
]
Device = Annotated[
    str | None,
    typer.Option(metavar="NAME", rich_help_panel=POSE, help="auto, cpu, gpu, cuda or cuda:N."),
]
Precision = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", rich_help_panel=POSE, help="auto, float32, bfloat16, float16 or int8."
    ),
]
ModelsDir = Annotated[
    Path | None,
    typer.Option(
        "--models-dir",
        metavar="DIR",
        rich_help_panel=POSE,
        help="Folder of networks (default: $POSETRAIL_MODELS, else the user's cache).",
        show_default=False,
    ),
]
JsonFile = Annotated[
    Path | None,
    typer.Option(
        "--json", metavar="FILE", rich_help_panel=RESULT, help="Write the figures there too."
    ),
]

#: What a command that runs the main job says below its options.
EXIT_CODE_HELP = "Exit codes: 0 done, " + ", ".join(
    f"{code} {meaning}" for code, meaning in EXIT_CODES.items()
)


def clock_time(text: str) -> float:
    """Read the time of an option: seconds, or minutes and seconds with a colon."""
    try:
        return seconds_of(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no time: give seconds, as 65, or 1:05.") from None


def split_drawings(draw: str | None) -> tuple[str, ...] | None:
    """Read the list of `Draw`; None where it was not given."""
    return None if draw is None else tuple(part.strip() for part in draw.split(",") if part.strip())
