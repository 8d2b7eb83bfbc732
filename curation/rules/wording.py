"""How messages name fields and lists."""

from collections.abc import Iterable

_MOST_NAMED = 6


def noun(field: str) -> str:
    """`"start_date"` -> `"start date"`."""
    return field.replace("_", " ")


def joined(names: Iterable[str]) -> str:
    """Names as a sentence lists them; a long list ends in a count.

    >>> joined(["one"]), joined(["one", "two", "three"])
    ('one', 'one, two and three')
    >>> joined(["a", "b", "c", "d", "e", "f", "g", "h"])
    'a, b, c, d, e, f and 2 more'
    """
    names = list(names)
    if len(names) > _MOST_NAMED:
        names[_MOST_NAMED:] = [f"{len(names) - _MOST_NAMED} more"]
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def quoted(text: str, most: int = 80) -> str:
    """Text in quotation marks, cut at `most` characters.

    >>> quoted("A long text", most=6)
    '“A long…”'
    """
    text = " ".join(text.split())
    return f"“{text}”" if len(text) <= most else f"“{text[:most].rstrip()}…”"
