"""The list never sorts: an index gives each of its orders.

SQLite tells so for a small database too; PostgreSQL would rather sort a few rows.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from curation.admin.trial import TrialAdmin
from curation.tests.factory import make_trial, make_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite tells its plan."),
]

SORTED = [
    name
    for name in TrialAdmin.list_display
    if getattr(getattr(TrialAdmin, name), "admin_order_field", None)
]


@pytest.fixture
def plans(client):
    """What SQLite does for the queries of a page that have an order."""
    make_trial()
    make_trial(nct_id="NCT00000002")
    client.force_login(make_user("view_trial"))
    url = reverse("admin:trials_trial_changelist")

    def told(**query):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url, query).status_code == 200
        with connection.cursor() as cursor:
            lines = []
            for statement in (q["sql"] for q in asked.captured_queries):
                if "ORDER BY" in statement and "trials_trial" in statement:
                    cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
                    lines += [line for *_, line in cursor]
            return lines

    return told


def number_of(name):
    """The column's number in the address: the one to tick stands before all."""
    return TrialAdmin.list_display.index(name) + 1


@pytest.mark.parametrize("way", ["", "-"])
@pytest.mark.parametrize("name", SORTED)
def test_an_index_gives_the_order_of_each_column(plans, name, way):
    told = plans(o=f"{way}{number_of(name)}")

    assert told
    assert not [line for line in told if "TEMP B-TREE" in line]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"overall_status": "COMPLETED"},
        {"study_type": "INTERVENTIONAL"},
        {"phases": "PHASE1"},
        {"review": "imported"},
        {"attention": "errors"},
        {"attention": "warnings"},
        {"attention": "approved"},
        {"attention": "lines"},
        {"attention": "pending"},
        {"layout": "full"},
        {"withdrawn": "all"},
        {"overall_status": "COMPLETED", "o": number_of("start")},
    ],
    ids=str,
)
def test_a_filtered_list_is_not_sorted_either(plans, query):
    assert not [line for line in plans(**query) if "TEMP B-TREE" in line]
