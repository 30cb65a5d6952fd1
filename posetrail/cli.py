"""The command line: finds the commands, turns errors into one line and an exit code."""

from __future__ import annotations

import inspect
import logging
import os
import pkgutil
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial, wraps
from importlib import import_module
from types import FrameType
from typing import Annotated, Any, NoReturn, TextIO, cast, get_type_hints

import typer

from posetrail import commands
from posetrail.commands._options import EXIT_CODE_HELP
from posetrail.version import __version__
from tracker.errors import EXIT_INTERRUPTED, PosetrailError

HELP = """Who is who in a video, where every joint is at every moment, and what each person did when.

Start with [bold]posetrail demo[/bold], then [bold]posetrail run VIDEO[/bold]. Every command explains
itself with --help; --debug shows the traceback of an error.
"""


def _debug(wanted: bool) -> bool:
    if wanted:
        logging.getLogger().setLevel(logging.DEBUG)
    return wanted


Debug = Annotated[
    bool,
    typer.Option(
        "--debug",
        is_eager=True,
        callback=_debug,
        show_default=False,
        help="Show the traceback of an error, and what is being done.",
    ),
]


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
    logging.basicConfig(level=logging.ERROR)
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, partial(_interrupt, _command_of(words) == "run"))
    sys.stdout = cast(TextIO, Outlet(sys.stdout))
    try:
        build_app()(words, prog_name="posetrail")
    except PosetrailError as error:
        if _debugging():
            raise
        _leave(str(error), error.exit_code)
    except Exception as error:
        if _debugging():
            raise
        _leave(f"internal error: {error!r}. Run again with --debug and report what it prints.", 1)
    sys.exit(0)


def build_app() -> typer.Typer:
    """Make the application from the files in ``posetrail/commands``: a ``command`` or ``app`` each."""
    app = typer.Typer(
        help=HELP,
        epilog=EXIT_CODE_HELP,
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
    if not hasattr(module, "app"):
        app.command(name, epilog=getattr(module, "EPILOG", None))(_with_debug(module.command))
        return
    group = typer.Typer(help=module.app.info.help, no_args_is_help=True)
    for command in module.app.registered_commands:
        group.command(command.name)(_with_debug(command.callback))
    app.add_typer(group, name=name)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"posetrail {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version and leave.",
            is_eager=True,
            callback=_print_version,
        ),
    ] = False,
    debug: Debug = False,
) -> None:
    """Take the options that stand before a command; their callbacks do all there is to do."""


def _with_debug(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option --debug, as if it stood among its parameters."""

    @wraps(command)
    def with_debug(debug: bool = False, **options: Any) -> Any:
        return command(**options)

    hints = {**get_type_hints(command, include_extras=True), "debug": Debug}
    flag = inspect.Parameter("debug", inspect.Parameter.KEYWORD_ONLY, default=False)
    parameters = [*inspect.signature(command).parameters.values(), flag]
    typed = [one.replace(annotation=hints[one.name]) for one in parameters]
    with_debug.__annotations__ = hints
    with_debug.__dict__["__signature__"] = inspect.Signature(typed)
    return with_debug


def _command_of(words: Sequence[str]) -> str:
    return next((word for word in words if not word.startswith("-")), "")


def _debugging() -> bool:
    return logging.getLogger().isEnabledFor(logging.DEBUG)


def _interrupt(resumable: bool, _signal: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if resumable:
        raise InterruptedRunError(
            "Interrupted; what was finished is kept.",
            hint="To go on, repeat the same command with --resume added.",
        )
    raise InterruptedRunError("Interrupted.")


def _leave(line: str, code: int) -> NoReturn:
    sys.stderr.write(f"posetrail: {line}\n")
    sys.exit(code)


class Outlet:
    """Standard output whose reader may go, as ``head`` does: the rest of it then goes nowhere.

    The command itself goes on to its end, and its exit code is its own.

    Parameters
    ----------
    stream : TextIO
        Standard output.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, or drop what nobody reads any more."""
        with suppress(BrokenPipeError):
            return self._stream.write(text)
        return self._closed(len(text))

    def flush(self) -> None:
        """Flush, or drop what nobody reads any more."""
        with suppress(BrokenPipeError):
            return self._stream.flush()
        self._closed(0)
        return None

    def _closed(self, written: int) -> int:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)
        return written

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
