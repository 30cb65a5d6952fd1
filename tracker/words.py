"""Words that users choose, names and labels: they go into tables, pictures and onto the terminal."""

from __future__ import annotations

import unicodedata

#: Characters of a name or a label at most.
LONGEST = 100
#: Categories of Unicode that none has: control, half characters, ends of lines.
UNFIT = frozenset({"Cc", "Cs", "Zl", "Zp"})


def fits(word: str) -> bool:
    """Tell whether a word is there, short enough, and on one line."""
    return 0 < len(word) <= LONGEST and not any(
        unicodedata.category(letter) in UNFIT for letter in word
    )
