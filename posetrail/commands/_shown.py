"""Tables that people read, on a terminal and in a pipe."""

from __future__ import annotations

from rich.console import Console

#: Where there is no terminal nothing is folded: paths stay whole for grep and for eyes.
PIPED_WIDTH = 400


def console() -> Console:
    """Give the console for standard output; in a pipe it is wide and plain."""
    shown = Console()
    if shown.is_terminal:
        return shown
    return Console(width=PIPED_WIDTH, color_system=None)
