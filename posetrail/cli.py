"""The command line: finds the commands, turns errors into one line and an exit code."""

from __future__ import annotations

import logging
import os
import pkgutil
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import FrameType
from typing import Annotated, NoReturn

import typer

from posetrail import commands
from posetrail.version import __version__
from tracker.errors import EXIT_INTERRUPTED, PosetrailError

HELP = """Who is who in a video, where every joint is at every moment, and what each person did when.

Start with [bold]posetrail demo[/bold], then [bold]posetrail run VIDEO[/bold]. Every command explains
itself with --help; --debug anywhere shows the traceback of an error.
"""


class InterruptedRunError(PosetrailError):
    """The user pressed Ctrl-C."""

    exit_code = EXIT_INTERRUPTED


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after ``posetrail``; by default those of this process.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    logging.basicConfig(level=logging.DEBUG if debug else logging.ERROR)
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, _interrupt)
    try:
        build_app()([word for word in words if word != "--debug"], prog_name="posetrail")
    except PosetrailError as error:
        if debug:
            raise
        _leave(str(error), error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if debug:
            raise
        _leave(f"internal error: {error!r}. Run again with --debug and report what it prints.", 1)
    sys.exit(0)


def build_app() -> typer.Typer:
    """Make the application from the files in ``posetrail/commands``: a ``command`` or ``app`` each."""
    app = typer.Typer(
        help=HELP,
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    for module in pkgutil.iter_modules(commands.__path__):
        if not module.name.startswith("_"):
            _add(app, module.name)
    return app


def _add(app: typer.Typer, name: str) -> None:
    module = import_module(f"posetrail.commands.{name}")
    if hasattr(module, "app"):
        app.add_typer(module.app, name=name)
    else:
        app.command(name)(module.command)


def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", is_eager=True)
    ] = False,
) -> None:
    if version:
        typer.echo(f"posetrail {__version__}")
        raise typer.Exit


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    raise InterruptedRunError(
        "Interrupted; what was finished is kept.", hint="Go on with --resume."
    )


def _leave(line: str, code: int) -> NoReturn:
    sys.stderr.write(f"posetrail: {line}\n")
    sys.exit(code)
