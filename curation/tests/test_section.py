import pytest
from django.urls import reverse

from curation import reviews
from curation.acts import Act
from curation.reviews import SUBMIT
from curation.tests.factory import make_page, make_trial, make_user, seed_trial
from curation.tests.review import (
    clean_trial,
    commented,
    make_curator,
    make_reviewer,
    stepped,
)
from curation.tests.section import address, said, shown
from trials.models import ChangeSet, Revision, Trial
from trials.readers import Repeat, Warning
from trials.record.sections import SECTIONS
from trials.record.shape import LocationRecord
from trials.tests.factory import criterion, make_record

pytestmark = pytest.mark.django_db

SLUGS = [section.slug for section in SECTIONS]


# Who may


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_not_logged_in_is_sent_to_the_login(client, method):
    response = getattr(client, method)(address(make_trial()))

    assert response.status_code == 302
    assert reverse("admin:login") in response.url


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_not_view_trials_sees_none(client, method):
    client.force_login(make_user())

    assert getattr(client, method)(address(make_trial())).status_code == 403


@pytest.mark.usefixtures("viewer")
@pytest.mark.parametrize("slug", SLUGS)
def test_a_viewer_sees_fields_that_take_nothing(client, slug):
    response = client.get(address(make_trial(), slug))

    assert response.status_code == 200
    page = response.content.decode()
    # Only what names the form itself is left to send.
    assert all(
        name in ("csrfmiddlewaretoken", "version", "focus") or "_FORMS" in name
        for name in shown(response)
    )
    assert "You may read this trial but not change it." in page
    assert 'name="_save"' not in page
    assert "data-add" not in page


@pytest.mark.usefixtures("viewer")
def test_a_viewer_cannot_save(client):
    trial = make_trial()
    data = {"version": "1", "sex": "MALE", "reason": "typo"}

    response = client.post(address(trial), data)

    assert response.status_code == 403
    assert Revision.objects.count() == 1


@pytest.mark.usefixtures("curator")
@pytest.mark.parametrize("path", ["999/section/design/", "{}/section/nowhere/"])
def test_what_is_not_there_is_not_found(client, path):
    trial = make_trial()
    url = reverse("admin:trials_trial_changelist") + path.format(trial.pk)

    assert client.get(url).status_code == 404


# What is shown


@pytest.mark.usefixtures("curator")
@pytest.mark.parametrize("slug", SLUGS)
def test_each_section_shows_the_seed_trial_beside_its_source(client, slug):
    response = client.get(address(seed_trial(), slug))

    assert response.status_code == 200
    page = response.content.decode()
    assert "NCT ID: NCT04426201" in page
    assert f'href="{address(Trial.objects.get(), slug)}" class="on"' in page
    assert all(address(Trial.objects.get(), other) in page for other in SLUGS)


@pytest.mark.usefixtures("curator")
def test_the_trial_itself_opens_at_its_first_section(client):
    trial = make_trial()

    response = client.get(reverse("admin:trials_trial_change", args=[trial.pk]))

    assert response.url == address(trial, "identification")


@pytest.mark.usefixtures("curator")
def test_hostile_text_is_shown_and_not_run(client):
    attack = "</textarea></script><script>alert(1)</script><!--"
    page = make_page(
        make_record(
            brief_title=attack,
            overall_status=attack,
            criteria=(criterion("c1", attack, attack, label=attack, group=attack),),
            locations=(LocationRecord(key="l10", facility=attack),),
            contacts=(),
        ),
        attack,
        lines={"criteria[c1].text": (1, 1)},
        repeats=(Repeat("brief_title", 1, 1, attack),),
        warnings=(Warning(1, "brief_title", attack),),
    )
    trial = make_trial(page)
    trial.sources.update(file_name=attack)

    for slug in SLUGS:
        shown_page = client.get(address(trial, slug)).content.decode()

        assert "<script>alert" not in shown_page
        assert "alert(1)" in shown_page


@pytest.mark.usefixtures("curator")
def test_lines_of_the_source_are_told_apart(client):
    page = make_page(
        make_record(),
        "Title\nCriteria\nAdults.\n\nFoot\nWhat?",
        lines={"criteria[c7].text": (3, 3)},
        repeats=(Repeat("brief_title", 1, 1),),
        headings=(2,),
        boilerplate=(5,),
        unplaced=(6,),
    )

    response = client.get(address(make_trial(page)))

    lines = response.context["source"].lines
    assert [(line.number, line.kind, line.path) for line in lines] == [
        (1, "value", "brief_title"),
        (2, "heading", ""),
        (3, "value", "criteria[c7].text"),
        (4, "blank", ""),
        (5, "boilerplate", ""),
        (6, "unplaced", ""),
    ]
    assert response.context["spans"] == {
        "criteria[c7].text": [[3, 3]],
        "brief_title": [[1, 1]],
    }


@pytest.mark.usefixtures("curator")
def test_a_line_of_several_values_leads_to_the_one_it_is_about(client):
    page = make_page(
        make_record(),
        "1. Adults.\n2020-02-01 [Actual]",
        lines={
            "criteria[c7].text": (1, 1),
            "criteria[c7].label": (1, 1),
            "start_date_type": (2, 2),
            "start_date": (2, 2),
        },
    )

    lines = client.get(address(make_trial(page))).context["source"].lines

    assert [line.path for line in lines] == ["criteria[c7].text", "start_date"]


@pytest.mark.usefixtures("curator")
def test_another_source_of_the_trial_can_be_shown_and_no_other_trials(client):
    trial = make_trial()
    make_trial(make_page(make_record(), "The later page."))
    stranger = make_trial(make_page(make_record(nct_id="NCT00000002"), "A stranger."))
    later = trial.sources.get(status="pending")

    assert "A page." in client.get(address(trial)).content.decode()
    shown_page = client.get(address(trial), {"source": later.pk}).content.decode()
    assert "The later page." in shown_page
    for wanted in (stranger.sources.get().pk, 999999, "x", "9" * 40):
        response = client.get(address(trial), {"source": wanted})
        assert response.status_code == 404


# Queries


def many(parts):
    return tuple(
        criterion(f"c{n}", "INCLUSION", "One.") for n in range(100, 100 + parts)
    )


@pytest.mark.parametrize("parts", [1, 200])
@pytest.mark.parametrize("slug", ["eligibility", "arms", "locations"])
def test_showing_a_section_takes_as_many_queries_with_many_parts(
    client, django_assert_max_num_queries, parts, slug
):
    trial = clean_trial(criteria=many(parts))
    ana, rita = make_curator(), make_reviewer()
    stepped(trial, SUBMIT, by=ana)
    ticked = Act(ChangeSet.Kind.REVIEW, by=ana)
    reviews.tick(trial.pk, slug, is_checked=True, version=1, act=ticked)
    for number in range(100, 100 + parts):
        commented(trial, f"criteria[c{number}].text", "@ana, why?", rita)
    client.force_login(rita)
    client.get(address(trial, slug))

    # Of the review: what forbids a step two, ticks two, comments one, names one.
    with django_assert_max_num_queries(10 + 6):
        client.get(address(trial, slug))


@pytest.mark.usefixtures("curator")
@pytest.mark.parametrize("parts", [1, 200])
def test_saving_a_section_takes_as_many_queries_with_many_parts(
    client, django_assert_max_num_queries, parts
):
    trial = make_trial(criteria=many(parts))
    data = shown(client.get(address(trial)))
    data |= {"criteria-0-text": "Other.", "reason": "typo"}

    with django_assert_max_num_queries(30):
        response = client.post(address(trial), data)

    assert said(response) == ["Saved as version 2."]
