"""What the queue reads of many reviews."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from curation.models import Review
from curation.queue import Queue
from curation.tests.factory import make_user
from trials.models import Trial

pytestmark = pytest.mark.django_db


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite tells its plan.")
@pytest.mark.parametrize(
    ("tab", "indexes"),
    [
        ("mine", ["curation_review_mine", "curation_review_held"]),
        ("another-look", ["curation_review_look"]),
    ],
)
def test_what_is_little_is_counted_by_an_index_of_it_alone(tab, indexes):
    ana = make_user(username="ana")
    trials = Trial.objects.bulk_create(
        Trial(nct_id=f"NCT{number:08}") for number in range(1000)
    )
    Review.objects.bulk_create(
        Review(trial=trial, state=Review.State.APPROVED, looked_at=timezone.now())
        for trial in trials
    )
    # As where nobody has a trial yet: the statistics then speak against every index.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    plan = (
        Queue.of(QueryDict(f"tab={tab}")).reviews(ana).order_by().values("pk").explain()
    )

    assert "SCAN curation_review" not in plan
    assert [name for name in indexes if f"INDEX {name}" not in plan] == []
