"""How near the batch path comes to the bare writing of the same rows.

Raw is what the database's driver does at best with rows that are ready: binary COPY on
PostgreSQL, `executemany` on SQLite, in one transaction. Both ways write pages of the
same kind in turns, so that a busy machine is unfair to neither.
"""

import time
from collections.abc import Callable
from typing import NamedTuple
from unittest import mock

from django.db import connection, transaction

from curation import findings, workflow
from curation.acts import Act
from curation.workflow import NewTrial
from trials import bulk
from trials.importer import PageFile
from trials.models import ChangeSet


class Rows(NamedTuple):
    """The rows of one table, as the driver takes them."""

    model: bulk.Model
    names: tuple[str, ...]
    rows: list[bulk.Row]


def seconds(step: Callable[[], object]) -> float:
    """The time that `step` takes."""
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def checked(pages: list[PageFile], act: Act) -> list[NewTrial]:
    """The pages, ready to be written."""
    words = findings.lazy_words()
    return [workflow.check_new(page, words, act=act) for page in pages]


def prepared(pages: list[PageFile]) -> list[Rows]:
    """The very rows that the batch path writes for the pages; nothing is stored."""
    tables = []
    insert = bulk.insert

    def note(model, names, rows):
        rows = list(rows)
        tables.append(Rows(model, names, rows))
        insert(model, names, rows)

    act = Act(ChangeSet.Kind.IMPORT, by=None)
    with transaction.atomic(), mock.patch.object(bulk, "insert", note):
        workflow.import_new(checked(pages, act), act=act)
        transaction.set_rollback(True)
    return tables


def write_raw(tables: list[Rows]) -> None:
    """Write the rows with the driver alone."""
    with transaction.atomic():
        for model, names, rows in tables:
            statement = bulk.insertion(model, names)
            if connection.vendor == "sqlite":
                connection.connection.executemany(statement, rows)
                continue
            with connection.cursor() as cursor, cursor.copy(statement) as copy:
                copy.set_types(bulk.types_of(model, names))
                for row in rows:
                    copy.write_row(row)


def write_batch(new: list[NewTrial]) -> None:
    """Write the same kind of rows through the door."""
    workflow.import_new(new, act=Act(ChangeSet.Kind.IMPORT, by=None))
