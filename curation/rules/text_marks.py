"""Characters that a page or a copy has spoilt, or that look alike."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from unicodedata import normalize

from curation.rules.corrections import Slip, changes, corrected, lines, slip
from curation.rules.rule import Context, Fix, Found, Rule, Severity
from curation.rules.texts import Hit, Texts, texts_of
from trials.record.shape import TrialRecord

_MICRO, _MU = "\u00b5", "\u03bc"
_MICRO_UNIT = re.compile(f"{_MICRO}\\w*")

_ESCAPE = re.compile(r"\\[!-/:-@\[-`{-~]")

# What bytes of UTF-8 look like where each was taken for a letter of Windows-1252.
_MOJIBAKE = re.compile(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013-\u2026\u2030\u2039\u203a\u20ac\u2122]{2,}|\ufffd"
)
_MOJIBAKE_FIRST = frozenset(map(chr, range(0xC2, 0xF5))) | {"\ufffd"}
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}|#[0-9]{2,7}|#[xX][0-9A-Fa-f]{2,6});")
_LOST_SIGN = re.compile(r"(?<![^\s(])\?[ ]?\d")
_QUOTES = re.compile("[\u2018-\u201d]")
_PLAIN_QUOTES = str.maketrans("\u2018\u2019\u201a\u201b\u201c\u201d", "''''\"\"")
_INVISIBLE = re.compile("[\u00a0\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_FULLWIDTH = re.compile("[\uff01-\uff5e\uffe0-\uffe6\u3000]")
_POWER = re.compile(r"m[23](?![\w-])")
_METRE_PREFIXES = frozenset("mcdkµμ")
_POWERS = str.maketrans("23", "²³")


def micro_sign(record: TrialRecord, context: Context) -> Iterator[Found]:
    """Micro sign and Greek mu look alike and are two characters (U+00B5, U+03BC): where
    a record mixes them, a search for “μg” finds a part of its doses.

    The Unicode Standard's compatibility form (NFKC) of both is U+03BC.

    >>> from curation.rules.examples import found, record
    >>> found(micro_sign, record("I 10 \u00b5g daily | E More than 20 \u03bcg"))
    The micro sign is “µ” (U+00B5) in 1 place and “μ” (U+03BC) elsewhere.
    >>> found(micro_sign, record("I 10 \u00b5g daily | E More than 20 \u00b5g"))
    """
    texts = texts_of(record).all
    others = _second_prints(context)
    if not {_MICRO, _MU} <= texts.signs.union(*others.values()):
        return
    slips = [
        Slip(hit.path, hit.value, hit.start, hit.start + 1, _MU)
        for hit in texts.hits(_MICRO_UNIT)
    ]
    with_sign = [path for path, value in texts.items if _MU in value]
    paths = tuple(dict.fromkeys((*(one.path for one in slips), *with_sign, *others)))
    places = _places(slips)
    fix = Fix(f"Write “{_MU}” in {places}", changes(slips), _MICRO, _MU)
    yield Found(
        paths,
        f"The micro sign is “{_MICRO}” (U+00B5) in {places} and “{_MU}” (U+03BC) "
        "elsewhere.",
        " ".join(sorted({hit.match[0] for hit in texts.hits(_MICRO_UNIT)})),
        fix if slips else None,
        lines(paths, (_MICRO, _MU), context),
    )


def _second_prints(context: Context) -> dict[str, str]:
    """Path -> what the page prints there at another place, where that has a sign."""
    repeats = context.source.repeats if context.source else ()
    return {
        repeat.path: repeat.value
        for repeat in repeats
        if repeat.value and (_MICRO in repeat.value or _MU in repeat.value)
    }


def _places(slips: list[Slip]) -> str:
    return "1 place" if len(slips) == 1 else f"{len(slips)} places"


def markdown_escape(record: TrialRecord, context: Context) -> Iterator[Found]:
    r"""A backslash before a sign is left over from a text format and is no part of what
    the sponsor wrote.

    >>> from curation.rules.examples import found, record
    >>> found(markdown_escape, record(r"I ALT \> 5 x ULN"))
    A backslash is left over in “\>”: the sign stands without it.
    >>> found(markdown_escape, record(r"I ALT > 5 x ULN and\or AST"))
    """
    yield from corrected(
        (
            _exact(hit, hit.match[0][1:])
            for hit in texts_of(record).all.hits(_ESCAPE, "\\")
        ),
        lambda one: (
            f"A backslash is left over in “{one.before}”: the sign stands without it."
        ),
        context,
    )


def _exact(hit: Hit, after: str | None) -> Slip:
    return Slip(hit.path, hit.value, hit.start, hit.end, after)


def mojibake(record: TrialRecord, context: Context) -> Iterator[Found]:
    """Letters such as “Â³” are one character of UTF-8, read in another encoding.

    Only what decodes as UTF-8 is reported, and U+FFFD, which stands for a lost letter.

    >>> from curation.rules.examples import found, record
    >>> found(mojibake, record("I 1000 cells/mmÂ³"))
    “Â³” is “³”, read in a wrong encoding.
    >>> found(mojibake, record("I Señor Muñoz, naïve ≥ 5 mm³"))
    """
    texts = texts_of(record).all
    if texts.signs.isdisjoint(_MOJIBAKE_FIRST):
        return
    slips = [_exact(hit, _decoded(hit.match[0])) for hit in texts.hits(_MOJIBAKE)]
    yield from corrected(
        (one for one in slips if one.after),
        lambda one: f"“{one.before}” is “{one.after}”, read in a wrong encoding.",
        context,
    )
    yield from corrected(
        (one._replace(after=None) for one in slips if one.before == "\ufffd"),
        "“\ufffd” stands for a character that was lost.",
        context,
    )


def _decoded(run: str) -> str:
    """The text whose UTF-8 bytes `run` shows; "" where it shows none."""
    try:
        # Windows-1252 has no letter for five bytes; those pass as control characters.
        octets = b"".join(
            letter.encode("latin-1" if letter < "\u0100" else "cp1252")
            for letter in run
        )
        return octets.decode()
    except UnicodeError:
        return ""


def html_entity(record: TrialRecord, context: Context) -> Iterator[Found]:
    """“&gt;” is how a web page's source writes “>”: readers and searches need the sign.

    >>> from curation.rules.examples import found, record
    >>> found(html_entity, record("I Age &gt; 18 years"))
    “&gt;” is a web page's way to write “>”.
    >>> found(html_entity, record("I R&D; staff & family"))
    """
    hits = texts_of(record).all.hits(_ENTITY, "&")
    slips = (_exact(hit, unescape(hit.match[0])) for hit in hits)
    yield from corrected(
        (one for one in slips if one.after != one.before),
        lambda one: f"“{one.before}” is a web page's way to write “{one.after}”.",
        context,
    )


def lost_sign(record: TrialRecord, context: Context) -> Iterator[Found]:
    """A question mark before a number is often a “≥” or “≤” that a copy has lost: the
    limit then says nothing.

    >>> from curation.rules.examples import found, record
    >>> found(lost_sign, record("I Life expectancy ?5 months"))
    “?5” has probably lost a sign such as ≥ or ≤.
    >>> found(lost_sign, record("I Able to walk? 5 minutes are enough"))
    """
    yield from corrected(
        (_exact(hit, None) for hit in texts_of(record).prose.hits(_LOST_SIGN, "?")),
        lambda one: f"“{one.before}” has probably lost a sign such as ≥ or ≤.",
        context,
    )


def smart_quotes(record: TrialRecord, context: Context) -> Iterator[Found]:
    """Curly quotation marks and apostrophes part one word in two for a search:
    “patient’s”, “patient's”. The registry takes plain ones.

    >>> from curation.rules.examples import found, record
    >>> found(smart_quotes, record("I The patient’s consent"))
    Curly quotation marks or apostrophes (’) stand in 1 place.
    >>> found(smart_quotes, record("I The patient's consent"))
    """
    yield from _signs(
        texts_of(record).own,
        _QUOTES,
        lambda sign: sign.translate(_PLAIN_QUOTES),
        "Curly quotation marks or apostrophes",
        context,
    )


def invisible(record: TrialRecord, context: Context) -> Iterator[Found]:
    """Characters that nobody sees, such as a zero-width or a hard blank, hide words
    from a search and come along into every export.

    >>> from curation.rules.examples import found, record
    >>> found(invisible, record("I Adults with\u200b asthma"))
    Invisible characters (U+200B) stand in 1 place.
    >>> found(invisible, record("I Adults with asthma"))
    """
    yield from _signs(
        texts_of(record).all,
        _INVISIBLE,
        lambda sign: " " if sign == "\u00a0" else "",
        "Invisible characters",
        context,
    )


def fullwidth(record: TrialRecord, context: Context) -> Iterator[Found]:
    """Letters and signs as wide as Chinese characters (U+FF01 to U+FFEF) look like
    plain ones and are not found as such.

    >>> from curation.rules.examples import found, record
    >>> found(fullwidth, record("I Age（18 to 70）"))
    Full-width characters (（ ）) stand in 2 places.
    >>> found(fullwidth, record("I Age (18 to 70)"))
    """
    yield from _signs(
        texts_of(record).own,
        _FULLWIDTH,
        lambda sign: normalize("NFKC", sign),
        "Full-width characters",
        context,
    )


def _signs(
    texts: Texts,
    pattern: re.Pattern,
    plain: Callable[[str], str],
    what: str,
    context: Context,
) -> Iterator[Found]:
    """One finding for all signs of a kind, with their plain forms as its fix."""
    if not any(map(pattern.match, texts.signs)):
        return
    hits = [*texts.hits(pattern)]
    slips = [Slip(h.path, h.value, h.start, h.end, plain(h.match[0])) for h in hits]
    signs = sorted({one.before for one in slips})
    named = " ".join(
        f"U+{ord(sign):04X}" if _INVISIBLE.match(sign) else sign for sign in signs
    )
    paths = tuple(dict.fromkeys(one.path for one in slips))
    places = _places(slips)
    shown = [slip(hit, None).before for hit in hits]
    yield Found(
        paths,
        f"{what} ({named}) stand in {places}.",
        " ".join(dict.fromkeys(shown)),
        Fix(
            f"Write plain ones in {places}",
            changes(slips),
            shown[0],
            pattern.sub(lambda match: plain(match[0]), shown[0]),
        ),
        lines(paths, tuple(signs), context),
    )


def superscript(record: TrialRecord, context: Context) -> Iterator[Found]:
    """“mm3” after a quantity is “mm³”: a plain 3 reads as a number.

    >>> from curation.rules.examples import found, record
    >>> found(superscript, record("I Platelets > 100000 cells/mm3 | E BSA < 1.5 m2"))
    “mm3” is a power: “mm³”.
    “m2” is a power: “m²”.
    >>> found(superscript, record("I Blocks M2 receptors in 5 mm"))
    """
    hits = texts_of(record).own.hits(_POWER, "m2", "m3")
    yield from corrected(
        filter(None, map(_power, hits)),
        lambda one: f"“{one.before}” is a power: “{one.after}”.",
        context,
    )


def _power(hit: Hit) -> Slip | None:
    """The unit at `hit` with its power raised, if a number or a slash is before it."""
    value, start = hit.value, hit.start
    if value[start - 1 : start] in _METRE_PREFIXES:
        start -= 1
    before = value[max(start - 2, 0) : start].rstrip(" ")
    if not before.endswith((*"0123456789/",)):
        return None
    after = value[start : hit.end].translate(_POWERS)
    return Slip(hit.path, value, start, hit.end, after)


RULES = (
    Rule("text.micro-sign", Severity.NOTE, micro_sign),
    Rule("text.markdown-escape", Severity.ERROR, markdown_escape),
    Rule("text.mojibake", Severity.ERROR, mojibake),
    Rule("text.html-entity", Severity.WARNING, html_entity),
    Rule("text.lost-sign", Severity.WARNING, lost_sign),
    Rule("text.smart-quotes", Severity.NOTE, smart_quotes),
    Rule("text.invisible", Severity.NOTE, invisible),
    Rule("text.fullwidth", Severity.NOTE, fullwidth),
    Rule("text.superscript", Severity.NOTE, superscript),
)
