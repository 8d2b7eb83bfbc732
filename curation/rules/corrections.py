"""Findings that put other letters in place of some: the same slip is one finding.

A slip at several places of a record, such as “mm3” in four criteria, is one fact: one
finding with all its places, whose fix replaces each.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from curation.rules.rule import Confidence, Context, Fix, Found
from curation.rules.texts import Hit
from trials.readers import Span
from trials.record.diff import Change, Operation

MAX_SNIPPET = 60
"""Letters of a text that a finding quotes at most."""


class Slip(NamedTuple):
    """`value[start:end]` at `path`, and what should stand there (None: not known)."""

    path: str
    value: str
    start: int
    end: int
    after: str | None

    @property
    def before(self) -> str:
        return self.value[self.start : self.end]


def slip(hit: Hit, after: str | None) -> Slip:
    """A slip where `hit` is, from the start of its first word to its last one's end.

    A person reads “baseline .” → “baseline.”, not “ .” → “.”.
    """
    value, start, end = hit.value, hit.start, hit.end
    first = _word_start(value, start)
    last = _word_end(value, end)
    whole = None if after is None else value[first:start] + after + value[end:last]
    return Slip(hit.path, value, first, last, whole)


def _word_start(value: str, place: int) -> int:
    limit = max(place - MAX_SNIPPET // 2, 0)
    while place > limit and not value[place - 1].isspace():
        place -= 1
    return place


def _word_end(value: str, place: int) -> int:
    limit = min(place + MAX_SNIPPET // 2, len(value))
    while place < limit and not value[place].isspace():
        place += 1
    return place


def corrected(
    slips: Iterable[Slip],
    message: str | Callable[[Slip], str],
    context: Context,
    confidence: Confidence = Confidence.HIGH,
) -> Iterator[Found]:
    """One finding for each different slip, with a sentence or what makes it."""
    groups: dict[tuple[str, str | None], list[Slip]] = {}
    for one in slips:
        groups.setdefault((one.before, one.after), []).append(one)
    for (before, after), same in groups.items():
        places = f" ({len(same)} places)" if len(same) > 1 else ""
        fix = None
        if after is not None:
            label = f"Replace “{before}” by “{after}”{places}"
            fix = Fix(label, changes(same), before, after, confidence)
        paths = tuple(dict.fromkeys(one.path for one in same))
        sentence = message if isinstance(message, str) else message(same[0])
        yield Found(paths, sentence, before, fix, lines(paths, (before,), context))


def changes(slips: Iterable[Slip]) -> tuple[Change, ...]:
    """One change for each path, with all its slips put right."""
    by_path: dict[str, list[Slip]] = {}
    for one in slips:
        by_path.setdefault(one.path, []).append(one)
    result = []
    for path, same in by_path.items():
        old, parts, end = same[0].value, [], 0
        for one in sorted(same, key=lambda one: one.start):
            parts += old[end : one.start], one.after
            end = one.end
        new = "".join(parts) + old[end:]
        result.append(Change(path, Operation.CHANGE, old, new))
    return tuple(result)


def lines(
    paths: Iterable[str], snippets: tuple[str, ...], context: Context
) -> tuple[Span, ...]:
    """The source lines of `paths` that show a snippet, second prints included.

    Where no line of a value shows it, all its lines count: the page may print an escape
    or break the line there.
    """
    source = context.source
    if source is None:
        return ()

    def shows(text: str) -> bool:
        return any(snippet in text for snippet in snippets)

    wanted = set(paths)
    spans = [source.lines[path] for path in wanted if path in source.lines]
    spans += [
        (repeat.first_line, repeat.last_line)
        for repeat in source.repeats
        if repeat.path in wanted and (repeat.value is None or shows(repeat.value))
    ]
    result = set()
    for first, last in spans:
        numbers = range(first, last + 1)
        shown = [n for n in numbers if shows(source.text[n - 1])]
        result.update(((n, n) for n in shown) if shown else [(first, last)])
    return tuple(sorted(result))
