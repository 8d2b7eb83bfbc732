"""The desks: one module each."""

from curation.admin.account import GroupAdmin, UserAdmin
from curation.admin.bulk import BulkOperationAdmin
from curation.admin.finding import FindingAdmin
from curation.admin.history import (
    AccountEventAdmin,
    AuditReviewAdmin,
    FieldChangeAdmin,
)
from curation.admin.review import ReviewAdmin
from curation.admin.review_log import ReviewEventAdmin
from curation.admin.trial import TrialAdmin

__all__ = [
    "AccountEventAdmin",
    "AuditReviewAdmin",
    "BulkOperationAdmin",
    "FieldChangeAdmin",
    "FindingAdmin",
    "GroupAdmin",
    "ReviewEventAdmin",
    "ReviewAdmin",
    "TrialAdmin",
    "UserAdmin",
]
