"""Who may what: every address and command, tried in every role."""

import difflib
import logging
from typing import NamedTuple

import pytest

from curation.tests import roles_doc
from curation.tests.walk import YES, Row, undone, walk
from curation.tests.walk_commands import walk_commands
from curation.tests.walk_desk import ANONYMOUS, SUPERUSER, VISITORS, make_desk

pytestmark = pytest.mark.django_db

CLOSED = {
    "/admin/<url>",
    "/admin/auth/group/<object_id>/delete/",
    "/admin/auth/user/<object_id>/delete/",
    "/admin/curation/exportprofile/add/",
    "/admin/curation/keptfilter/add/",
    "/admin/r/<content_type_id>/<object_id>/",
    "/admin/trials/trial/<object_id>/delete/",
    "/admin/trials/trial/add/",
}
"""The admin has these addresses; nobody gets anything there."""


class Walked(NamedTuple):
    rows: list[Row]
    document: str


@pytest.fixture(scope="module")
def walked(django_db_setup, django_db_blocker, tmp_path_factory):
    """The whole walk, once for all tests here: it takes a while."""
    logging.disable(logging.WARNING)  # A line and a traceback for each refusal.
    try:
        with django_db_blocker.unblock(), undone():
            desk = make_desk()
            rows = walk(desk)
            commands = walk_commands(desk, tmp_path_factory.mktemp("walk"))
            return Walked(rows, roles_doc.render(rows, commands))
    finally:
        logging.disable(logging.NOTSET)


def test_the_roles_may_what_the_document_says(walked, request):
    if request.config.getoption("--write-roles"):
        roles_doc.PATH.write_text(walked.document, encoding="utf-8")

    said = roles_doc.PATH.read_text(encoding="utf-8").splitlines()
    found = walked.document.splitlines()

    differences = [
        line
        for line in difflib.ndiff(said, found)
        if line.startswith(("- ", "+ ")) and line[2:].strip()
    ]
    assert not differences, "\n".join(
        [
            "docs/roles.md (-) is not what the walk found (+). Where that is meant, "
            "write it anew with `make roles`.",
            *differences,
        ]
    )


def test_a_refused_request_writes_nothing(walked):
    assert [row for row in walked.rows if row.wrote] == []


def test_each_address_opens_for_somebody_or_is_known_to_be_closed(walked):
    """A page that refuses everyone was asked for something that is not there."""
    everywhere = {row.address for row in walked.rows}
    superuser = VISITORS.index(SUPERUSER)
    opened = {row.address for row in walked.rows if row.answers[superuser] == YES}

    assert everywhere - opened == CLOSED


def test_who_is_not_logged_in_gets_the_login_alone(walked):
    anonymous = VISITORS.index(ANONYMOUS)
    opened = {row.address for row in walked.rows if row.answers[anonymous] == YES}

    assert opened == {"/admin/login/"}
