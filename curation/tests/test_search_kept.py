"""Every way a record changes, and what a search then finds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from curation import workflow
from curation.acts import Act
from curation.tests.factory import act, edit, make_page, make_trial, make_user
from trials import search
from trials.models import ChangeSet, Trial
from trials.tests.factory import make_record

pytestmark = pytest.mark.django_db


def found(text):
    trials = search.matching(Trial.objects.order_by("pk"), text)
    return list(trials.values_list("nct_id", flat=True))


def test_an_import_lets_a_trial_be_found():
    make_trial(brief_title="Vitamin D in rickets")

    assert found("rickets vitamin") == ["NCT00000001"]


def test_an_edit_is_found_and_what_it_replaced_is_not():
    edit(make_trial(brief_title="Vitamin D"), brief_title="Cholecalciferol")

    assert found("cholecalciferol") == ["NCT00000001"]
    assert found("vitamin") == []


def test_what_is_not_searched_is_changed_without_writing_what_is():
    trial = make_trial(brief_title="Vitamin D")
    with CaptureQueriesContext(connection) as captured:
        edit(trial, brief_summary="Another one.")
    assert not [q for q in captured if "trials_searchtext" in q["sql"]]

    with CaptureQueriesContext(connection) as captured:
        edit(trial, org_study_id="IL7-SEP")
    assert [q for q in captured if "trials_searchtext" in q["sql"]]


def test_a_revert_is_found():
    trial = make_trial(brief_title="Vitamin D")
    edit(trial, brief_title="Cholecalciferol")
    user = make_user("change_trial")
    one = Act(ChangeSet.Kind.REVERT, by=user, reason="typo")
    record = make_record(brief_title="Vitamin D")
    workflow.save_record(trial.pk, record, version=trial.version, act=one)

    assert found("vitamin") == ["NCT00000001"]
    assert found("cholecalciferol") == []


def test_another_page_that_is_pending_changes_nothing():
    make_trial(brief_title="Vitamin D")
    page = make_page(make_record(brief_title="Rickets"), text="Another page.")
    workflow.import_page(page, act=act())

    assert found("vitamin") == ["NCT00000001"]
    assert found("rickets") == []


def test_a_withdrawn_trial_is_found_where_withdrawn_ones_are_asked_for(client):
    trial = make_trial(brief_title="Vitamin D")
    edit(trial, withdrawn=True)
    client.force_login(make_user("view_trial", username="viewer"))
    url = reverse("admin:trials_trial_changelist")

    assert not client.get(url, {"q": "vitamin"}).context["cl"].result_list
    page = client.get(url, {"q": "vitamin", "withdrawn": "yes"})
    assert [t.pk for t in page.context["cl"].result_list] == [trial.pk]


def test_a_search_and_a_filter_hold_together_and_come_best_first(client):
    body = make_record().criteria[0]
    make_trial(nct_id="NCT00000001", brief_title="Rickets", phases=("PHASE2",))
    make_trial(nct_id="NCT00000002", brief_title="Rickets", phases=("PHASE3",))
    make_trial(
        nct_id="NCT00000003",
        phases=("PHASE2",),
        criteria=(type(body)(key="c1", text="Rickets."),),
    )
    client.force_login(make_user("view_trial"))

    url = reverse("admin:trials_trial_changelist")
    page = client.get(url, {"q": "rickets", "phases": "PHASE2"})

    numbers = [trial.nct_id for trial in page.context["cl"].result_list]
    assert numbers == ["NCT00000001", "NCT00000003"]
