"""The facets of what a finding says."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.text import capfirst

from curation.facets.facet import FINDINGS, NONE, ColumnFacet, UnknownFilter
from curation.findings import RULE_BY_ID
from curation.models import Finding
from trials.record.sections import SECTIONS


@dataclass(frozen=True)
class FindingFacet(ColumnFacet):
    """By what a finding says: those chosen must all hold of one finding."""

    relation: str = "findings"

    def findings(self, values):
        """The condition that the finding itself has one of the values."""
        return self.having(values)


@dataclass(frozen=True)
class RuleFacet(FindingFacet):
    """By the rule that found it."""

    def choices(self):
        """All rules, by their names."""
        return [(rule, rule) for rule in sorted(RULE_BY_ID)]

    def label(self, value):
        """A rule that is no more still has findings that are closed."""
        if value not in RULE_BY_ID and not Finding.objects.filter(rule=value).exists():
            raise UnknownFilter(f"There is no rule {value}.")
        return value


@dataclass(frozen=True)
class SeverityFacet(FindingFacet):
    """By how bad it is: "error" in the address, a rank in the column."""

    def choices(self):
        """The worst first."""
        return [(s.value, capfirst(s.value)) for s in Finding.SEVERITIES]

    def having(self, values):
        """By rank."""
        ranks = [rank for s, rank in Finding.SEVERITIES.items() if s.value in values]
        return Q(severity__in=ranks)

    def values_in(self, stored):
        """The word for the rank."""
        return [s.value for s, rank in Finding.SEVERITIES.items() if rank == stored]


@dataclass(frozen=True)
class StateFacet(FindingFacet):
    """By what became of it. Open ones are meant where nothing is chosen."""

    def choices(self):
        """Open ones first."""
        return Finding.State.choices


@dataclass(frozen=True)
class SectionFacet(FindingFacet):
    """By the section of the record where it is."""

    def choices(self):
        """The sections, and what is about the trial or its page as a whole."""
        return [*((s.slug, s.title) for s in SECTIONS), (NONE, "The whole trial")]


RULE = RuleFacet("rule", "Rule", FINDINGS, "rule")
STATE = StateFacet("state", "State of the finding", FINDINGS, "state")
FINDING_FACETS = (
    RULE,
    SeverityFacet("severity", "Severity", FINDINGS, "severity"),
    STATE,
    SectionFacet("section", "Section", FINDINGS, "section"),
)
