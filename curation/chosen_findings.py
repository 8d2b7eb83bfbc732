"""Which findings: the facets of the findings desk and its search."""

import re
from dataclasses import dataclass
from typing import Self

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property

from curation import facets
from curation.facets import (
    FINDINGS,
    SEARCH,
    Chosen,
    Facet,
    FindingFacet,
    UnknownFilter,
)
from curation.models import Finding

_NUMBER = re.compile(r"NCT\d{1,8}", re.IGNORECASE)


@dataclass(frozen=True)
class LikeFacet(Facet):
    """By the fix: the findings that the fix of one, which its number names, puts right
    too. The pages of findings link here; nothing is offered."""

    is_offered = False

    def choices(self):
        """There are too many fixes."""
        return []

    def check(self, value):
        """Whether there is such a finding shows when its fix is asked for."""
        if not value.isdecimal() or len(value) > 18:
            raise UnknownFilter(f"{self.name} is the number of a finding.")

    def label(self, value):
        """What the fix does."""
        return self.finding(value).fix_label

    def findings(self, values):
        """Those whose rule proposes the same before and after."""
        wanted = Q(pk=None)
        for finding in map(self.finding, values):
            wanted |= Q(
                rule=finding.rule,
                before=finding.before,
                after=finding.after,
                fix_label__gt="",
            )
        return wanted

    def finding(self, value: str) -> Finding:
        """The one with the number. Raises UnknownFilter where it has no fix."""
        found = Finding.objects.filter(pk=value).first()
        if found is None or not found.fix_label:
            raise UnknownFilter(f"No finding {value} has a fix.")
        return found


LIKE = LikeFacet("like", "Same fix", FINDINGS)
DESK_FACETS = (
    *facets.FINDING_FACETS,
    LIKE,
    *facets.WORK_FACETS,
    *facets.CODE_FACETS,
)
"""In the order in which the desk shows them."""


def of_facets(chosen: Chosen, *, counted: Facet | None = None) -> QuerySet[Finding]:
    """The findings that are left by what is chosen; see `facets.findings_of`."""
    found = facets.findings_of(chosen, counted=counted)
    for facet, values in chosen.items():
        if not isinstance(facet, FindingFacet):
            found = found.filter(facet.findings(values))
    return found


def saying(found: QuerySet[Finding], text: str) -> QuerySet[Finding]:
    """Those that say all the words, in message or evidence; a word that is the
    beginning of an NCT number may be that of the trial. No null character is a word."""
    for word in text.replace("\0", " ").split():
        said = Q(message__icontains=word) | Q(evidence__icontains=word)
        if _NUMBER.fullmatch(word):
            said |= Q(trial__nct_id__startswith=word.upper())
        found = found.filter(said)
    return found


@dataclass(frozen=True)
class ChosenFindings:
    """Findings as `query` names them: what stands in the address of the findings' list
    ("rule=dates.order&layout=full&q=sepsis")."""

    query: str = ""

    @classmethod
    def like(cls, finding_id: int) -> Self:
        """The open findings that the fix of this one puts right too."""
        return cls(f"{LIKE.name}={finding_id}")

    @cached_property
    def chosen(self) -> Chosen:
        """What is chosen of each facet. Raises UnknownFilter."""
        return facets.read(QueryDict(self.query), DESK_FACETS)

    @property
    def search(self) -> str:
        """The words that are searched."""
        return QueryDict(self.query).get(SEARCH, "")

    def findings(self) -> QuerySet[Finding]:
        """Them, in no order. Raises UnknownFilter."""
        return saying(of_facets(self.chosen), self.search)

    def fixable(self) -> QuerySet[Finding]:
        """The open ones with a fix, a trial's together. Raises UnknownFilter."""
        fixable = self.findings().filter(state=Finding.State.OPEN, fix_label__gt="")
        return fixable.select_related("trial").order_by("trial__nct_id", "id")

    @cached_property
    def rule(self) -> str:
        """The rule of all that are chosen, or "" where they may be of several. Raises
        UnknownFilter."""
        rules = self.chosen.get(facets.RULE, [])
        if len(rules) == 1:
            return rules[0]
        if LIKE in self.chosen:
            rules = {LIKE.finding(value).rule for value in self.chosen[LIKE]}
            return rules.pop() if len(rules) == 1 else ""
        return ""

    @cached_property
    def words(self) -> str:
        """Them, for people: "Rule: dates.order; Layout: Full". Raises UnknownFilter."""
        said = facets.words(self.chosen)
        return "; ".join([*said, *([f"Words: {self.search}"] if self.search else [])])
