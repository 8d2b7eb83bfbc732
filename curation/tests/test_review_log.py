import csv
import json
from datetime import timedelta
from io import StringIO

import pytest
from django.urls import reverse

from curation import story
from curation.models import AccountEvent, ReviewEvent
from curation.tests.factory import make_trial, make_user
from curation.tests.reviewed import happen, make_reviewed

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>"
LOG = "admin:curation_reviewevent_changelist"


@pytest.fixture
def trial(auditor):
    return make_reviewed()


def numbers(client, **query):
    """The events that the list shows, by their numbers."""
    shown = client.get(reverse(LOG), query_params=query).context["cl"].result_list
    return [event.number for event in shown]


def body(client, name, **query):
    address = reverse(f"admin:curation_reviewevent_export_{name}")
    response = client.get(address, query_params=query)
    assert response.streaming
    return b"".join(response.streaming_content).decode()


def between(since, until):
    """The query of the filter by time; each (day, time)."""
    ends = {"from": since, "to": until}
    return {
        f"change_set__at_{end}_{part}": text
        for end, texts in ends.items()
        for part, text in enumerate(texts)
    }


def test_a_row_says_when_what_who_in_which_role_and_why(client, trial):
    page = client.get(reverse(LOG)).content.decode()

    returned = trial.review_events.get(number=6).change_set
    for text in (
        f"{returned.at:%Y-%m-%d %H:%M:%S}",
        trial.nct_id,
        "<b>State</b> Submitted → Returned",
        "<b>Priority</b> Normal → High",
        "<b>Section checked</b>",
        "IL-7, surely?",
        "rita",
        "The acronym is IL-7.",
    ):
        assert text in page


def test_it_is_newest_first(client, trial):
    assert numbers(client) == list(range(14, 0, -1))


def test_it_is_filtered_by_kind(client, trial):
    assert numbers(client, kind__exact="state") == [13, 12, 11, 6, 5, 1]


@pytest.mark.parametrize(
    ("words", "found"),
    [("surely", [3]), ("acronym is", [6]), ("NCT00000009", [1]), ("rita state", [])],
)
def test_it_is_searched_by_number_name_and_text(client, trial, words, found):
    other = make_trial(nct_id="NCT00000009")
    happen(other, None, ReviewEvent.Kind.COMMENTED, new="Elsewhere.")

    assert numbers(client, q=words) == found


def test_it_is_searched_by_who(client, trial):
    assert numbers(client, q="rita") == [14, 13, 10, 6, 3]


def test_it_is_filtered_by_time_and_a_day_alone_is_meant_as_a_whole(client, trial):
    at = trial.review_events.get(number=1).change_set.at
    day, before = f"{at:%Y-%m-%d}", f"{at - timedelta(days=1):%Y-%m-%d}"

    assert len(numbers(client, **between((day, ""), (day, "")))) == 14
    assert numbers(client, **between((before, "00:00:00"), (before, "23:59:59"))) == []


def test_a_range_that_makes_no_sense_shows_and_exports_nothing(client, trial):
    query = between(("soon", "00:00:00"), ("", ""))

    assert numbers(client, **query) == []
    assert body(client, "jsonl", **query) == ""


def test_the_number_of_queries_does_not_grow(client, trial, django_assert_num_queries):
    # Session, account, two of permissions; count, rows.
    with django_assert_num_queries(6):
        client.get(reverse(LOG))

    for number in range(2, 12):
        other = make_trial(nct_id=f"NCT{number:08}")
        first = happen(other, None, ReviewEvent.Kind.COMMENTED, new="Look.")
        happen(other, None, ReviewEvent.Kind.RESOLVED, about=first)

    with django_assert_num_queries(6):
        client.get(reverse(LOG))


def test_hostile_words_stay_text(client, trial):
    first = happen(trial, None, ReviewEvent.Kind.COMMENTED, path=HOSTILE, new=HOSTILE)
    happen(trial, None, ReviewEvent.Kind.RESOLVED, about=first)

    assert HOSTILE not in client.get(reverse(LOG)).content.decode()


# Export


@pytest.mark.parametrize(
    "query", [{}, {"kind__exact": "state"}, {"q": "rita"}, {"q": "nobody at all"}]
)
def test_an_export_is_what_the_list_shows_row_by_row(client, trial, query):
    shown = [trial.review_events.get(number=n).pk for n in numbers(client, **query)]

    lines = [json.loads(line) for line in body(client, "jsonl", **query).splitlines()]
    head, *cells = csv.reader(StringIO(body(client, "csv", **query), newline=""))

    assert [line["row"] for line in lines] == [f"review event {pk}" for pk in shown]
    assert tuple(head) == story.Told._fields
    assert [line[0] for line in cells] == [line["row"] for line in lines]


def test_an_export_is_not_cut_at_a_page(client, trial):
    for number in range(60):
        happen(trial, None, ReviewEvent.Kind.COMMENTED, new=str(number))

    assert body(client, "jsonl").count("\n") == 74


def test_a_spreadsheet_takes_no_comment_for_a_formula(client, trial):
    happen(trial, None, ReviewEvent.Kind.COMMENTED, new="=1+1")

    first = next(csv.DictReader(StringIO(body(client, "csv"), newline="")))

    assert first["new"] == "'=1+1"
    assert json.loads(body(client, "jsonl").splitlines()[0])["new"] == "=1+1"


def test_an_export_is_logged_with_its_filter(client, auditor, trial):
    body(client, "csv", kind__exact="state")

    event = AccountEvent.objects.get(kind="audit_exported")
    assert event.actor == auditor
    assert event.new == "csv: review log: kind__exact=state"


def test_the_list_offers_the_export_of_its_filter(client, trial):
    page = client.get(reverse(LOG), query_params={"q": "rita"}).content.decode()

    assert f'{reverse("admin:curation_reviewevent_export_csv")}?q=rita"' in page
    assert "5 events" in page


# Who may


def test_the_menu_leads_there_next_to_the_audit_log(client, auditor):
    page = client.get(reverse("admin:index")).content.decode()

    assert f'href="{reverse(LOG)}"' in page
    assert page.index(reverse("admin:audit_log")) < page.index(reverse(LOG))


@pytest.mark.parametrize("name", [LOG, "admin:curation_reviewevent_export_csv"])
def test_only_auditors_read_it(client, db, name):
    client.force_login(make_user("view_trial", "change_trial", "view_comment"))

    assert client.get(reverse(name)).status_code == 403
    assert not AccountEvent.objects.filter(kind="audit_exported").exists()


def test_nothing_can_be_sent_to_an_export(client, auditor):
    address = reverse("admin:curation_reviewevent_export_csv")

    assert client.post(address).status_code == 405
