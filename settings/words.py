"""Words that messages list or suggest."""

import difflib
from collections.abc import Iterable, Sequence


def near(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is meant by a misspelled one, if one is close enough."""
    lower = {each.lower(): each for each in known}
    found = difflib.get_close_matches(word.lower(), lower, n=1)
    return lower[found[0]] if found else None


def one_of(words: Sequence[str]) -> str:
    """Return words as a sentence lists them."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
