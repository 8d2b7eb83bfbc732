"""The texts of a record with their paths, read once for all rules.

`texts_of(record)` sorts them: `prose` is what people wrote as sentences, `titles` the
record's own titles, `names` what others named or wrote (drugs, people, firms,
citations, other trials' titles), `unknown` what stands for a code and is none.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

from msgspec import Struct

from trials.record.diff import to_text
from trials.record.fields import Field, fields_of
from trials.record.shape import COLLECTIONS, TrialRecord

TITLES = frozenset({"brief_title", "official_title"})
PROSE = frozenset(
    {
        "brief_summary",
        "detailed_description",
        "why_stopped",
        "intervention_model_description",
        "masking_description",
        "biospec_description",
        "gender_description",
        "study_population",
        "target_duration",
        "ipd_description",
        "ipd_time_frame",
        "ipd_access_criteria",
        "arms.description",
        "interventions.description",
        "outcomes.measure",
        "outcomes.description",
        "outcomes.time_frame",
        "criteria.text",
    }
)
# Numbers, addresses and dates: what is wrong with them is not a matter of letters.
_NO_TEXT = re.compile(
    r"(.*[._])?(nct_id|date|age|phone|phone_ext|email|url|link|pmid|zip)"
    r"|criteria\.label"
)

_BETWEEN_WORDS = "()[],.;:/"
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


def words_of(text: str) -> list[str]:
    """The words of a text, in order; hyphens and apostrophes are parts of them.

    Replacing and splitting takes a third of the time of a regular expression.
    """
    for mark in _BETWEEN_WORDS:
        text = text.replace(mark, " ")
    return text.split()


class Hit(NamedTuple):
    """A place in a text: `value[start:end]` at `path`, found by `match`."""

    path: str
    value: str
    start: int
    end: int
    match: re.Match

    @property
    def printed(self) -> str:
        return self.value[self.start : self.end]


class Texts:
    """Some texts of a record, and all of them as one string.

    A search in `whole` costs one call however many texts there are. A line end parts
    the texts in it: patterns must not reach over one.
    """

    def __init__(self, items: Iterable[tuple[str, str]]):
        self.items = tuple(items)

    @cached_property
    def whole(self) -> str:
        return "\n".join(value for _, value in self.items)

    @cached_property
    def _starts(self) -> list[int]:
        starts, start = [], 0
        for _, value in self.items:
            starts.append(start)
            start += len(value) + 1
        return starts

    @cached_property
    def lowered(self) -> str:
        """`whole` in lower case, each letter at its place."""
        lowered = self.whole.lower()
        if len(lowered) == len(self.whole):
            return lowered
        # A few letters have two in lower case; they stay, so that places agree.
        pairs = zip(self.whole, map(str.lower, self.whole), strict=True)
        return "".join(low if len(low) == 1 else letter for letter, low in pairs)

    @cached_property
    def signs(self) -> frozenset[str]:
        """The characters beyond ASCII that occur."""
        return frozenset(_BEYOND_ASCII.findall(self.whole))

    @cached_property
    def words(self) -> list[str]:
        """What stands between blanks, marks and brackets, in order, in lower case."""
        return words_of(self.lowered)

    def hits(
        self, pattern: re.Pattern, *probes: str, any_case: bool = False
    ) -> Iterator[Hit]:
        """Where `pattern` is found, in order; it is in lower case for `any_case`.

        `probes` are pieces of text of which every match has one: where none occurs,
        the pattern is not tried, which is fifty times faster.
        """
        text = self.lowered if any_case else self.whole
        if probes and not any(probe in text for probe in probes):
            return
        for match in pattern.finditer(text):
            place = bisect_right(self._starts, match.start()) - 1
            start = self._starts[place]
            yield Hit(
                *self.items[place], match.start() - start, match.end() - start, match
            )


class RecordTexts:
    """All texts of one record; see the module."""

    def __init__(self, record: TrialRecord):
        sorted_texts = {"prose": [], "titles": [], "names": [], "unknown": []}
        for kind, name, known in _TRIAL_FIELDS:
            if (value := getattr(record, name)) and value not in known:
                sorted_texts[kind].append((name, to_text(value)))
        for collection, fields in _PART_FIELDS:
            for part in getattr(record, collection):
                for kind, name, known in fields:
                    if (value := getattr(part, name)) and value not in known:
                        path = f"{collection}[{part.key}].{name}"
                        sorted_texts[kind].append((path, to_text(value)))
        self.prose = Texts(sorted_texts["prose"])
        self.titles = Texts(sorted_texts["titles"])
        self.names = Texts(sorted_texts["names"])
        self.unknown = Texts(sorted_texts["unknown"])
        self.own = Texts((*self.titles.items, *self.prose.items))
        self.all = Texts((*self.own.items, *self.names.items))

    @cached_property
    def own_words(self) -> frozenset[str]:
        """The words of titles and prose, in lower case."""
        return frozenset(words_of(self.own.lowered.replace("-", " ")))

    @cached_property
    def protected(self) -> frozenset[str]:
        """The words of titles and names, in lower case: right as they are."""
        return frozenset(
            words_of(f"{self.titles.lowered}\n{self.names.lowered}".replace("-", " "))
        )


@lru_cache(maxsize=1)
def texts_of(record: TrialRecord) -> RecordTexts:
    """The texts of `record`, walked once for the rules that ask one after another."""
    return RecordTexts(record)


def word_counts(record: TrialRecord) -> Counter[str]:
    """How often a record's titles and prose use each word, in lower case.

    This is what the desk counts over its trials, and `Words.count` answers from.
    """
    return Counter(filter(str.isalpha, texts_of(record).own.words))


def _kind(field: Field, name: str) -> str | None:
    if field.kind not in ("text", "list") or _NO_TEXT.fullmatch(name):
        return None
    if field.vocabulary:
        return "unknown" if field.kind == "text" else None
    if name in TITLES:
        return "titles"
    return "prose" if name in PROSE else "names"


def _fields(
    shape: type[Struct], prefix: str = ""
) -> tuple[tuple[str, str, frozenset[str]], ...]:
    """(kind, name, codes) of the fields of `shape` that hold text."""
    return tuple(
        (kind, field.name, frozenset(code.value for code in field.vocabulary or ()))
        for field in fields_of(shape)
        if (kind := _kind(field, prefix + field.name))
    )


_TRIAL_FIELDS = _fields(TrialRecord)
_PART_FIELDS = tuple(
    (collection, fields)
    for collection, shape in COLLECTIONS.items()
    if (fields := _fields(shape, f"{collection}."))
)
