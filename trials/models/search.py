"""What full-text search reads."""

from django.db import models

from trials.models.trial import Trial


class SearchText(models.Model):
    """The words of a trial's record that a search looks at, see `trials.search.words`.

    The database keeps its index of them itself: on SQLite triggers write
    `trials_searchindex`, a table of FTS5; on PostgreSQL `vector` is a column of this
    table, generated from the others, with a GIN index. Migration 0006 makes both.
    """

    trial = models.OneToOneField(
        Trial, on_delete=models.CASCADE, primary_key=True, related_name="search_text"
    )
    title = models.TextField()
    topics = models.TextField()
    body = models.TextField()
    is_long = models.BooleanField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.trial_id}: {self.title[:60]}"
