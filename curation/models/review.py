"""How far the curators are with a trial."""

from django.db import models

from trials.models import Trial


class Review(models.Model):
    """How far a trial has come on its way to approval."""

    class State(models.TextChoices):
        IMPORTED = "imported", "Imported"

    trial = models.OneToOneField(
        Trial, on_delete=models.PROTECT, related_name="review", primary_key=True
    )
    state = models.CharField(
        max_length=20, choices=State, default=State.IMPORTED, db_index=True
    )

    def __str__(self):
        return f"{self.trial_id}: {self.get_state_display()}"
