"""``posetrail models``: which pose networks there are, and where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from posetrail.commands._options import ModelsDir

if TYPE_CHECKING:
    from tracker.model_store import ModelStore

app = typer.Typer(help="List, fetch and find pose networks.", no_args_is_help=True)


@app.command("list")
def list_models(models_dir: ModelsDir = None) -> None:
    """List the networks, and whether they are here."""
    from rich import box
    from rich.table import Table

    from posetrail.commands._shown import console

    store = _store(models_dir)
    table = Table("network", "", "here", "format", "licence", "where from", box=box.SIMPLE)
    for network in store.manifest.values():
        default = "default" if network.name == store.manifest.default else ""
        path = store.where(network)
        place = str(path) if path else str(network.source or "")
        table.add_row(
            network.name,
            default,
            str(store.presence(network)),
            network.format,
            network.licence,
            place,
        )
    console().print(table)


@app.command("fetch")
def fetch_model(
    name: Annotated[str, typer.Argument(help="A network of the list.")] = "default",
    again: Annotated[
        bool, typer.Option("--again", help="Fetch it even if it is here, for one that is damaged.")
    ] = False,
    models_dir: ModelsDir = None,
) -> None:
    """Fetch a network once, check it, and keep it."""
    from posetrail.fetch_progress import fetch_progress
    from posetrail.progress import reporter_for

    store = _store(models_dir)
    network = store.network(name)
    with reporter_for("posetrail") as reporter:
        path = store.fetch(network, fetch_progress(reporter, network.name), again=again)
    typer.echo(f"{network.name}: {path}")


@app.command("where")
def where_is_model(
    name: Annotated[
        str | None, typer.Argument(help="A network; without it, the models folder.")
    ] = None,
    models_dir: ModelsDir = None,
) -> None:
    """Print the path of a network's file, or of the models folder."""
    from tracker.errors import ModelError

    store = _store(models_dir)
    if name is None:
        typer.echo(str(store.models_dir))
        return
    network = store.network(name)
    path = store.where(network)
    if path is None:
        hint = f"posetrail models fetch {network.name}"
        raise ModelError(f"The network {network.name} is not here.", hint=f"Fetch it: {hint}")
    typer.echo(str(path))


def _store(models_dir: Path | None) -> ModelStore:
    from posetrail.resources import models_dir as shipped_models
    from tracker.model_store import ModelStore

    return ModelStore(shipped_models(), models_dir)
