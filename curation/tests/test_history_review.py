"""The review's events on the history page, and on the page of an act."""

import pytest
from django.urls import reverse

from curation.models import ReviewEvent
from curation.tests.factory import act, edit, make_trial, make_user
from curation.tests.reviewed import happen, make_reviewed
from trials.models import ChangeSet

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>"
Kind = ReviewEvent.Kind


@pytest.fixture
def reader(client, db):
    user = make_user("view_trial", "view_comment", username="reader")
    client.force_login(user)
    return user


def get(client, trial, **query):
    address = reverse("admin:trials_trial_history", args=[trial.pk])
    return client.get(address, query_params=query)


def steps_of(client, trial, **query):
    return get(client, trial, **query).context["steps"]


def labels(step):
    return [(told.label, told.old, told.new) for told in step.events]


def versions(step):
    return [version.revision.number for version in step.versions]


def test_an_edit_that_started_the_review_is_one_step(client, reader):
    step = steps_of(client, make_reviewed())[-2]

    assert versions(step) == [2]
    assert [change.label for change in step.versions[0].changes] == ["Acronym"]
    assert labels(step) == [
        ("State", "Imported", "In review"),
        ("Assigned", "nobody", "ana"),
    ]


def test_changes_and_events_stand_in_one_line_newest_first(client, reader):
    steps = steps_of(client, make_reviewed())

    assert [
        versions(step) or [told.label for told in step.events] for step in steps
    ] == [
        ["Approval kept"],
        ["State"],
        ["State"],
        [3],
        ["Priority"],
        ["Claimed"],
        ["Comment resolved"],
        ["Answer"],
        ["State"],
        ["State"],
        ["Section checked"],
        ["Comment"],
        [2],
        [1],
    ]


def test_a_step_says_who_in_which_role_when_and_why(client, reader):
    trial = make_reviewed()

    page = get(client, trial).content.decode()

    returned = trial.review_events.get(number=6).change_set
    for text in (
        "Submitted → Returned",
        "<strong>rita</strong>",
        f"{returned.at:%H:%M} UTC",
        "<q>The acronym is IL-7.</q>",
        "Normal → High",
    ):
        assert text in page


def test_an_approval_shows_name_role_time_meaning_and_version(client, reader):
    trial = make_reviewed()
    approved = trial.review_events.get(number=13).change_set

    page = get(client, trial).content.decode()

    blocks = page.split('<li class="step')
    (block,) = [block for block in blocks if "Submitted → Approved" in block]
    for text in (
        "<strong>rita</strong>",
        '<span class="muted">reviewer</span>',
        f"{approved.at:%H:%M} UTC",
        "Transition",
        "version 3",
    ):
        assert text in block


def test_a_comment_stands_with_its_text_and_leads_to_its_place(client, reader):
    trial = make_reviewed()

    page = get(client, trial).content.decode()

    goto = reverse("admin:trials_trial_goto", args=[trial.pk])
    assert f'<a href="{goto}?path=acronym">Acronym</a>' in page
    assert "<blockquote>IL-7, surely?</blockquote>" in page
    assert "to “IL-7, surely?”" in page
    assert client.get(f"{goto}?path=acronym").status_code == 302


def test_a_tick_leads_to_its_section(client, reader):
    trial = make_reviewed()

    page = get(client, trial).content.decode()

    section = reverse("admin:trials_trial_section", args=[trial.pk, "identification"])
    assert f'<a href="{section}">Identification and status</a>' in page


def test_only_claims_are_quiet(client, reader):
    steps = steps_of(client, make_reviewed())

    assert [labels(step) for step in steps if step.is_quiet] == [
        [("Claimed", "", "ana")]
    ]


def test_a_trial_given_back_to_the_queue_says_so(client, reader):
    trial = make_trial()
    happen(trial, None, Kind.CLAIMED, old="ana")

    (told,) = steps_of(client, trial)[0].events

    assert (told.label, told.old) == ("Given back", "ana")


def test_the_review_alone_can_be_shown(client, reader):
    steps = steps_of(client, make_reviewed(), show="review")

    assert not any(step.versions for step in steps)
    assert sum(len(step.events) for step in steps) == 14


def test_the_changes_of_the_record_alone_can_be_shown(client, reader):
    steps = steps_of(client, make_reviewed(), show="changes")

    assert [versions(step) for step in steps] == [[3], [2], [1]]
    assert not any(step.events for step in steps)


def test_a_filter_that_nobody_knows_shows_all(client, reader):
    assert len(steps_of(client, make_reviewed(), show="secrets")) == 14


def test_pages_hold_whole_acts_and_keep_the_filter(client, reader, monkeypatch):
    monkeypatch.setattr("curation.pages.history.STEPS", 5)
    trial = make_reviewed()

    pages = [steps_of(client, trial, page=number) for number in (1, 2, 3)]

    assert [len(page) for page in pages] == [5, 5, 4]
    shown = [step.act.pk for page in pages for step in page]
    assert len(shown) == len(set(shown))
    assert versions(pages[2][-1]) == [1]
    page = get(client, trial, show="review", page=2).content.decode()
    assert "page 2 of 3, 13 in all" in page
    assert 'href="?show=review&amp;page=1"' in page


def test_an_act_stands_where_it_came_to_the_trial_not_where_it_began(client, reader):
    trial, other = make_trial(), make_trial(nct_id="NCT00000002")
    bulk = act(ChangeSet.Kind.BULK_EDIT)
    # Tests run in one transaction, after which alone an act would keep its row.
    bulk._change_set = None
    edit(other, bulk, acronym="ALL")
    bulk._change_set = ChangeSet.objects.get(kind=ChangeSet.Kind.BULK_EDIT)
    edit(trial, acronym="MINE")
    edit(trial, bulk, acronym="ALL")

    assert [versions(step) for step in steps_of(client, trial)] == [[3], [2], [1]]


def test_many_events_cost_as_many_queries_as_few(
    client, reader, django_assert_num_queries
):
    trial = make_reviewed()
    with django_assert_num_queries(13):
        get(client, trial)

    for number in range(20):
        first = happen(trial, reader, Kind.COMMENTED, new=str(number))
        happen(trial, reader, Kind.COMMENTED, new=f"To {number}", about=first)

    # On the first page no revision is left, whose changes were to be read.
    with django_assert_num_queries(12):
        get(client, trial)
    with django_assert_num_queries(13):
        get(client, trial, page=3)


def test_hostile_words_stay_text(client, reader):
    trial = make_trial()
    first = happen(trial, reader, Kind.COMMENTED, path="acronym", new=HOSTILE)
    happen(trial, reader, Kind.RESOLVED, path="acronym", about=first)
    happen(trial, reader, Kind.COMMENTED, path=HOSTILE, new="Forged.")
    happen(trial, reader, Kind.STATE, old=HOSTILE, new=HOSTILE)

    page = get(client, trial).content.decode()

    assert HOSTILE not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_without_the_right_to_view_comments_none_is_shown(client):
    trial = make_reviewed()
    client.force_login(make_user("view_trial", username="guest"))

    steps = steps_of(client, trial)

    kinds = {told.event.kind for step in steps for told in step.events}
    assert not kinds & {"commented", "resolved", "reopened"}
    assert len(steps) == 11


# The page of an act


def act_page(client, change_set):
    address = reverse("admin:trials_trial_change_set", args=[change_set.pk])
    return client.get(address).content.decode()


def test_an_act_that_only_assigned_trials_says_so(client, reader):
    trials = [make_trial(nct_id=f"NCT0000000{n}") for n in (1, 2)]
    first = happen(trials[0], reader, Kind.ASSIGNED, new="ana")
    event = trials[1].review_events.model(
        trial=trials[1],
        number=1,
        change_set=first.change_set,
        kind=Kind.ASSIGNED,
        version=1,
        old="ben",
        new="ana",
    )
    event.save()
    client.force_login(make_user("view_trial", "change_trial", "revert_changeset"))

    page = act_page(client, first.change_set)

    assert "<strong>2 trials</strong>" in page
    assert "nobody → ana" in page
    assert "ben → ana" in page
    assert "Nothing of the record" in page
    assert "Revert all" not in page


def test_an_edit_that_started_the_review_says_both(client, reader):
    trial = make_reviewed()

    page = act_page(client, trial.revisions.get(number=2).change_set)

    assert "Compare version 1 with 2" in page
    assert "Imported → In review" in page


def test_the_page_of_a_comment_needs_the_right_to_view_comments(client, reader):
    trial = make_reviewed()
    said = trial.review_events.get(number=3).change_set
    assert "IL-7, surely?" in act_page(client, said)

    client.force_login(make_user("view_trial", username="guest"))

    assert "IL-7, surely?" not in act_page(client, said)
