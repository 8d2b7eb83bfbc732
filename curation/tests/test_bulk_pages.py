"""Many at once, page by page."""

import re

import pytest
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from curation import operation_preview, operations
from curation.bulk.operation import Replace, SetValue, from_json, to_json
from curation.chosen_trials import ChosenTrials
from curation.models import BulkOperation, Review
from curation.tests.factory import edit, make_trial, make_user
from curation.tests.submission import submission
from trials.models import Trial

pytestmark = pytest.mark.django_db

REPLACE = Replace(("brief_title",), "pts", "patients")
APPLY = {"go": "apply", "reason": "typo"}


@pytest.fixture
def reviewer(client):
    """A reviewer who is logged in."""
    user = make_user(username="me")
    user.groups.add(Group.objects.get(name="reviewer"))
    client.force_login(user)
    return user


@pytest.fixture
def trials():
    """Three trials that the replacement changes."""
    numbers = [f"NCT{number:08}" for number in (1, 2, 3)]
    return [make_trial(nct_id=n, brief_title=f"<b>pts</b> {n}") for n in numbers]


def address(name, *args):
    return reverse(f"admin:curation_bulk{name}", args=args)


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def titles():
    return list(Trial.objects.order_by("nct_id").values_list("brief_title", flat=True))


def prepared(user, operation=REPLACE, query=""):
    return operations.prepare(operation, ChosenTrials(query), by=user)


# Find and replace


def test_a_replacement_is_prepared_and_shown_and_changes_nothing(
    client, reviewer, trials
):
    form = {"find": "pts", "replacement": "patients", "columns": ["brief_title"]}
    ids = f"ids={trials[0].pk},{trials[2].pk}"

    response = client.post(address("_replace"), form | {"of": ids}, follow=True)

    (bulk,) = BulkOperation.objects.all()
    assert response.redirect_chain == [(address("_operation", bulk.pk), 302)]
    text = response.content.decode()
    assert "2 places in 2 trials" in text
    assert "&lt;b&gt;<del>pts</del><ins>patients</ins>&lt;/b&gt; NCT00000001" in text
    assert "NCT00000002" not in text
    assert "pts" in titles()[0]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"find": "(", "is_regex": "on"}, "no regular expression"),
        ({"find": ""}, "This field is required"),
        ({"columns": []}, "Choose at least one field"),
        ({"columns": ["nct_id"]}, "is not one of the available choices"),
        ({"find": "a\0b"}, "Null characters"),
    ],
)
def test_what_makes_no_sense_is_said_beside_what_was_typed(
    client, reviewer, form, said
):
    data = {"find": "pts", "replacement": "<i>", "columns": ["brief_title"]} | form
    response = client.post(address("_replace"), data)

    assert said in response.content.decode()
    assert "&lt;i&gt;" in response.content.decode()
    assert not BulkOperation.objects.exists()


def test_line_breaks_of_a_browser_are_those_of_the_records(client, reviewer, trials):
    form = {"find": "a\r\nb", "replacement": "", "columns": ["brief_summary"]}
    client.post(address("_replace"), form)

    (bulk,) = BulkOperation.objects.all()
    assert operations.operation_of(bulk).find == "a\nb"


@pytest.mark.parametrize("query", ["colour=red", "q=a%00b", "ids=x", "since=1"])
def test_an_unknown_filter_stands_for_no_trial(client, reviewer, trials, query):
    response = client.get(address("_replace"), {"of": query})
    assert "0 trials" in response.content.decode()
    assert "no such filter" in told(response)[0]


# The preview


def test_unticked_hits_are_remembered_from_page_to_page(
    client, reviewer, trials, monkeypatch
):
    monkeypatch.setattr(operation_preview, "HITS", 2)
    bulk = prepared(reviewer)
    here = address("_operation", bulk.pk)
    keep = f"{trials[1].pk}:brief_title:0"

    response = client.post(here, {"shown": 1, "chosen": [keep], "go": "2"})
    assert response.url == f"{here}?page=2"
    bulk.refresh_from_db()
    assert bulk.left_out == [f"{trials[0].pk}:brief_title:0"]
    text = client.get(here).content.decode()
    assert re.findall(r'value="\d+:brief_title:0"( checked)?', text) == ["", " checked"]
    last = f"{trials[2].pk}:brief_title:0"
    client.post(here, {"shown": 2, "chosen": [last]} | APPLY)

    assert titles() == [
        "<b>pts</b> NCT00000001",
        "<b>patients</b> NCT00000002",
        "<b>patients</b> NCT00000003",
    ]


def test_a_trial_that_changed_since_is_named_and_skipped(client, reviewer, trials):
    bulk = prepared(reviewer)
    edit(trials[0], acronym="NEW")
    here = address("_operation", bulk.pk)
    assert "it is at version 2" in client.get(here).content.decode()
    chosen = [f"{trial.pk}:brief_title:0" for trial in trials]

    response = client.post(here, {"shown": 1, "chosen": chosen} | APPLY, follow=True)

    text = response.content.decode()
    assert "2 trials changed" in text
    assert "NCT00000001" in text and "It changed since you looked at it" in text


def test_a_change_needs_its_reason(client, reviewer, trials, settings):
    settings.REASON_REQUIRED = True
    bulk = prepared(reviewer)
    form = {"shown": 1, "chosen": [f"{trials[0].pk}:brief_title:0"], "go": "apply"}

    response = client.post(address("_operation", bulk.pk), form)

    assert "Please choose the reason" in response.content.decode()
    assert "patients" not in "".join(titles())
    # What was unticked stays unticked.
    assert response.content.decode().count(" checked") == 1


def test_one_that_is_shown_can_be_discarded_or_looked_for_again(
    client, reviewer, trials
):
    bulk = prepared(reviewer)
    edit(trials[0], brief_title="Other")

    again = client.post(address("_operation", bulk.pk), {"go": "again"})

    (new,) = BulkOperation.objects.all()
    assert again.url == address("_operation", new.pk)
    assert len(new.trials) == 2
    client.post(again.url, {"go": "discard"})
    assert not BulkOperation.objects.exists()


# Setting a field, and the review


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("phases", ["PHASE3", "PHASE4"], "PHASE3\nPHASE4"),
        ("overall_status", ["UNKNOWN"], "UNKNOWN"),
        ("start_date", ["2020-02"], "2020-02"),
        ("has_results", ["true"], "true"),
        ("enrollment_count", ["7"], "7"),
        ("brief_summary", ["a\r\nb"], "a\nb"),
        ("acronym", [""], ""),
    ],
)
def test_a_field_is_set_by_its_own_control(client, reviewer, column, value, text):
    client.post(address("_set"), {"column": column, "value": value})

    (bulk,) = BulkOperation.objects.all()
    assert operations.operation_of(bulk) == SetValue(column, text)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("brief_summary", "a" * 100_001),
        ("start_date", "May"),
        ("overall_status", "x"),
        ("enrollment_count", "-1"),
    ],
)
def test_a_value_that_the_field_does_not_take_is_refused(
    client, reviewer, column, value
):
    response = client.post(address("_set"), {"column": column, "value": value})

    assert 'role="alert"' in response.content.decode()
    assert not BulkOperation.objects.exists()


def test_steps_show_first_what_stands_against_them(client, reviewer, trials):
    Review.objects.filter(pk=trials[0].pk).update(state=Review.State.APPROVED)
    response = client.post(address("_review"), {"step": "reopen"}, follow=True)
    here = response.redirect_chain[-1][0]
    assert "NCT00000002 is imported by now." in response.content.decode()
    chosen = [f"{trial.pk}:" for trial in trials]
    form = {"shown": 1, "chosen": chosen, "go": "apply"}

    refused = client.post(here, form)
    assert "This field is required" in refused.content.decode()
    done = client.post(here, form | {"note": "The registry changed."}, follow=True)

    text = done.content.decode()
    assert "1 trial changed" in text and "2 skipped" in text
    assert Review.objects.get(pk=trials[0].pk).state == Review.State.REOPENED


def test_a_curator_may_submit_many_and_no_more(client, trials):
    ana = make_user(username="ana")
    ana.groups.add(Group.objects.get(name="curator"))
    client.force_login(ana)

    assert client.get(address("_replace")).status_code == 403
    assert client.get(address("_clusters")).status_code == 403
    assert client.post(address("_review"), {"step": "approve"}).status_code == 403
    response = client.post(address("_review"), {"step": "submit"})
    assert response.status_code == 302
    theirs = prepared(make_user("bulk_change", username="rita"))
    page = address("_operation", theirs.pk)
    assert client.get(page).status_code == 200
    assert client.post(page, APPLY).status_code == 403


# The list of operations, files, replay


# Committed, or each act would be a change set of its own.
@pytest.mark.django_db(transaction=True)
def test_the_list_counts_what_was_changed_and_put_back(client, reviewer, trials):
    assert "Nothing was done" in client.get(address("")).content.decode()
    bulk = prepared(reviewer)
    chosen = {"shown": 1, "chosen": [f"{trials[0].pk}:brief_title:0"]}
    client.post(address("_operation", bulk.pk), chosen | APPLY)
    bulk.refresh_from_db()

    row = client.get(address("")).content.decode()
    assert "Replace “pts” with “patients”" in row
    numbers = r'<td class="number">(\d+)</td>'
    assert re.findall(numbers, row) == ["1", "0", "0"]
    revert = reverse("admin:trials_trial_revert_all", args=[bulk.change_set_id])
    assert revert in row
    client.post(revert, {"reason": "typo"})

    row = client.get(address("")).content.decode()
    assert re.findall(numbers, row) == ["1", "0", "1"]
    assert revert not in row


def test_the_list_takes_as_many_queries_for_many(
    client, reviewer, trials, django_assert_max_num_queries
):
    for _ in range(12):
        prepared(reviewer)
    client.get(address(""))
    with django_assert_max_num_queries(12):
        client.get(address(""))


def test_an_operation_goes_out_and_comes_in_as_a_file(client, reviewer, trials):
    bulk = prepared(reviewer)
    data = client.get(address("_export", bulk.pk)).content
    assert from_json(data) == (REPLACE,)

    file = SimpleUploadedFile("o.json", to_json(REPLACE, SetValue("acronym", "X")))
    response = client.post(address("_import"), {"file": file})

    assert "2 operations are prepared" in told(response)[0]
    assert BulkOperation.objects.count() == 3
    assert "X" not in Trial.objects.values_list("acronym", flat=True)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"version": 1, "operations": [{"kind": "set", "column": "nct_id"}]}',
        b'{"version": 1, "operations": [{"kind": "review", "step": "approve"}]}',
        b" " * 1_000_001,
    ],
)
def test_a_file_that_is_none_is_refused_whole(client, reviewer, data):
    file = SimpleUploadedFile("o.json", data)
    response = client.post(address("_import"), {"file": file})

    assert "Nothing was prepared" in response.content.decode()
    assert not BulkOperation.objects.exists()


def test_a_file_is_prepared_for_the_trials_that_were_chosen(client, reviewer, trials):
    form = {"action": "operations_of_a_file", "_selected_action": [trials[0].pk]}
    page = client.post(reverse("admin:trials_trial_changelist"), form).url
    assert "1 ticked trial" in client.get(page).content.decode()

    data = submission(client.get(page).content.decode(), "bulk-import")
    file = SimpleUploadedFile("o.json", to_json(REPLACE))
    client.post(page, data | {"file": file})

    assert BulkOperation.objects.get().looked_at == 1


def test_it_is_replayed_on_the_trials_that_came_in_since(client, reviewer, trials):
    bulk = prepared(reviewer)
    make_trial(nct_id="NCT00000009", brief_title="New pts")

    page = client.get(address("_replay", bulk.pk)).content.decode()
    assert "(1 trial)" in page and "(4 trials)" in page
    response = client.post(address("_replay", bulk.pk), {"trials": "new"}, follow=True)

    assert "1 place in 1 trial" in response.content.decode()
    assert BulkOperation.objects.get(repeats=bulk).looked_at == 1


# From the list of trials


def test_ticked_trials_or_all_of_the_filter_are_taken_along(client, reviewer, trials):
    here = reverse("admin:trials_trial_changelist")
    form = {"action": "find_and_replace", "_selected_action": [trials[0].pk]}

    response = client.post(f"{here}?q=NCT", form)
    assert response.url == f"{address('_replace')}?of=ids%3D{trials[0].pk}"
    response = client.post(f"{here}?q=NCT0&o=1", form | {"select_across": "1"})
    assert response.url == f"{address('_replace')}?of=q%3DNCT0"
    assert "3 trials" in client.get(response.url).content.decode()


def test_the_list_offers_nothing_to_those_who_may_not(client, viewer, trials):
    text = client.get(reverse("admin:trials_trial_changelist")).content.decode()
    assert not re.search(
        "find_and_replace|set_a_field|operations_of_a_file|review_many", text
    )
