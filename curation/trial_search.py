"""Finding trials by the beginning of their number, or by words of their texts."""

import re

from django.db.models import Exists, OuterRef, Q, QuerySet

from trials.models import Condition, Sponsor, Trial


def matching(trials: QuerySet[Trial], words: str) -> QuerySet[Trial]:
    """The trials that match every word; no join, so none comes twice."""
    for word in words.split():
        trials = trials.filter(_matches(word))
    return trials


def _matches(word: str) -> Q:
    """A trial whose NCT number begins with `word`, or that has it in its texts."""
    if re.fullmatch("NCT[0-9]*", word.upper()):
        return Q(nct_id__startswith=word.upper())
    sponsors = Sponsor.objects.filter(trial=OuterRef("pk"), name__icontains=word)
    conditions = Condition.objects.filter(trial=OuterRef("pk"), name__icontains=word)
    return (
        Q(brief_title__icontains=word)
        | Q(official_title__icontains=word)
        | Q(acronym__icontains=word)
        | Q(Exists(sponsors))
        | Q(Exists(conditions))
    )
