"""Which trials an act on many is about: those ticked in the list, those that a filter
leaves, those that came in after a moment, or all in use."""

import datetime
from dataclasses import dataclass
from typing import Self

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from curation import facets
from curation.facets import SEARCH, UnknownFilter
from curation.trial_filters import LIST_FACETS, chosen
from trials.models import Trial

IDS, SINCE = "ids", "since"


@dataclass(frozen=True)
class ChosenTrials:
    """Trials as `query` names them: "ids=3,5", or what stands in the address of the
    list ("review=submitted&q=sepsis"), "since=2026-05-04T10:00:00+00:00" besides."""

    query: str = ""

    @classmethod
    def of(cls, ids: list[int]) -> Self:
        """These trials."""
        return cls(f"{IDS}={','.join(map(str, ids))}")

    @classmethod
    def imported_since(cls, moment: datetime.datetime) -> Self:
        """The trials in use that came in later."""
        query = QueryDict(mutable=True)
        query[SINCE] = moment.isoformat()
        return cls(query.urlencode())

    def trials(self) -> QuerySet[Trial]:
        """Them. Raises UnknownFilter, which says what is wrong with the query."""
        query = QueryDict(self.query, mutable=True)
        if "%00" in query.urlencode():
            raise UnknownFilter("No filter has a null character.")
        ids, since = query.pop(IDS, None), query.pop(SINCE, None)
        trials = chosen(query)
        if ids is not None:
            numbers = ids[-1].split(",")
            if not all(number.isdecimal() and len(number) < 19 for number in numbers):
                raise UnknownFilter("The ticked trials are no list of numbers.")
            trials = trials.filter(pk__in=map(int, numbers))
        if since is not None:
            moment = _moment(since[-1])
            trials = trials.filter(created_at__gt=moment)
        return trials

    @property
    def is_known(self) -> bool:
        """Whether the list has all filters that the query names, or still has them."""
        try:
            self.trials()
        except UnknownFilter:
            return False
        return True

    @property
    def words(self) -> str:
        """Them, for people: "3 ticked trials", "all trials in use"."""
        query = QueryDict(self.query)
        said = []
        if ids := query.get(IDS):
            count = ids.count(",") + 1
            said.append(f"{count} ticked trial{'s' if count > 1 else ''}")
        if since := query.get(SINCE):
            said.append(f"imported after {since[:16].replace('T', ' ')} UTC")
        said += _filter_in_words(query)
        return ", ".join(said) or "all trials in use"


def _filter_in_words(query: QueryDict) -> list[str]:
    """What is asked for besides, as it stands there where there is no such filter."""
    asked = query.copy()
    for name in (IDS, SINCE):
        asked.pop(name, None)
    text = asked.get(SEARCH, "")
    try:
        said = facets.words(facets.read(asked, LIST_FACETS))
    except UnknownFilter:
        return [f"{name}: {' or '.join(values)}" for name, values in asked.lists()]
    return [*said, *([f"words: {text}"] if text else [])]


def _moment(text: str) -> datetime.datetime:
    try:
        moment = parse_datetime(text)
    except ValueError as error:
        raise UnknownFilter(f"“{text}” is no time.") from error
    if moment is None or moment.tzinfo is None:
        raise UnknownFilter(f"“{text}” is no time with its zone.")
    return moment
