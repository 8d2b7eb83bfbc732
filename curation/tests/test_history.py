import pytest
from django.urls import reverse

from curation.tests.factory import act, edit, make_page, make_trial, make_user
from trials.models import ChangeSet
from trials.record.shape import SponsorRecord
from trials.tests.factory import make_record

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>"


def url(trial):
    return reverse("admin:trials_trial_history", args=[trial.pk])


@pytest.fixture
def reader(client):
    user = make_user("view_trial")
    client.force_login(user)
    return user


def page_of(client, trial, query=""):
    return client.get(url(trial) + query).content.decode()


def test_a_revision_shows_who_when_why_and_what(client, reader):
    trial = make_trial()
    by = make_user(username="ada", is_superuser=True)
    why = act(ChangeSet.Kind.EDIT, by, reason="registry_consulted", note="Looked up.")
    edit(trial, why, brief_title="Interleukin-7 in flu")

    page = page_of(client, trial)

    at = trial.revisions.get(number=2).change_set.at
    for text in (
        "Version 2",
        "ada",
        "superuser",
        f"{at:%H:%M} UTC",
        "Registry consulted",
        "Looked up.",
        "Brief title",
        "Interleukin-7 in <del>sepsis</del><ins>flu</ins>",
    ):
        assert text in page


def test_the_newest_revision_comes_first(client, reader):
    trial = make_trial()
    edit(trial, acronym="A")

    page = page_of(client, trial)

    assert page.index("Version 2") < page.index("Version 1")


def test_an_import_names_its_file(client, reader):
    assert "from page.txt (full layout)" in page_of(client, make_trial())


def test_codes_are_shown_in_words(client, reader):
    trial = make_trial()
    edit(trial, has_results=True, phases=("PHASE3",))

    page = page_of(client, trial)

    assert "<del>No</del><ins>Yes</ins>" in page
    assert "<del>Phase 1, Phase 2</del><ins>Phase 3</ins>" in page


def test_a_part_that_came_is_shown_line_by_line(client, reader):
    trial = make_trial()
    sponsor = SponsorRecord(key="s99", name=HOSTILE, role="LEAD")
    edit(trial, sponsors=(*make_record().sponsors, sponsor))

    page = page_of(client, trial)

    assert "Sponsor s99" in page
    assert "<dt>Name</dt><dd>&lt;script&gt;alert(1)&lt;/script&gt;</dd>" in page
    assert "{&quot;" not in page


def test_hostile_text_stays_text(client, reader):
    trial = make_trial(make_page(make_record(brief_title=HOSTILE)))
    note = act(ChangeSet.Kind.EDIT, reason="other", note=HOSTILE)
    edit(trial, note, brief_title=f"{HOSTILE} {HOSTILE}", why_stopped=HOSTILE)

    assert HOSTILE not in page_of(client, trial)


def test_an_act_on_several_trials_leads_to_its_page(client, reader, transactional_db):
    trials = [make_trial(nct_id=f"NCT0000000{n}") for n in (1, 2)]
    bulk = act(ChangeSet.Kind.BULK_EDIT)
    for trial in trials:
        edit(trial, bulk, acronym="ALL")

    page = page_of(client, trials[0])

    number = ChangeSet.objects.get(kind=ChangeSet.Kind.BULK_EDIT).pk
    assert "with 1 other trial<" in page
    assert reverse("admin:trials_trial_change_set", args=[number]) in page


def test_only_who_may_change_is_offered_the_ways_back(client, reader):
    trial = make_trial()
    edit(trial, acronym="A")
    assert "Undo" not in page_of(client, trial)

    client.force_login(make_user("view_trial", "change_trial", username="ada"))
    page = page_of(client, trial)

    assert "Revert to this version" in page
    assert "Undo" in page


def test_a_revision_of_many_changes_shows_some_and_says_so(client, reader):
    trial = make_trial()
    parts = [SponsorRecord(key=f"s{n}", name="S") for n in range(100, 160)]
    edit(trial, sponsors=tuple(parts))

    assert "21 more changes" in page_of(client, trial)


def test_thirty_revisions_cost_as_many_queries_as_two(
    client, reader, django_assert_num_queries
):
    trial = make_trial()
    edit(trial, acronym="0")
    # Session, account, two of permissions, trial; count, page, acts, two for their
    # sizes, revisions, changes, events.
    with django_assert_num_queries(13):
        client.get(url(trial))

    for n in range(1, 29):
        edit(trial, acronym=str(n), org_study_id=str(n))

    with django_assert_num_queries(13):
        page = page_of(client, trial)
    assert "page 1 of 2, 30 in all" in page
    assert "Version 1<" in page_of(client, trial, "?page=2")


def test_the_section_leads_to_the_history(client, reader):
    trial = make_trial()
    section = reverse("admin:trials_trial_section", args=[trial.pk, "description"])

    assert f'href="{url(trial)}"' in client.get(section).content.decode()


def test_who_may_not_see_trials_sees_no_history(client):
    client.force_login(make_user())

    assert client.get(url(make_trial())).status_code == 403


def test_who_is_not_logged_in_is_asked_to(client):
    assert client.get(url(make_trial())).status_code == 302


def test_it_is_only_read(client, reader):
    assert client.post(url(make_trial())).status_code == 405


def test_a_trial_that_is_not_there_is_not_found(client, reader):
    address = reverse("admin:trials_trial_history", args=[999])

    assert client.get(address).status_code == 404
