"""The report of a training: what was learnt, how it was judged, what to believe and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.comparison import Comparison
from classifiers.evaluation import EventScores, Scores, scores, wilson_interval
from classifiers.judging import NOT_SEEN, Judged
from classifiers.learning import LearningSettings
from classifiers.recordings import Recording

_MOST_GROUPS = 30


@dataclass(frozen=True)
class ReportFacts:
    """What a report is made of.

    Parameters
    ----------
    name : str
        The model's.
    command : str
        The command that made it.
    version : str
        Of posetrail.
    split : str
        How was judged, in words; why not, where ``judged`` is None.
    judged : Judged or None
        The figures.
    time_split : float or None
        The share of each video that was learnt from, where that split was declared.
    group_by : str
        What a group is: video, person, or a column of the labels.
    recordings : sequence of Recording
        What was learnt from, with background stretches.
    undecided : int
        Labels that nobody has decided on.
    settings : LearningSettings
        How was learnt.
    importance : mapping of str to float
        Share of each feature, largest first.
    notes : sequence of str
        What the user should know.
    """

    name: str
    command: str
    version: str
    split: str
    judged: Judged | None
    time_split: float | None
    group_by: str
    recordings: Sequence[Recording]
    undecided: int
    settings: LearningSettings
    importance: Mapping[str, float]
    notes: Sequence[str]


def report_text(facts: ReportFacts) -> str:
    """Write the report as Markdown."""
    parts = [
        f"# Report of the action model {facts.name}",
        f"posetrail {facts.version}, `{facts.command}`.",
        *_learnt(facts),
        "## How it was judged",
        facts.split,
        *(_figures(facts, facts.judged) if facts.judged is not None else []),
        *_lacking(facts),
        *_looked_at(facts),
        *(["## Notes", *(f"- {note}" for note in facts.notes)] if facts.notes else []),
    ]
    return "\n\n".join(parts) + "\n"


def result_values(facts: ReportFacts) -> dict[str, float | int]:
    """Give the values of the result line; no figure where nothing was judged."""
    own = [label for each in facts.recordings for label in each.labels]
    background = facts.settings.background.label
    groups = len({each.group for each in facts.recordings if each.labels})
    judged = facts.judged
    if judged is None:
        labels = sum(label.label != background for label in own)
        return {"labels": labels, "groups": groups}
    return {
        "accuracy": judged.accuracy,
        "macro_f1": judged.labels.macro_f1,
        "event_f1": judged.comparison.found(chosen_tolerance(facts.settings)).f1,
        "majority": judged.majority_accuracy,
        "n": int(judged.own.sum()),
        "groups": groups,
        **({"time_split": facts.time_split} if facts.time_split is not None else {}),
    }


def chosen_tolerance(settings: LearningSettings) -> float:
    """Give the tolerance that the result line speaks of, in seconds."""
    ordered = sorted(settings.tolerances_s)
    return ordered[min(1, len(ordered) - 1)]


def too_few(facts: ReportFacts) -> list[str]:
    """Say for each class with too little data how much more it needs."""
    lines = []
    for name, labels, groups in _counts(facts):
        if name == facts.settings.background.label:
            continue
        more, more_groups = facts.settings.enough - labels, facts.settings.enough_groups - groups
        wanted = []
        if more > 0:
            wanted.append(f"labels: {more} more")
        if more_groups > 0:
            wanted.append(f"{facts.group_by}s: {more_groups} more")
        if wanted:
            found = f"{name}: labels {labels}, {facts.group_by}s {groups}"
            lines.append(f"{found}; wanted: {', '.join(wanted)}")
    return lines


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table in Markdown; a bar in a cell does not end it."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(
        "| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def class_table(found: Scores) -> str:
    """Write precision, recall, F1 and n of each class in Markdown."""
    measures = zip(found.precision, found.recall, found.f1, found.count, strict=True)
    rows = [
        [name, *(f"{value:.3f}" for value in shares), str(n)]
        for name, (*shares, n) in zip(found.classes, measures, strict=True)
    ]
    return markdown_table(["class", "precision", "recall", "F1", "n"], rows)


def confusion_table(found: Scores) -> str:
    """Write the confusion matrix in Markdown: rows are true, columns what was found."""
    rows = [
        [f"**{name}**", *(str(cell) for cell in found.confusion[i])]
        for i, name in enumerate(found.classes)
    ]
    return markdown_table(["true \\ found", *found.classes], rows)


def event_table(comparison: Comparison) -> str:
    """Write precision, recall and F1 of events at each tolerance in Markdown."""
    rows = []
    for tolerance, by_class in comparison.events.items():
        each = {**by_class, "all": comparison.found(tolerance)}
        rows += [[f"{tolerance:g} s", name, *_event_cells(found)] for name, found in each.items()]
    header = ["tolerance", "class", "precision", "recall", "F1", "true", "found"]
    return markdown_table(header, rows)


def _event_cells(found: EventScores) -> list[str]:
    shares = (found.precision, found.recall, found.f1)
    return [*(f"{share:.3f}" for share in shares), str(found.true), str(found.predicted)]


def _learnt(facts: ReportFacts) -> list[str]:
    rows = [[name, str(labels), str(groups)] for name, labels, groups in _counts(facts)]
    header = ["class", "labels", f"{facts.group_by}s"]
    background, settings = facts.settings.background, facts.settings
    declared = (
        f"`{background.label}` is time of labelled people that nobody labelled, in stretches of "
        f"{settings.window.window_s:g} s at least {background.clear_s:g} s away from labels, at most "
        f"{background.ratio:g} for each label. That is right only where everything was labelled; "
        "otherwise `--no-background`."
    )
    if background.label not in {row[0] for row in rows}:
        declared = (
            "Unlabelled time teaches nothing: none was wanted, or there is none between labels."
        )
    undecided = f"{facts.undecided} rows labelled `?` were left out." if facts.undecided else ""
    return [
        "## What was learnt",
        markdown_table(header, rows),
        " ".join(filter(None, [declared, undecided])),
    ]


def _figures(facts: ReportFacts, judged: Judged) -> list[str]:
    majority = scores(judged.truth, judged.majority)  # of the same labels as judged.labels
    own = int(judged.own.sum())
    right = int((judged.truth == judged.told)[judged.own].sum())
    low, high = wilson_interval(right, own)
    tolerance = chosen_tolerance(facts.settings)
    rows = [
        ["labels told right", f"{judged.accuracy:.3f}", f"{judged.majority_accuracy:.3f}"],
        ["macro-F1 of labels", f"{judged.labels.macro_f1:.3f}", f"{majority.macro_f1:.3f}"],
        [
            f"F1 of events within {tolerance:g} s",
            f"{judged.comparison.found(tolerance).f1:.3f}",
            "0.000",
        ],
    ]
    return [
        markdown_table(["", "this model", "always the commonest class"], rows),
        f"n = {own} labels; 95 % interval of the first line {low:.3f} to {high:.3f} if labels "
        "were independent, which labels of one group are not.",
        *_spread(judged),
        "## Label by label",
        "Each label once, by the mean of its windows; so is each stretch of background. "
        f"`{NOT_SEEN}` is what shows too little of its person: it counts as wrong.",
        class_table(judged.labels),
        confusion_table(judged.labels),
        "![confusion matrix](confusion.png)",
        "## Moment by moment",
        "The whole tracks of the judged people, frame by frame.",
        class_table(judged.comparison.in_time),
        "## Event by event",
        "A found event is right where its middle is near the middle of a label of its class.",
        event_table(judged.comparison),
    ]


def _spread(judged: Judged) -> list[str]:
    groups = judged.accuracy_by(judged.group)
    by_fold = len(groups) > _MOST_GROUPS
    each = judged.accuracy_by(judged.fold) if by_fold else groups
    values = np.array([accuracy for accuracy, _ in each.values()])
    kind = "fold" if by_fold else "group"
    rows = [[name, f"{accuracy:.3f}", str(n)] for name, (accuracy, n) in each.items()]
    words = (
        f"{len(groups)} groups. Labels told right by {kind}: mean {values.mean():.3f}, standard "
        f"deviation {values.std():.3f}, lowest {values.min():.3f}, highest {values.max():.3f}."
    )
    return [words, markdown_table([kind, "labels told right", "n"], rows)]


def _lacking(facts: ReportFacts) -> list[str]:
    lines = too_few(facts)
    if not lines:
        return []
    return ["## Too little data", "\n".join(f"- {line}" for line in lines)]


def _looked_at(facts: ReportFacts) -> list[str]:
    shares = list(facts.importance.items())[:20]
    rows = [[f"`{name}`", f"{share:.1%}"] for name, share in shares]
    return [
        "## What the model looks at",
        "Share of the loss that splits on a feature took away; places in torso lengths from the neck, "
        "`_t00` is the window's first sample.",
        markdown_table(["feature", "share"], rows),
        "![feature importance](importance.png)",
    ]


def _counts(facts: ReportFacts) -> list[tuple[str, int, int]]:
    """Count labels and groups of each class."""
    pairs = [(label.label, each.group) for each in facts.recordings for label in each.labels]
    names = sorted({name for name, _ in pairs})
    return [
        (
            name,
            sum(other == name for other, _ in pairs),
            len({group for other, group in pairs if other == name}),
        )
        for name in names
    ]
