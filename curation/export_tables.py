"""The tables that an export has besides those of the records themselves."""

from django.db.models import Choices

from curation.models import Finding, Review
from curation.rules.rule import Confidence, Severity
from trials.models import ChangeSet, FieldChange
from trials.record.tabular import NCT_ID, OF_TRIAL, Column, Kind, Table
from trials.record.vocabulary import Vocabulary


def _codes(name: str, choices: type[Choices]) -> type[Vocabulary]:
    """The choices of a column as a vocabulary."""
    return Vocabulary(name, {c.name: (c.value, c.label) for c in choices})


def _column(
    name: str,
    description: str,
    kind: Kind = "text",
    codes: type[Vocabulary] | None = None,
    *,
    is_required: bool = False,
) -> Column:
    return Column(name, kind, codes, is_required=is_required, description=description)


_SEVERITY = Vocabulary("Severity", {s.name: (s.value, s.value) for s in Severity})
_CONFIDENCE = Vocabulary("Confidence", {c.name: (c.value, c.value) for c in Confidence})

REVIEWS = Table(
    "reviews",
    (
        NCT_ID,
        _column(
            "review_status",
            "How far the review has come; a person approved the “approved” rows",
            codes=_codes("ReviewStatus", Review.State),
            is_required=True,
        ),
        _column("approved_by", "Who approved the record, while it is approved"),
        _column("approved_at", "When, while it is approved", "time"),
        _column("version", "Version of the record", "count", is_required=True),
        _column(
            "open_errors",
            "Open findings that say that the record is wrong; empty for a time past",
            "count",
        ),
        _column(
            "open_warnings",
            "Open findings that a person must look at; empty for a time past",
            "count",
        ),
        _column("source_sha256", "SHA-256 of the page that the record was read from"),
    ),
    ("nct_id",),
    (OF_TRIAL,),
    description="How far the review of a trial has come",
)

FINDINGS = Table(
    "findings",
    (
        NCT_ID,
        _column("key", "Names the finding for good in its trial", is_required=True),
        _column("rule", "Id of the rule", is_required=True),
        _column("severity", "How serious it is", codes=_SEVERITY),
        _column(
            "state", "Where it stands", codes=_codes("FindingState", Finding.State)
        ),
        _column("path", "The value or part it is about: criteria[c12].text"),
        _column("first_line", "First line of the source page", "count"),
        _column("last_line", "Last line of the source page", "count"),
        _column("message", "What looks wrong"),
        _column("evidence", "The text that shows it"),
        _column("before", "What the proposed fix replaces"),
        _column("after", "What the proposed fix puts there"),
        _column("confidence", "How sure the proposed fix is", codes=_CONFIDENCE),
        _column("opened_at", "When it was found", "time"),
        _column("closed_at", "When it was no longer there", "time"),
    ),
    ("nct_id", "key"),
    (OF_TRIAL,),
    description="Something that a rule says looks wrong",
)

CHANGES = Table(
    "changes",
    (
        NCT_ID,
        _column("key", "Version, and number of the change in it", is_required=True),
        _column("version", "Version that the change made", "count", is_required=True),
        _column("path", "What changed; empty for the creation of the trial"),
        _column(
            "operation", "What was done", codes=_codes("Did", FieldChange.Operation)
        ),
        _column("old", "Value before"),
        _column("new", "Value after"),
        _column("changed_at", "When", "time", is_required=True),
        _column("changed_by", "Who"),
        _column("role", "Role of who did it, at the time"),
        _column("kind", "Kind of act", codes=_codes("Act", ChangeSet.Kind)),
        _column("reason", "Why", codes=_codes("Reason", ChangeSet.Reason)),
        _column("note", "Why, in words"),
        _column("rule", "Id of the rule that proposed it"),
    ),
    ("nct_id", "key"),
    (OF_TRIAL,),
    description="A value that an act changed",
)

SOURCES = Table(
    "sources",
    (
        NCT_ID,
        _column("key", "Names the page for good in its trial", is_required=True),
        _column(
            "is_current",
            "Whether the record was read from it",
            "flag",
            is_required=True,
        ),
        _column("sha256", "SHA-256 of the file", is_required=True),
        _column("file_name", "Name of the file"),
        _column("layout", "Layout of the page"),
        _column("reader_version", "Version of the reader of that layout", "count"),
        _column("encoding", "Encoding of the file"),
        _column("imported_at", "When it was imported", "time"),
        _column("imported_by", "By whom; empty for the command line"),
    ),
    ("nct_id", "key"),
    (OF_TRIAL,),
    description="A saved page of the trial",
)

TABLES_OF: dict[str, tuple[Table, ...]] = {
    "csv": (REVIEWS,),
    "dataset": (REVIEWS, FINDINGS, CHANGES, SOURCES),
    "xlsx": (REVIEWS, FINDINGS, CHANGES, SOURCES),
    "ctgov": (REVIEWS,),
    "aact": (),
}
"""Format -> the tables that it has besides those of the records."""
