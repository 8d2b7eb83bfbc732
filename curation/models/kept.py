"""What people keep under a name and may share."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, Q, When

NAME_LENGTH = 100

one_line = RegexValidator(
    # Control characters, line breaks, and what turns the text around it the other way.
    r"\A[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+\Z",
    "Write the name on one line, without control characters.",
)


class KeptQuerySet(models.QuerySet):
    """Rows with an `owner`, a `name` and `is_shared`, by who asks."""

    def visible_to(self, user) -> "KeptQuerySet":
        """The user's own, and what others share."""
        return self.filter(Q(owner=user) | Q(is_shared=True))

    def own_first(self, user) -> "KeptQuerySet":
        """The user's own, then those of others, each by name."""
        return self.order_by(Case(When(owner=user, then=0), default=1), "name", "pk")
