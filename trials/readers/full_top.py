"""The parts of the page top that come without labels: its arms and its outcomes.

What the numbered sections say (`known`) tells which line is whose: the top prints the
arms as columns whose empty cells are left out, and outcomes as lines that do not say
which is a measure and which a description.
"""

import re
from collections import defaultdict, deque

from trials.readers.full_labels import normal
from trials.readers.full_outline import Lines
from trials.readers.full_print import Print
from trials.readers.full_values import Found, Values
from trials.record.printed import find
from trials.record.vocabulary import ArmType, OutcomeType

LONGEST_MEASURE = 254
"""The registry takes no longer title of an outcome."""

_OUTCOMES = {
    "primary outcome measures": OutcomeType.PRIMARY,
    "secondary outcome measures": OutcomeType.SECONDARY,
    "other outcome measures": OutcomeType.OTHER_PRE_SPECIFIED,
    "other pre-specified outcome measures": OutcomeType.OTHER_PRE_SPECIFIED,
}
_ARM = re.compile(r"arm \d{1,3}")
_COLUMNS = {"arm type": "type", "arm label": "label", "arm description": "description"}


def read_outcomes(print_: Print, lines: Lines, known: list[Values]) -> list[int]:
    """Add the outcomes of the page top; gives the numbers of the heading lines."""
    headings: list[int] = []
    below: list[tuple[OutcomeType, Lines]] = []
    for number, text in lines:
        kind = _OUTCOMES.get(normal(text))
        if kind and kind not in (k for k, _ in below):
            headings.append(number)
            below.append((kind, []))
        elif below:
            below[-1][1].append((number, text))
    for heading, (kind, measures) in zip(headings, below, strict=True):
        same = [part for part in known if part["type"].value == kind]
        _add_outcomes(print_, Found(kind.value, heading, heading, True), measures, same)
    return headings


def _add_outcomes(
    print_: Print, kind: Found, lines: Lines, known: list[Values]
) -> None:
    starts = _starts([text for _, text in lines], known)
    if not known and len(lines) > 1:
        print_.notes.warn(
            kind.first,
            "outcomes",
            "The page does not tell measures from descriptions here; each line was "
            "taken for a measure.",
        )
    groups: list[Lines] = []
    for line, is_start in zip(lines, starts, strict=True):
        if is_start:
            groups.append([])
        groups[-1].append(line)
    for (number, measure), *described in groups:
        part = print_.open("outcomes")
        part["type"] = kind
        part["measure"] = Found(measure, number, number)
        if described:
            part["description"] = _found("description", described)


def _starts(texts: list[str], known: list[Values]) -> list[bool]:
    """For each line, whether it is a measure.

    With the outcomes A (described as a) and B known, the lines A a B give True False
    True, and so do X a B: what stands before a known description is its measure.
    """
    descriptions = [_lines(part, "description") for part in known]
    places: dict[str, deque[int]] = defaultdict(deque)
    for place, part in enumerate(known):
        places[_text(part, "measure")].append(place)
    starts: list[bool] = []
    last, expected = -1, iter(())
    for index, text in enumerate(texts):
        if text == next(expected, None):
            starts.append(False)
            continue
        found = places.get(text)
        while found and found[0] <= last:
            found.popleft()
        after = texts[index + 1] if index + 1 < len(texts) else None
        if found:
            last = found.popleft()
        elif known and last + 1 < len(known) and after in descriptions[last + 1][:1]:
            last += 1
        elif known and starts:
            starts.append(False)
            continue
        is_start = not starts or bool(known) or len(text) <= LONGEST_MEASURE
        starts.append(is_start)
        expected = iter(descriptions[last] if 0 <= last < len(known) else ())
    return starts


def read_arms(
    print_: Print, lines: Lines, known: list[Values]
) -> tuple[list[int], Lines]:
    """Add the arms of the page top; gives the heading lines, and those of no arm.

    The lines `Arm 1`, `Arm 2`, `Arm Label`, `Drug A`, `Placebo` are two arms.
    """
    headings: list[int] = []
    columns: dict[str, Lines] = {}
    rest: Lines = []
    count = 0
    cells = rest
    for number, text in lines:
        name = normal(text)
        field = _COLUMNS.get(name)
        if field and field not in columns:
            headings.append(number)
            cells = columns[field] = []
        elif not columns and _ARM.fullmatch(name):
            headings.append(number)
            count += 1
        else:
            cells.append((number, text))
    arms: list[Values] = [{} for _ in range(max(count, len(known)))]
    for field, cells in columns.items():
        shared = _share(field, cells, count, known)
        if shared is None:
            rest += cells
            continue
        for arm, cell in zip(arms, shared, strict=False):
            if cell:
                arm[field] = _found(field, cell)
    print_.parts["arms"] += [arm for arm in arms if arm]
    return headings, rest


def _share(
    field: str, lines: Lines, count: int, known: list[Values]
) -> list[Lines] | None:
    """The lines of a column by arm; None where nothing tells whose they are."""
    cells: list[Lines] = []
    at = 0
    texts = [_coded(field, text) for _, text in lines]
    for part in known:
        wanted = _lines(part, field)
        is_there = texts[at : at + len(wanted)] == wanted
        cells.append(lines[at : at + len(wanted)] if is_there else [])
        at += len(cells[-1])
    if at == len(lines):
        return cells
    return [[line] for line in lines] if len(lines) == count else None


def _found(field: str, cell: Lines) -> Found:
    text = "\n".join(_coded(field, text) for _, text in cell)
    return Found(text, cell[0][0], cell[-1][0])


def _coded(field: str, text: str) -> str:
    code = find(ArmType, text) if field == "type" else None
    return str(code) if code else text


def _text(part: Values, field: str) -> str:
    return str(part[field].value) if field in part else ""


def _lines(part: Values, field: str) -> list[str]:
    return _text(part, field).split("\n") if field in part else []
