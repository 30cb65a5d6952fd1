"""What training leaves: a model, its card, its report and the pictures in it."""

from __future__ import annotations

from pathlib import Path

from classifiers.training_report import report_text, result_values
from posetrail.pictures.charts import bar_chart, confusion_chart, write_picture
from posetrail.training import Trained
from tracker.errors import OutputError
from tracker.files import output_error, written_whole

_MOST_BARS = 20


def output_paths(output: Path) -> tuple[Path, Path]:
    """Give the model's text and the folder of its report.

    Raises
    ------
    OutputError
        If the name has a dot that is not ``.txt``: the model's files would get other names.
    """
    stem = output.with_suffix("") if output.suffix == ".txt" else output
    if stem.suffix or not stem.name:
        raise OutputError(
            f"A model cannot be called {output.name!r}.", hint="Use a name without dots."
        )
    return stem.with_suffix(".txt"), stem.with_name(f"{stem.name}-report")


def check_output(output: Path, *, overwrite: bool) -> Path:
    """Refuse an output that would be lost or cannot be written, before anything is learnt.

    Returns
    -------
    Path
        The model's text.

    Raises
    ------
    OutputError
        If the model is there already, or its folder cannot be written.
    """
    text, _ = output_paths(output)
    if text.exists() and not overwrite:
        raise OutputError(f"{text} exists already.", hint="Use --overwrite or another --output.")
    probe = text.with_name(f".{text.stem}.probe")
    try:
        text.parent.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise output_error(text, error) from error
    return text


def write_trained(trained: Trained, output: Path) -> list[Path]:
    """Write report, card and model, each whole, the model last.

    Returns
    -------
    list of Path
        The model's text and the report.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    text, folder = output_paths(output)
    facts = trained.facts
    report = report_text(facts)
    if facts.judged is not None:
        found = facts.judged.labels
        chart = confusion_chart(found.classes, found.confusion)
        write_picture(folder / "confusion.png", chart)
    shares = dict(list(facts.importance.items())[:_MOST_BARS])
    write_picture(folder / "importance.png", bar_chart(shares))
    _write_text(folder / "report.md", report)
    _write_text(text.with_suffix(".md"), _card_text(trained, folder.name))
    trained.model.save(text)
    return [text, folder / "report.md"]


def _write_text(path: Path, text: str) -> None:
    with written_whole(path) as aside:
        aside.write_text(text, encoding="utf-8")


def _card_text(trained: Trained, report: str) -> str:
    card, facts = trained.model.card, trained.facts
    values = ", ".join(
        f"{name} {value:.3f}" if isinstance(value, float) else f"{name} {value}"
        for name, value in result_values(facts).items()
    )
    source = card.sources[0]
    return (
        f"# {card.name}\n\n"
        f"Tells {', '.join(card.classes)} from windows of {card.window.window_s:g} s of one person's "
        f"{len(card.joints)} joints. Made by posetrail {card.version}: `{facts.command}`.\n\n"
        f"{facts.split}\n\n{values}. The whole report: {report}/report.md.\n\n"
        f"Data: {source.name} ({source.recordings} people); {source.terms}.\n"
    )
