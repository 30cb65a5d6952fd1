"""``posetrail eval``: how good the results are. One sub-command per file ``_eval_<name>.py``."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import typer

from posetrail import commands

PREFIX = "_eval_"

app = typer.Typer(
    help="Measure results against ground truth; each ends with one line 'result NAME VALUE ...'.",
    no_args_is_help=True,
)
for _module in pkgutil.iter_modules(commands.__path__):
    if _module.name.startswith(PREFIX):
        _part = import_module(f"posetrail.commands.{_module.name}")
        app.command(_module.name.removeprefix(PREFIX))(_part.command)
