"""The curators' work on the records, and what the auditors must be able to prove."""

from curation.models.account import AccountEvent, AuditReview
from curation.models.bulk import BulkOperation, NotSame
from curation.models.export_profile import ExportProfile
from curation.models.finding import Finding, RuleVersion, Waiver, WordCount
from curation.models.job import Job, JobLog
from curation.models.kept_filter import KeptFilter
from curation.models.presence import Presence
from curation.models.release import Release
from curation.models.review import Comment, Review, ReviewEvent
from curation.models.upload import Upload

__all__ = [
    "AccountEvent",
    "AuditReview",
    "BulkOperation",
    "Comment",
    "ExportProfile",
    "Finding",
    "Job",
    "JobLog",
    "KeptFilter",
    "NotSame",
    "Release",
    "Presence",
    "Review",
    "ReviewEvent",
    "RuleVersion",
    "Upload",
    "Waiver",
    "WordCount",
]
