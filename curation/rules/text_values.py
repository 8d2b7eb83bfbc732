"""Whole values that are no proper text: placeholders, cut beginnings, odd capitals."""

import re
from collections.abc import Iterator

from curation.rules.corrections import Slip, corrected
from curation.rules.rule import Confidence, Context, Fix, Found, Rule, Severity
from curation.rules.texts import Texts, texts_of
from trials.record.diff import Change, Operation, part_at, part_to_text, text_at
from trials.record.paths import parse
from trials.record.shape import TrialRecord

_CAMEL = re.compile(r"(?<![\w-])[A-Za-z][a-z]*[A-Z][a-z]+(?![\w])")

_LONG = 100
_MIDDLE = re.compile(
    r"\((?:[a-z]|[ivx]{1,4}|\d{1,2})\)|(?:[2-9]|[1-9]\d)[.)]\s|[a-z]{2,}[ ,;]"
)

_PLACEHOLDER = re.compile(
    r"-+|–|—|\.+|\?+|x{2,}|n/?a|n\.a\.|none|null|nil|tbd|tba|to be determined|unknown"
    r"|not applicable|not available|test",
    re.IGNORECASE,
)
_PLACEHOLDER_LENGTH = len("to be determined")

# Parts that are nothing but a name go with it.
_BARE_PARTS = {"conditions", "keywords", "other_intervention_names", "countries"}


def odd_capitals(record: TrialRecord, context: Context) -> Iterator[Found]:
    """A capital inside a word of a title (“pAtients”) is a slip of the shift key.

    Only where the word in lower case is known; brands such as HeartMate, two words
    grown together, and names such as eHealth are left alone.

    >>> from curation.rules.examples import ExampleWords, found, record
    >>> words = ExampleWords("patients heart mate heartmate health ehealth")
    >>> title = "HeartMate and eHealth in Lymphopenic pAtients"
    >>> found(odd_capitals, record(brief_title=title), words=words)
    “pAtients” has a capital letter inside the word: “Patients”.
    >>> title = "HeartMate and eHealth in mTOR Inhibition"
    >>> found(odd_capitals, record(brief_title=title), words=words)
    """
    texts = texts_of(record)
    related = (item for item in texts.names.items if item[0].endswith("].title"))
    slips = (
        Slip(hit.path, hit.value, hit.start, hit.end, _recased(hit.match[0]))
        for hit in Texts((*texts.titles.items, *related)).hits(_CAMEL)
        if _is_odd(hit.match[0], context)
    )
    yield from corrected(
        slips,
        lambda one: (
            f"“{one.before}” has a capital letter inside the word: “{one.after}”."
        ),
        context,
        Confidence.MEDIUM,
    )


def _is_odd(word: str, context: Context) -> bool:
    is_known = context.words.is_known
    capital = max(place for place, letter in enumerate(word) if letter.isupper())
    head, tail = word[:capital].lower(), word[capital:].lower()
    if not is_known(word.lower()):
        return False
    return not (is_known(tail) and (len(head) == 1 or is_known(head)))


def _recased(word: str) -> str:
    if word[0].isupper() or word[1].isupper():
        return word.capitalize()
    return word.lower()


def starts_mid_sentence(record: TrialRecord, context: Context) -> Iterator[Found]:
    """A long text that starts with “(a)”, a small letter or the number 2 has probably
    lost its beginning.

    >>> from curation.rules.examples import found, record
    >>> text = "(a) Intramuscular administration, or (b) placebo. " + "More text. " * 9
    >>> found(starts_mid_sentence, record(detailed_description=text))
    The text starts in the middle, with “(a)”: its beginning is probably lost.
    >>> found(starts_mid_sentence, record(detailed_description="mTOR " + text))
    """
    for name in ("brief_summary", "detailed_description"):
        text = getattr(record, name)
        match = _MIDDLE.match(text)
        if match is None or len(text) < _LONG:
            continue
        start = match[0].strip(" ,;\n")
        yield Found(
            (name,),
            f"The text starts in the middle, with “{start}”: its beginning is probably "
            "lost.",
            text[:80],
            lines=_first_lines(name, context),
        )


def _first_lines(path: str, context: Context) -> tuple[tuple[int, int], ...]:
    if context.source is None or path not in context.source.lines:
        return ()
    first, _ = context.source.lines[path]
    return ((first, first),)


def placeholder(record: TrialRecord, context: Context) -> Iterator[Found]:
    """“-”, “N/A” or “TBD” fills a field without saying anything; exports count it as a
    value.

    NA as the code of a phase or an allocation is a value, and so is “none” as the only
    exclusion criterion.

    >>> from curation.rules.examples import found, record
    >>> found(placeholder, record(why_stopped="TBD"))
    “TBD” is a placeholder and no value.
    >>> found(placeholder, record(allocation="NA", why_stopped="None enrolled"))
    """
    texts = texts_of(record)
    for path, value in (*texts.all.items, *texts.unknown.items):
        if len(value) > _PLACEHOLDER_LENGTH or not _PLACEHOLDER.fullmatch(value):
            continue
        # “Exclusion criteria: none” says something.
        if not path.startswith("criteria["):
            yield Found(
                (path,),
                f"“{value}” is a placeholder and no value.",
                value,
                Fix(f"Empty “{value}”", (_emptied(record, path, value),), value, ""),
            )
    yield from _dashes(record, context)


def _dashes(record: TrialRecord, context: Context) -> Iterator[Found]:
    """Labels with a dash for a value, which the reader has left out."""
    source = context.source
    if source is None:
        return
    numbers = [n for n, text in enumerate(source.text, 1) if text.endswith(": -")]
    if not numbers:
        return
    paths = {span: path for path, span in source.lines.items()}
    for number in numbers:
        path = paths.get((number, number), "")
        if path and not text_at(record, parse(path)):
            yield Found(
                (path,),
                "The page prints “-” for a value; the field was left empty.",
                source.text[number - 1],
                severity=Severity.NOTE,
            )


def _emptied(record: TrialRecord, path: str, value: str) -> Change:
    parsed = parse(path)
    if parsed.field in _BARE_PARTS:
        part = parsed._replace(part_field="")
        text = part_to_text(part_at(record, parsed))
        return Change(str(part), Operation.DELETE, text)
    return Change(path, Operation.CHANGE, value, "")


RULES = (
    Rule("text.odd-capitals", Severity.NOTE, odd_capitals),
    Rule("text.starts-mid-sentence", Severity.WARNING, starts_mid_sentence),
    Rule("text.placeholder", Severity.WARNING, placeholder),
)
