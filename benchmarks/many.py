"""A desk of many trials, to time the pages in."""

from django.db import connection, transaction
from msgspec.structs import replace

from benchmarks.pages import FIXTURES, LAYOUTS, make_pages
from curation import workflow
from curation.acts import Act
from curation.models import Finding, Review
from curation.tests.factory import make_page, make_trial
from trials import importer, tables
from trials.models import ChangeSet, Revision, SearchText, SourceDocument, Trial
from trials.record.shape import COLLECTIONS, CriterionRecord

FIRST = 80_000_000
"""NCT numbers from here on are those of this module."""
ORIGINALS = 20
"""Trials that are imported and then copied."""


def make_many(trials: int) -> None:
    """So many trials: a few come in through the door, and their rows are copied.

    A copy is good for counting and showing. Its history is that of the original, so it
    cannot be saved or verified.
    """
    act = Act(ChangeSet.Kind.IMPORT, by=None)
    originals = []
    for number, layout in enumerate(LAYOUTS * (ORIGINALS // len(LAYOUTS))):
        ((name, data),) = make_pages(layout, 1, FIRST + number)
        page = importer.read_bytes(name, data)
        workflow.import_page(page, act=act)
        originals.append(Trial.objects.get(nct_id=page.reading.record.nct_id))
    each = (trials - len(originals)) // len(originals)
    with transaction.atomic(), connection.cursor() as cursor:
        for number, original in enumerate(originals, 1):
            _copy(cursor, original, each, FIRST + number * trials)
    with connection.cursor() as cursor:
        # What a database in use has done by itself: know how many rows there are.
        cursor.execute("ANALYZE")


def _copy(cursor, original: Trial, count: int, first: int) -> None:
    """Copy the trial so many times; the copies have numbers from `first`."""
    cursor.execute("SELECT max(id) FROM trials_trial")
    (last,) = cursor.fetchone()
    copies = [f"NCT{number:08}" for number in range(first, first + count)]
    trial_columns = _columns(Trial, "id", "nct_id")
    numbers = ", ".join(["(%s)"] * count)
    cursor.execute(
        f"INSERT INTO trials_trial (nct_id, {trial_columns}) "  # noqa: S608 - names
        f"SELECT numbers.column1, {trial_columns} "
        f"FROM (VALUES {numbers}) AS numbers, trials_trial WHERE id = %s",
        [*copies, original.pk],
    )
    own = (SourceDocument, Revision, Finding, Review, SearchText)
    for model in (*tables.MODELS.values(), *own):
        table = model._meta.db_table
        columns = _columns(model, "id", "trial_id")
        cursor.execute(
            f"INSERT INTO {table} (trial_id, {columns}) "  # noqa: S608 - names
            f"SELECT copy.id, {columns} "
            f"FROM (SELECT id FROM trials_trial WHERE id > %s) AS copy, "
            f"(SELECT {columns} FROM {table} WHERE trial_id = %s) AS original",
            [last, original.pk],
        )


def _columns(model, *left_out: str) -> str:
    """The names of the table's other columns."""
    columns = [field.column for field in model._meta.concrete_fields]
    return ", ".join(f'"{name}"' for name in columns if name not in left_out)


def make_large(parts: int) -> Trial:
    """A trial with so many criteria and no other parts, beside its page.

    The criteria are those of the seeds, again and again, with their faults.
    """
    seeds = [importer.read_bytes(path.name, path.read_bytes()) for path in FIXTURES]
    texts = [c.text for seed in seeds for c in seed.reading.record.criteria]
    criteria = tuple(
        # At another visit each time, so that no two are the same.
        CriterionRecord(
            key=f"c{number}",
            type=("INCLUSION", "EXCLUSION")[number > parts / 2],
            text=f"{texts[number % len(texts)].rstrip(' ;.')} (visit {number})",
        )
        for number in range(1, parts + 1)
    )
    values = dict.fromkeys(COLLECTIONS, ()) | {"criteria": criteria}
    seed, known = seeds[0], seeds[0].text.splitlines()
    lines = {path: at for path, at in seed.reading.lines.items() if "[" not in path}
    for place, criterion in enumerate(criteria, len(known) + 1):
        lines[f"criteria[{criterion.key}].text"] = (place, place)
    record = replace(seed.reading.record, nct_id=f"NCT{FIRST - parts:08}", **values)
    text = "\n".join([*known, *(criterion.text for criterion in criteria)])
    layout = seed.reading.layout
    return make_trial(make_page(record, text, layout=layout, lines=lines))
