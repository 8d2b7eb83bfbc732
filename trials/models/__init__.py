"""Rows: trials, their parts, and the pages they came from."""

from trials.models.parts import (
    Arm,
    ArmIntervention,
    Condition,
    Contact,
    Country,
    Criterion,
    Intervention,
    IpdDocument,
    Keyword,
    Link,
    Location,
    NctAlias,
    Official,
    OtherInterventionName,
    Outcome,
    Part,
    Reference,
    RelatedTrial,
    SecondaryId,
    Sponsor,
)
from trials.models.revision import ChangeSet, FieldChange, Revision
from trials.models.search import SearchText
from trials.models.source import SourceDocument
from trials.models.trial import Trial

__all__ = [
    "Arm",
    "ArmIntervention",
    "ChangeSet",
    "Condition",
    "Contact",
    "Country",
    "Criterion",
    "FieldChange",
    "Intervention",
    "IpdDocument",
    "Keyword",
    "Link",
    "Location",
    "NctAlias",
    "Official",
    "OtherInterventionName",
    "Outcome",
    "Part",
    "Reference",
    "RelatedTrial",
    "Revision",
    "SearchText",
    "SecondaryId",
    "SourceDocument",
    "Sponsor",
    "Trial",
]
