"""The desks: one module each."""

from curation.admin.trial import TrialAdmin

__all__ = ["TrialAdmin"]
