"""``posetrail doctor``: what this machine has, what is used, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from posetrail.commands._options import JsonFile, ModelsDir

if TYPE_CHECKING:
    from rich.table import Table


def command(
    json_file: JsonFile = None,
    models_dir: ModelsDir = None,
) -> None:
    """Say what this machine has, what is used, and what is missing; time the network."""
    import json

    from posetrail.commands._shown import console
    from posetrail.health import examine
    from posetrail.resources import models_dir as shipped_models
    from tracker.files import written_whole
    from tracker.model_store import ModelStore

    report = examine(ModelStore(shipped_models(), models_dir))
    if json_file is not None:
        with written_whole(json_file) as aside:
            aside.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    shown = console()
    for title, rows in _sections(report).items():
        shown.print(_table(title, rows))
    for note in report["notes"]:
        shown.print(f"note: {note}", soft_wrap=True)
    for problem in report["problems"]:
        shown.print(f"problem: {problem}", soft_wrap=True)
    if report["problems"]:
        raise typer.Exit(1)
    shown.print("All good.")


def _table(title: str, rows: list[tuple[str, str]]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _sections(report: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    versions = [(name, found or "not installed") for name, found in report["versions"].items()]
    models = [
        (model["name"] + (" (default)" if model["default"] else ""), _model(model))
        for model in report["models"]
    ]
    codecs = [
        ("decoders", ", ".join(report["codecs"]["decoders"]) or "none"),
        ("H.264 encoders", ", ".join(report["codecs"]["h264_encoders"]) or "none"),
    ]
    return {
        "Versions": versions,
        "Machine": _machine(report["machine"]),
        "Engines, the preferred first": [(e["name"], _engine(e)) for e in report["engines"]],
        "Networks": models,
        "Video": codecs,
        "The network, timed": _inference(report["inference"]),
    }


def _machine(machine: dict[str, Any]) -> list[tuple[str, str]]:
    features = machine["features"]
    named = ", ".join(features or ["none of those that matter"])
    memory = machine["memory_bytes"]
    return [
        ("system", machine["system"]),
        ("processor", f"{machine['processor']}, {machine['cores']} cores"),
        ("usable cores", str(machine["usable_cores"] or machine["cores"])),
        ("features", "not known on this system" if features is None else named),
        ("memory", f"{memory / 2**30:.1f} GiB" if memory else "not known"),
    ]


def _engine(engine: dict[str, Any]) -> str:
    if engine["version"] is None:
        return "not installed"
    devices, formats = ", ".join(engine["devices"]), ", ".join(engine["formats"])
    return f"{engine['version']}, on {devices}, reads {formats}"


def _model(model: dict[str, Any]) -> str:
    place = f" {model['path']}" if model["path"] else ""
    checked = ", sha256 checked" if model["presence"] in ("shipped", "present") else ""
    return f"{model['presence']}{place}{checked}, {model['licence']}"


def _inference(inference: dict[str, Any] | None) -> list[tuple[str, str]]:
    if inference is None:
        return [("not timed", "the default network is not here")]
    used = f"{inference['engine']} on {inference['device']}, {inference['precision']}"
    rate = inference["frames_per_second"]
    return [
        ("used", f"{inference['network']} in {used}, {inference['streams']} at once"),
        ("speed", f"{rate:.1f} frames/s at {inference['input']} ({1000 / rate:.1f} ms a frame)"),
        ("first frame", f"{inference['first_ms']:.0f} ms"),
    ]
