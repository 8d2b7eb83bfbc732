import pytest
from django.urls import reverse

from curation.models import AuditReview
from curation.pages import audit as page
from curation.tests.audit_log import look
from curation.tests.trail import FIRST, make_trial, make_user
from trials.models import FieldChange, Trial

pytestmark = pytest.mark.django_db

# The trail, newest first: trial and path.
DELETED = ("2", "criteria[c8]")
RETITLED = ("2", "brief_title")
FIXED = ("1", "overall_status")
REWORDED = ("1", "criteria[c7].text")
SHORTENED = ("1", "brief_title")
SECOND_IMPORTED = ("2", "")
FIRST_IMPORTED = ("1", "")
ALL = [
    DELETED,
    RETITLED,
    FIXED,
    REWORDED,
    SHORTENED,
    SECOND_IMPORTED,
    FIRST_IMPORTED,
]


@pytest.fixture
def boss(client, django_user_model):
    user = django_user_model.objects.create_superuser("boss")
    client.force_login(user)
    return user


def shown(response):
    return [(r.entry.trial[-1], r.entry.path) for r in response.context["rows"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ALL),
        ({"trial": "nct00000002 "}, [DELETED, RETITLED, SECOND_IMPORTED]),
        ({"trial": "NCT00000003"}, []),
        ({"actor": "ana"}, [REWORDED, SHORTENED, SECOND_IMPORTED]),
        ({"actor": "command line"}, [FIRST_IMPORTED]),
        ({"kind": "fix"}, [FIXED]),
        ({"kind": ["fix", "import"]}, [FIXED, SECOND_IMPORTED, FIRST_IMPORTED]),
        ({"reason": "typo"}, [REWORDED, SHORTENED]),
        ({"reason": "none"}, [FIXED, SECOND_IMPORTED, FIRST_IMPORTED]),
        ({"section": "eligibility"}, [DELETED, REWORDED]),
        ({"field": "brief_title"}, [RETITLED, SHORTENED]),
        ({"field": "criteria"}, [DELETED, REWORDED]),
        ({"field": "criteria.text"}, [REWORDED]),
        ({"operation": "delete"}, [DELETED]),
        ({"text": "interleukin-7 IN"}, [RETITLED, SHORTENED]),
        ({"text": "only."}, [REWORDED]),
        ({"text": "100%"}, []),
        ({"since": "2026-05-04"}, [DELETED, RETITLED, FIXED]),
        ({"since": "2026-05-04 12:00"}, [DELETED, RETITLED, FIXED]),
        ({"since": "2026-05-04 12:01"}, [DELETED, RETITLED]),
        ({"until": "2026-05-01"}, [FIRST_IMPORTED]),
        ({"until": "2026-05-02"}, [SECOND_IMPORTED, FIRST_IMPORTED]),
        ({"until": "2026-05-05"}, ALL),
        ({"since": "2026-05-04", "until": "2026-05-04T12:00"}, [FIXED]),
        ({"actor": "ben", "kind": "edit", "field": "brief_title"}, [RETITLED]),
    ],
)
def test_a_filter_shows_its_changes_newest_first(
    client, auditor, trail, query, expected
):
    assert shown(look(client, **query)) == expected


def test_a_row_says_who_what_when_why_and_in_which_role(client, auditor, trail):
    html = look(client, field="criteria.text").content.decode()

    for text in (
        "2026-05-03",
        "12:00:00",
        "ana",
        "curator",
        "Edit · Typo",
        "See the paper.",
        FIRST,
        "Criterion c7 · text",
        "Adults.",
        "Adults only.",
    ):
        assert text in html


def test_a_row_leads_to_what_its_version_changed(client, auditor, trail):
    (row,) = look(client, kind="fix").context["rows"]
    trial = Trial.objects.get(nct_id=FIRST)

    assert row.compare_url == (
        reverse("admin:trials_trial_compare", args=[trial.pk]) + "?from=2&to=3"
    )
    assert row.trial_url == reverse("admin:trials_trial_change", args=[trial.pk])


def test_a_first_version_leads_to_the_history(client, auditor, trail):
    (row,) = look(client, actor="command line").context["rows"]
    trial = Trial.objects.get(nct_id=FIRST)

    assert row.compare_url == reverse("admin:trials_trial_history", args=[trial.pk])


@pytest.mark.parametrize("query", [{"kind": "edit"}, {"kind": "import"}])
def test_a_row_leads_to_a_page_that_is_there(client, boss, trail, query):
    for row in look(client, **query).context["rows"]:
        assert client.get(row.compare_url).status_code == 200


def test_values_are_shown_as_the_forms_show_them(client, auditor, trail):
    (fixed,) = look(client, kind="fix").context["rows"]
    (deleted,) = look(client, operation="delete").context["rows"]

    assert (fixed.old, fixed.new) == ("Completed", "Terminated")
    assert "Text: Lymphopenia." in deleted.old.splitlines()


def test_the_counts_are_those_of_the_filter(client, auditor, trail):
    context = look(client, until="2026-05-05").context

    kinds, actors = (counts for _, counts in context["groups"])
    assert context["tally"].total == 7
    assert [(c.label, c.count) for c in kinds] == [
        ("Edit", 4),
        ("Import", 2),
        ("Fix", 1),
    ]
    assert [(c.label, c.count) for c in actors] == [
        ("ana", 3),
        ("ben", 3),
        ("command line", 1),
    ]
    assert kinds[2].url == "?until=2026-05-05&kind=fix"


def test_the_counts_cost_the_same_for_few_and_for_many_rows(
    client, auditor, trail, django_assert_num_queries
):
    trial = Trial.objects.get(nct_id=FIRST)
    AuditReview.objects.create(**review_values(auditor))
    # Session, account, two of permissions; names, two counts, rows, trials, reviews and
    # what came since.
    with django_assert_num_queries(11):
        look(client)
    FieldChange.objects.bulk_create(
        FieldChange(
            trial=trial,
            revision=trial.revisions.first(),
            path="acronym",
            operation="change",
            new=str(n),
        )
        for n in range(120)
    )
    with django_assert_num_queries(11):
        assert len(look(client).context["rows"]) == 50


def review_values(auditor, **values):
    every = FieldChange.objects.order_by("pk")
    return {
        "at": "2026-05-06T00:00Z",
        "reviewer": auditor,
        "reviewer_name": "una",
        "first": every.first(),
        "last": every.last(),
        "count": every.count(),
        "outcome": "nothing",
    } | values


def test_it_pages_no_further_than_it_can_count_its_way_to(
    client, auditor, trail, monkeypatch
):
    monkeypatch.setattr(page, "ROWS", 2)
    monkeypatch.setattr(page, "REACHABLE", 4)

    response = look(client, page=99)

    assert shown(response) == ALL[2:4]
    assert response.context["tally"].total == len(ALL)
    assert "The pages show the newest 4." in response.content.decode()


def test_hostile_text_is_shown_as_text(client, auditor, trail, django_user_model):
    make_trial("NCT00000009", brief_title="x")
    trial = Trial.objects.get(nct_id="NCT00000009")
    FieldChange.objects.create(
        trial=trial,
        revision=trial.revisions.get(),
        path="acronym",
        operation="change",
        new="<script>alert(1)</script>" + "long " * 60,
    )

    html = look(client, text="<script>alert").content.decode()

    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.parametrize("path", ["no path", "salary", "arms[a1].salary", "arms[a1]"])
def test_a_forged_row_is_shown_as_it_stands(client, auditor, trail, path):
    trial = Trial.objects.get(nct_id=FIRST)
    FieldChange.objects.create(
        trial=trial,
        revision=trial.revisions.first(),
        path=path,
        operation="create",
        new="forged",
    )

    assert "forged" in look(client, text="forged").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"since": "yesterday"},
        {"until": "2026-02-30"},
        {"until": "9999-12-31"},
        {"kind": "murder"},
        {"field": "password"},
        {"trial": "NCT\x00"},
    ],
)
def test_a_filter_without_sense_shows_and_exports_nothing(
    client, auditor, trail, query
):
    response = look(client, **query)

    assert response.status_code == 200
    assert response.context["rows"] == []
    assert response.context["chosen"].form.errors
    export = reverse("admin:audit_export_csv")
    assert client.get(export, query_params=query).status_code == 400


def test_a_renamed_account_is_found_by_both_names(
    client, auditor, trail, django_user_model
):
    django_user_model.objects.filter(username="ana").update(username="anna")

    by_old, by_new = look(client, actor="ana"), look(client, actor="anna")

    assert shown(by_old) == shown(by_new) == [REWORDED, SHORTENED, SECOND_IMPORTED]
    assert {row.entry.who for row in by_new.context["rows"]} == {"ana"}


# Who may


@pytest.mark.parametrize(
    "name", ["audit_log", "audit_export_csv", "audit_export_jsonl"]
)
def test_a_stranger_is_sent_to_the_login(client, name):
    response = client.get(reverse(f"admin:{name}"))

    assert response.status_code == 302
    assert response.url.startswith(reverse("admin:login"))


@pytest.mark.parametrize(
    "name",
    [
        "audit_log",
        "audit_export_csv",
        "audit_export_jsonl",
        "curation_accountevent_changelist",
        "curation_auditreview_changelist",
    ],
)
def test_a_curator_may_not_read_it(client, django_user_model, name):
    client.force_login(
        make_user(django_user_model, "ana", "trials.view_trial", "trials.change_trial")
    )

    assert client.get(reverse(f"admin:{name}")).status_code == 403
