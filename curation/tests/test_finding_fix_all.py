"""Fixing all findings that the facets leave."""

import pytest
from django.urls import reverse

from curation.models import Finding
from curation.tests.factory import make_trial, make_user
from trials.models import ChangeSet
from trials.tests.factory import criterion

FIX_ALL = "admin:curation_finding_fix_all"
BLANK = "text.space-before-punctuation"


@pytest.fixture
def fixer(client, db):
    user = make_user("view_trial", "view_finding", "change_trial", username="fixer")
    client.force_login(user)
    return user


def misprinted(number, **values):
    """A trial with two misprints, found by two rules."""
    return make_trial(
        nct_id=f"NCT0000000{number}",
        criteria=(
            criterion("c1", "INCLUSION", "Adults ."),
            criterion(
                "c2", "INCLUSION", "Children with sepsis, caf\u00c3\u00a9 au lait"
            ),
        ),
        **values,
    )


@pytest.mark.django_db(transaction=True)
def test_all_that_the_facets_leave_is_fixed_as_one_act(client, fixer):
    misprinted(1, overall_status="COMPLETED")
    misprinted(2, overall_status="TERMINATED")
    misprinted(3, overall_status="RECRUITING")
    url = (
        f"{reverse(FIX_ALL)}?rule={BLANK}"
        "&overall_status=COMPLETED&overall_status=TERMINATED"
    )
    ids = [finding.pk for finding in client.get(url).context["findings"]]
    other = Finding.objects.get(rule=BLANK, trial__nct_id="NCT00000003")

    client.post(url, {"chosen": [*ids, other.pk]})

    act = ChangeSet.objects.get(kind=ChangeSet.Kind.FIX)
    changed = set(act.revisions.values_list("trial__nct_id", flat=True))
    assert (act.rule, changed) == (BLANK, {"NCT00000001", "NCT00000002"})


@pytest.mark.django_db(transaction=True)
def test_fixes_of_several_rules_need_a_reason_which_the_history_keeps(client, fixer):
    misprinted(1)
    url = f"{reverse(FIX_ALL)}?section=eligibility"
    ids = [finding.pk for finding in client.get(url).context["findings"]]
    assert len(ids) > 1

    asked = client.post(url, {"chosen": ids[:1]})
    assert asked.context["ticked"] == {ids[0]}
    assert not ChangeSet.objects.filter(kind=ChangeSet.Kind.FIX).exists()
    client.post(url, {"chosen": ids, "reason": "typo"})

    act = ChangeSet.objects.get(kind=ChangeSet.Kind.FIX)
    assert (act.rule, act.reason, act.note) == ("", "typo", "Section: Eligibility")
    assert act.revisions.count() == len(ids)


@pytest.mark.django_db(transaction=True)
def test_whoever_fixed_many_undoes_that_and_nobody_else(client, fixer):
    misprinted(1)
    misprinted(2)
    url = f"{reverse(FIX_ALL)}?rule={BLANK}"
    ids = [finding.pk for finding in client.get(url).context["findings"]]
    page = client.post(url, {"chosen": ids})
    act = ChangeSet.objects.get(kind=ChangeSet.Kind.FIX)
    undo = reverse("admin:trials_trial_revert_all", args=[act.pk])
    assert undo in page.content.decode()

    client.force_login(make_user("view_trial", "change_trial", username="other"))
    assert client.post(undo, {"reason": "typo"}).status_code == 403
    client.force_login(fixer)
    client.post(undo, {"reason": "typo"})

    assert ChangeSet.objects.get(reverts=act).revisions.count() == 2


@pytest.mark.parametrize("query", ["colour=red", "like=x", "like=999", "like=1%00"])
def test_findings_that_there_are_not_are_not_found(client, fixer, query):
    assert client.get(f"{reverse(FIX_ALL)}?{query}").status_code == 404
    every = reverse("admin:curation_finding_list")
    response = client.get(f"{every}?{query}", follow=True)
    assert response.redirect_chain == [(every, 302)]
    assert "All findings are shown." in response.content.decode()
    facet = reverse("admin:curation_finding_facet", args=["rule"])
    assert client.get(f"{facet}?{query}").status_code == 400
