"""The desks: one module each."""

from curation.admin.account import GroupAdmin, UserAdmin
from curation.admin.export_profile import ExportProfileAdmin
from curation.admin.finding import FindingAdmin
from curation.admin.history import (
    AccountEventAdmin,
    AuditReviewAdmin,
    FieldChangeAdmin,
)
from curation.admin.review import ReviewAdmin
from curation.admin.review_log import ReviewEventAdmin
from curation.admin.trial import TrialAdmin
from curation.admin.upload import UploadAdmin

__all__ = [
    "AccountEventAdmin",
    "AuditReviewAdmin",
    "ExportProfileAdmin",
    "FieldChangeAdmin",
    "FindingAdmin",
    "GroupAdmin",
    "ReviewEventAdmin",
    "ReviewAdmin",
    "TrialAdmin",
    "UploadAdmin",
    "UserAdmin",
]
