import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from curation.tests.factory import make_page, make_trial, make_user, seed_trial
from curation.tests.submission import submission
from trials import tables
from trials.models import ChangeSet, Revision, Trial
from trials.readers import Repeat, Warning
from trials.record.sections import SECTIONS
from trials.record.shape import LocationRecord
from trials.tests.factory import criterion, make_record

pytestmark = pytest.mark.django_db

SLUGS = [section.slug for section in SECTIONS]


@pytest.fixture
def curator(client):
    user = make_user("view_trial", "change_trial")
    client.force_login(user)
    return user


@pytest.fixture
def viewer(client):
    user = make_user("view_trial", username="viewer")
    client.force_login(user)
    return user


def address(trial, slug="eligibility"):
    return reverse("admin:trials_trial_section", args=[trial.pk, slug])


def shown(response):
    """What the browser would send of the form in the page."""
    return submission(response.content.decode(), "section-form")


def save(client, trial, changes, slug="eligibility", **query):
    """Open the section, change some controls, send it."""
    url = address(trial, slug)
    data = shown(client.get(url, query)) | {"reason": "typo"} | changes
    return client.post(f"{url}?{client_query(query)}" if query else url, data)


def client_query(query):
    return "&".join(f"{name}={value}" for name, value in query.items())


def said(response):
    """The messages of the response."""
    return [str(message) for message in get_messages(response.wsgi_request)]


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


# Saving


def test_a_save_is_one_act_and_comes_back_to_the_field(client, curator):
    trial = make_trial()

    response = save(
        client,
        trial,
        {
            "criteria-1-text": "Severe lymphopenia.",
            "sex": "FEMALE",
            "reason": "parsing_error",
            "note": "See line 40.",
            "focus": "criteria[c8].text",
        },
    )

    assert response.status_code == 302
    assert response.url == f"{address(trial)}#criteria[c8].text"
    assert said(response) == ["Saved as version 2."]
    trial.refresh_from_db()
    assert trial.version == 2
    assert trial.sex == "FEMALE"
    assert trial.criteria.get(key="c8").text == "Severe lymphopenia."
    change_set = trial.revisions.get(number=2).change_set
    assert (change_set.actor, change_set.kind) == (curator, ChangeSet.Kind.EDIT)
    assert (change_set.reason, change_set.note) == ("parsing_error", "See line 40.")


@pytest.mark.usefixtures("curator")
@pytest.mark.parametrize("slug", SLUGS)
def test_a_section_sent_as_it_is_leaves_no_trace(client, slug):
    trial = seed_trial()
    record = tables.load(trial)

    response = save(client, trial, {}, slug)

    assert said(response) == ["Nothing was changed, so nothing was saved."]
    assert tables.load(Trial.objects.get()) == record
    assert Revision.objects.count() == ChangeSet.objects.count() == 1
    assert Trial.objects.get().version == 1


@pytest.mark.usefixtures("curator")
def test_nothing_changed_asks_for_no_reason(client):
    response = save(client, make_trial(), {"reason": ""})

    assert said(response) == ["Nothing was changed, so nothing was saved."]


@pytest.mark.usefixtures("curator")
def test_a_change_needs_a_reason_and_the_typing_stays(client):
    trial = make_trial()

    response = save(client, trial, {"sex": "FEMALE", "reason": ""})

    assert response.status_code == 200
    page = response.content.decode()
    assert "Please choose the reason for the change." in page
    assert shown(response)["sex"] == ["FEMALE"]
    assert Trial.objects.get().version == 1


@pytest.mark.usefixtures("curator")
def test_another_reason_is_told_in_the_note(client):
    trial = make_trial()

    refused = save(client, trial, {"sex": "FEMALE", "reason": "other", "note": " "})
    assert "what the other reason is" in refused.content.decode()

    saved = save(client, trial, {"sex": "FEMALE", "reason": "other", "note": "Why."})
    assert said(saved) == ["Saved as version 2."]


@pytest.mark.usefixtures("curator")
def test_an_unknown_reason_is_refused(client):
    response = save(client, make_trial(), {"sex": "FEMALE", "reason": "boredom"})

    assert response.status_code == 200
    assert Trial.objects.get().version == 1


@pytest.mark.usefixtures("curator")
def test_the_reason_can_be_left_out_where_the_settings_say_so(client, settings):
    settings.REASON_REQUIRED = False

    response = save(client, make_trial(), {"sex": "FEMALE", "reason": ""})

    assert said(response) == ["Saved as version 2."]


@pytest.mark.usefixtures("curator")
def test_the_last_reason_is_offered_again(client):
    trial = make_trial()
    save(client, trial, {"sex": "FEMALE", "reason": "registry_consulted"})

    again = shown(client.get(address(trial, "design")))

    assert again["reason"] == ["registry_consulted"]


@pytest.mark.usefixtures("curator")
def test_what_is_refused_is_marked_and_the_typing_stays(client):
    trial = make_trial()

    response = save(
        client,
        trial,
        {"start_date": "soon", "acronym": "IL-7"},
        slug="identification",
    )

    page = response.content.decode()
    assert response.status_code == 200
    assert "Nothing was saved." in page
    assert "Write the date as 2020-02-01" in page
    assert shown(response)["start_date"] == ["soon"]
    assert shown(response)["acronym"] == ["IL-7"]
    assert Trial.objects.get().version == 1


@pytest.mark.usefixtures("curator")
@pytest.mark.parametrize("version", ["", "0", "2", "-1", "x", "9" * 30, "1\0"])
def test_a_version_that_never_was_is_not_found(client, version):
    trial = make_trial()

    response = save(client, trial, {"version": version, "sex": "FEMALE"})

    assert response.status_code == 404
    assert Trial.objects.get().version == 1


@pytest.mark.usefixtures("curator")
@pytest.mark.parametrize(
    "changes",
    [
        {"criteria-TOTAL_FORMS": "x"},
        {"criteria-TOTAL_FORMS": "-1"},
        {"criteria-TOTAL_FORMS": "1001"},
        {"criteria-INITIAL_FORMS": "99"},
        {"criteria-0-key": "c99"},
        {"criteria-0-key": "../../x"},
        {"sex": ["MALE", "FEMALE"], "criteria-0-type": "X"},
    ],
)
def test_a_form_that_was_tampered_with_is_refused(client, changes):
    trial = make_trial()

    response = save(client, trial, changes)

    assert response.status_code in (200, 302)
    assert Trial.objects.get().version == 1
    assert tables.load(Trial.objects.get()) == make_record()


@pytest.mark.usefixtures("curator")
def test_a_new_part_gets_a_key_that_was_never_used(client):
    trial = make_trial()
    save(client, trial, {"contacts-1-DELETE": "on"}, slug="sponsors")
    row = {"TOTAL_FORMS": "4", "3-text": "Consent.", "3-level": "0", "3-type": ""}

    save(client, trial, {f"criteria-{name}": value for name, value in row.items()})

    keys = Trial.objects.get().criteria.values_list("key", flat=True)
    assert list(keys) == ["c7", "c8", "c9", "c14"]


@pytest.mark.usefixtures("curator")
def test_rows_changed_behind_the_desk_are_not_saved_over(client):
    trial = make_trial()
    Trial.objects.update(brief_title="Behind the desk")

    response = save(client, trial, {"sex": "FEMALE"})

    assert response.status_code == 200
    assert "check_history NCT00000001" in " ".join(said(response))
    assert shown(response)["sex"] == ["FEMALE"]
    assert Trial.objects.get().sex == ""


# Going to a value


def go(client, trial, path, **query):
    url = reverse("admin:trials_trial_goto", args=[trial.pk])
    return client.get(url, {"path": path} | query)


@pytest.mark.usefixtures("viewer")
@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("brief_title", "identification/?#brief_title"),
        ("criteria[c9].text", "eligibility/?#criteria[c9].text"),
        ("contacts[cp13]", "sponsors/?#contacts[cp13]"),
    ],
)
def test_a_path_leads_to_its_section(client, path, leads_to):
    response = go(client, make_trial(), path)

    assert response.status_code == 302
    assert response.url.endswith(f"/section/{leads_to}")


@pytest.mark.usefixtures("viewer")
def test_a_path_leads_to_its_page_of_a_long_section_and_keeps_the_source(client):
    criteria = tuple(criterion(f"c{n}", "", f"No. {n}") for n in range(100, 160))
    trial = make_trial(criteria=criteria)

    response = go(client, trial, "criteria[c150].text", source="5")

    assert response.url == (
        f"{address(trial)}?source=5&criteria-page=3#criteria[c150].text"
    )


@pytest.mark.usefixtures("viewer")
def test_a_part_that_is_gone_is_said_to_be(client):
    response = go(client, make_trial(), "criteria[c99].text")

    assert said(response) == ["criteria[c99].text is not in the record any more."]


@pytest.mark.usefixtures("viewer")
@pytest.mark.parametrize("path", ["", "colour", "criteria[", "//evil.example", "a\0"])
def test_what_is_no_path_is_not_found(client, path):
    assert go(client, make_trial(), path).status_code == 404


def test_who_may_not_view_trials_goes_nowhere(client):
    client.force_login(make_user())

    assert go(client, make_trial(), "brief_title").status_code == 403


# Queries


def many(parts):
    return tuple(
        criterion(f"c{n}", "INCLUSION", "One.") for n in range(100, 100 + parts)
    )


@pytest.mark.usefixtures("curator")
@pytest.mark.parametrize("parts", [1, 200])
@pytest.mark.parametrize("slug", ["eligibility", "arms", "locations"])
def test_showing_a_section_takes_as_many_queries_with_many_parts(
    client, django_assert_max_num_queries, parts, slug
):
    trial = make_trial(criteria=many(parts))
    client.get(address(trial, slug))

    with django_assert_max_num_queries(10):
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
