import pytest
from django.urls import reverse

from curation.models import AccountEvent, AuditReview
from curation.tests.audit_log import address, look
from curation.tests.trail import FIRST, make_user
from trials.models import FieldChange, Trial

pytestmark = pytest.mark.django_db


def marks(response, **values):
    """What the page's form sends for all that it shows."""
    return {**response.context["form"].initial, "outcome": "nothing", **values}


def test_a_reader_without_the_right_to_review_may_not_mark(
    client, django_user_model, trail
):
    client.force_login(make_user(django_user_model, "rea", "trials.view_audit"))

    assert "Mark as reviewed" not in look(client).content.decode()
    assert client.post(address(), marks(look(client))).status_code == 403
    assert not AuditReview.objects.exists()


def test_an_auditor_marks_a_filtered_range_as_reviewed(client, auditor, trail):
    here = address(kind="fix")
    response = client.post(
        here, marks(client.get(here), outcome="deviation", note="No reason given.")
    )

    assert response.url == here
    review = AuditReview.objects.get()
    (change,) = FieldChange.objects.filter(path="overall_status")
    assert (review.first, review.last, review.count) == (change, change, 1)
    assert (review.query, review.outcome) == ("kind=fix", "deviation")
    assert (review.reviewer, review.reviewer_name) == (auditor, "una")
    assert review.reviewer_role == "auditor"
    event = AccountEvent.objects.get(kind="audit_reviewed")
    assert (event.actor_name, event.new) == ("una", "1 changes: Deviation found")
    assert "were reviewed by una" in client.get(here).content.decode()


def test_a_review_of_more_covers_less_and_tells_what_came_since(client, auditor, trail):
    client.post(address(trial=FIRST), marks(look(client, trial=FIRST)))
    trial = Trial.objects.get(nct_id=FIRST)
    FieldChange.objects.create(
        trial=trial,
        revision=trial.revisions.first(),
        path="acronym",
        section="identification",
        operation="change",
    )

    narrower = look(client, trial=FIRST, section="identification").context
    all_changes = look(client).context

    assert len(narrower["reviews"]) == 1
    assert look(client, trial=FIRST).context["since_review"] == 1
    assert all_changes["reviews"] == []


@pytest.mark.parametrize(
    "values",
    [
        {"outcome": ""},
        {"outcome": "perfect"},
        {"outcome": "questions"},
        {"last": "", "count": ""},
    ],
)
def test_a_review_without_its_words_is_not_kept(client, auditor, trail, values):
    response = client.post(address(), marks(look(client), **values))

    assert response.status_code == 200
    assert response.context["form"].errors
    assert not AuditReview.objects.exists()


def test_a_change_that_slips_in_is_not_marked_unseen(client, auditor, trail):
    sent = marks(look(client))

    client.post(address(), sent | {"count": sent["count"] - 1})

    assert not AuditReview.objects.exists()


def test_the_reviews_are_listed(client, auditor, trail, django_assert_max_num_queries):
    client.post(address(trial=FIRST), marks(look(client, trial=FIRST)))

    with django_assert_max_num_queries(8):
        html = client.get(
            reverse("admin:curation_auditreview_changelist")
        ).content.decode()

    assert "una" in html
    assert "Nothing to object" in html
    assert f"?trial={FIRST}" in html
