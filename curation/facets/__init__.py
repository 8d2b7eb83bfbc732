"""Facets: what trials and findings are filtered by, each declared once.

The trial list, the findings desk, exports and acts on many trials all filter by these.
In an address a facet is a parameter, and each of its values one more of that name:
`?rule=dates.order&overall_status=COMPLETED&overall_status=TERMINATED`. Of one facet any
value is enough; of several facets all must hold.
"""

from curation.facets.chosen import (
    SEARCH,
    Chosen,
    findings_of,
    read,
    without,
    words,
)
from curation.facets.codes import code_facets
from curation.facets.facet import (
    FINDINGS,
    NONE,
    WORK,
    ColumnFacet,
    Facet,
    UnknownFilter,
)
from curation.facets.findings import FINDING_FACETS, RULE, STATE, FindingFacet
from curation.facets.work import WORK_FACETS

__all__ = [
    "CODE_FACETS",
    "FINDINGS",
    "FINDING_FACETS",
    "NONE",
    "RULE",
    "SEARCH",
    "STATE",
    "WORK",
    "WORK_FACETS",
    "Chosen",
    "ColumnFacet",
    "Facet",
    "FindingFacet",
    "UnknownFilter",
    "findings_of",
    "read",
    "without",
    "words",
]

CODE_FACETS = tuple(code_facets())
