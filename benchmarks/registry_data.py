"""A registry of any size, to measure a desk at the size of the real one.

Each trial is a record of its own: words are drawn as language uses them, a few often
and most hardly ever, so that a search finds as much as it would in real records. Rows
are written past the door, which would take hours; the history of a trial is good enough
to save it, and not to verify it.
"""

import sys
import time
from bisect import bisect
from datetime import timedelta
from itertools import accumulate
from random import Random
from typing import Any

from django.core.management import call_command
from django.db import connection, models, transaction
from django.utils import timezone
from msgspec.structs import replace

from benchmarks.pages import FIXTURES
from benchmarks.registry_copies import COPIED, OWN_IDS, copy, last_id
from curation.models import Finding, Review
from curation.rules import RULES
from trials import importer, search, tables
from trials.models import (
    ArmIntervention,
    ChangeSet,
    FieldChange,
    Revision,
    SourceDocument,
    Trial,
)
from trials.models.fields import ListField
from trials.record import shape
from trials.record.fields import fields_of
from trials.record.plain import to_plain
from trials.record.vocabulary import Status, StudyType

CHUNK = 1_000
"""Trials that are made and written at once."""
DIFFERENT = 10_000
"""Trials that are made; further ones are copies of these, made by the database."""
FINDINGS = 4
"""Findings a trial."""
WORDS = 40_000
"""Words that records are made of; the n-th is used 1/n as often as the first."""
SCALARS = [f.name for f in fields_of(shape.TrialRecord) if f.kind != "parts"]
SYLLABLES = "a bi car den em fo gly hep in kor lum mab nib ol pro qui ren stat tox vir"


class Language:
    """Words by how often they are used."""

    def __init__(self):
        seeds = [importer.read_bytes(p.name, p.read_bytes()) for p in FIXTURES]
        self.seeds = tuple(seed.reading.record for seed in seeds)
        known = " ".join(seed.text for seed in seeds).lower().split()
        common = [word for word in dict.fromkeys(known) if word.isalpha()]
        syllables = SYLLABLES.split()
        random = Random(1)  # noqa: S311 - for measuring, not for secrets
        made = dict.fromkeys(
            "".join(random.choices(syllables, k=random.randint(2, 5)))
            for _ in range(2 * WORDS)
        )
        self.words = [*common, *made][:WORDS]
        self.weights = list(accumulate(1 / n for n in range(1, WORDS + 1)))

    def text(self, random: Random, least: int, most: int) -> str:
        """A sentence of so many words."""
        top, draw = self.weights[-1], random.random
        words = [
            self.words[bisect(self.weights, draw() * top)]
            for _ in range(random.randint(least, most))
        ]
        return " ".join(words).capitalize()


def make_record(language: Language, number: int) -> shape.TrialRecord:
    """The record of the trial with that number; the same in every run."""
    random = Random(number)  # noqa: S311 - for measuring, not for secrets
    text = language.text
    seed = random.choice(language.seeds)
    interventions = tuple(
        shape.InterventionRecord(
            key=f"i{n}",
            type="DRUG",
            name=text(random, 1, 3),
            description=text(random, 5, 40),
        )
        for n in range(1, random.randint(2, 4))
    )
    drugs = tuple(part.key for part in interventions)
    year = random.randint(1999, 2026)
    return replace(
        seed,
        nct_id=f"NCT{number:08}",
        brief_title=text(random, 5, 16),
        official_title=text(random, 8, 28),
        acronym=text(random, 1, 1).upper() if random.random() < 0.3 else "",
        org_study_id=f"ORG-{number}",
        overall_status=random.choices(list(Status), _falling(len(Status)))[0].value,
        study_type=random.choices(list(StudyType), (75, 24, 1))[0].value,
        phases=random.choices(PHASES, (40, 18, 6, 18, 4, 12, 9, 1))[0],
        start_date=f"{year}-{random.randint(1, 12):02}",
        brief_summary=text(random, 40, 120),
        detailed_description=text(random, 0, 300),
        secondary_ids=(),
        sponsors=(shape.SponsorRecord(key="s1", name=text(random, 2, 5), role="LEAD"),),
        conditions=_named(shape.ConditionRecord, language, random, 3),
        keywords=_named(shape.KeywordRecord, language, random, 5),
        interventions=interventions,
        arms=tuple(
            shape.ArmRecord(
                key=f"a{n}",
                label=text(random, 1, 4),
                description=text(random, 5, 40),
                interventions=drugs[:n],
            )
            for n in range(1, random.randint(2, 4))
        ),
        other_intervention_names=(),
        outcomes=tuple(
            shape.OutcomeRecord(
                key=f"o{n}",
                type="PRIMARY" if n == 1 else "SECONDARY",
                measure=text(random, 4, 16),
                description=text(random, 5, 50),
                time_frame=f"{random.randint(1, 52)} weeks",
            )
            for n in range(1, random.randint(3, 13))
        ),
        criteria=tuple(
            shape.CriterionRecord(
                key=f"c{n}",
                type=("INCLUSION", "EXCLUSION")[n > 10],
                text=text(random, 5, 30),
            )
            for n in range(1, random.randint(10, 32))
        ),
        locations=tuple(
            shape.LocationRecord(
                key=f"l{n}",
                facility=text(random, 2, 6),
                city=text(random, 1, 1),
                country="Germany",
            )
            # Most trials have one site or few, some have dozens.
            for n in range(1, 2 + int(random.expovariate(0.15)))
        ),
        contacts=(),
        references=(),
        related_trials=(),
    )


PHASES = (
    ("NA",),
    (),
    ("PHASE1",),
    ("PHASE2",),
    ("PHASE1", "PHASE2"),
    ("PHASE3",),
    ("PHASE4",),
    ("EARLY_PHASE1",),
)


def _falling(count: int) -> list[float]:
    return [1 / (n + 1) for n in range(count)]


def _named(part, language: Language, random: Random, most: int) -> tuple:
    return tuple(
        part(key=f"{part.prefix}{n}", name=language.text(random, 1, 3))
        for n in range(1, random.randint(2, most + 1))
    )


def fill(count: int) -> None:
    """Make the database of the settings, if need be, and its trials `count`."""
    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    first = Trial.objects.count() + 1
    language = Language()
    act = ChangeSet.objects.create(
        kind=ChangeSet.Kind.IMPORT,
        at=timezone.now(),
        actor_name="benchmark",
        app_version="0",
    )
    ids = {model: last_id(model) for model in (Trial, *tables.MODELS.values())}

    def tell(done: int) -> None:
        seconds = time.perf_counter() - started
        sys.stderr.write(f"[{done:,}/{count:,}] {seconds:.0f} s\n")

    different = min(count, DIFFERENT)
    for start in range(first, different + 1, CHUNK):
        numbers = range(start, min(start + CHUNK, different + 1))
        records = [make_record(language, number) for number in numbers]
        with transaction.atomic():
            _write(records, act, ids)
        tell(numbers[-1])
    while (done := Trial.objects.count()) < count:
        with transaction.atomic():
            copy(min(COPIED, count - done))
        tell(Trial.objects.count())
    _after()


def _write(
    records: list[shape.TrialRecord],
    act: ChangeSet,
    ids: dict[type[models.Model], int],
) -> None:
    """Rows of a chunk; `ids` are the highest ids in use."""
    first = ids[Trial] + 1
    ids[Trial] += len(records)
    trials = Trial.objects.bulk_create(
        Trial(
            pk=pk,
            version=1,
            last_key=40,
            changed_at=act.at,
            **{name: getattr(record, name) for name in SCALARS},
        )
        for pk, record in enumerate(records, first)
    )
    by_key: dict[tuple[int, str], int] = {}
    for collection, model in tables.MODELS.items():
        _write_parts(model, collection, trials, records, ids, by_key)
    ArmIntervention.objects.bulk_create(
        ArmIntervention(
            arm_id=by_key[trial.pk, arm.key],
            intervention_id=by_key[trial.pk, key],
            position=position,
        )
        for trial, record in zip(trials, records, strict=True)
        for arm in record.arms
        for position, key in enumerate(arm.interventions, 1)
    )
    _write_work(trials, records, act)
    search.update({t.pk: r for t, r in zip(trials, records, strict=True)})


def _write_parts(model, collection, trials, records, ids, by_key) -> None:
    """One collection of all trials, by one statement: objects would take minutes."""
    columns = [
        f.name for f in fields_of(shape.COLLECTIONS[collection]) if f.kind != "keys"
    ]
    lists = {f.name for f in model._meta.fields if isinstance(f, ListField)}
    rows = []
    for trial, record in zip(trials, records, strict=True):
        for position, part in enumerate(getattr(record, collection), 1):
            ids[model] += 1
            by_key[trial.pk, part.key] = ids[model]
            values = [
                "\n".join(getattr(part, name)) if name in lists else getattr(part, name)
                for name in columns
            ]
            rows.append((ids[model], trial.pk, part.key, position, *values))
    names = ["id", "trial_id", "key", "position"]
    names += [model._meta.get_field(name).column for name in columns]
    quoted = ", ".join(f'"{name}"' for name in names)
    places = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {model._meta.db_table} ({quoted}) "  # noqa: S608 - names
            f"VALUES ({places})",
            rows,
        )


def _write_work(trials, records, act) -> None:
    """History, page, review and findings."""
    rules = [rule.id for rule in RULES]
    pages = SourceDocument.objects.bulk_create(
        SourceDocument(
            trial=trial,
            status=SourceDocument.Status.CURRENT,
            file_name=f"{trial.nct_id}.txt",
            text="\n".join(part.text for part in record.criteria),
            encoding="utf-8",
            sha256=f"{trial.pk:064x}",
            layout="full",
            reader_version=1,
            unplaced_count=trial.pk % 50 == 0,
        )
        for trial, record in zip(trials, records, strict=True)
    )
    revisions = Revision.objects.bulk_create(
        Revision(
            trial=trial,
            number=1,
            change_set=act,
            source=page,
            snapshot=to_plain(record).decode(),
            hash="0",
        )
        for trial, record, page in zip(trials, records, pages, strict=True)
    )
    FieldChange.objects.bulk_create(
        FieldChange(revision=r, trial_id=r.trial_id, operation="create")
        for r in revisions
    )
    Review.objects.bulk_create(_review(trial, act) for trial in trials)
    Finding.objects.bulk_create(
        Finding(
            trial=trial,
            rule=rules[(trial.pk * 7 + n * n) % len(rules)],
            severity=_severity(trial, n),
            fingerprint=str(n),
            path="brief_title",
            paths=["brief_title"],
            message="Something looks wrong with this value, as rules say it.",
            fix_label="Write it right" if n == 1 else "",
            before=f"wrong{trial.pk % 30}" if n == 1 else "",
            after=f"right{trial.pk % 30}" if n == 1 else "",
            opened_at=act.at,
        )
        for trial in trials
        for n in range(FINDINGS)
    )


def _severity(trial: Trial, number: int) -> int:
    """An error on every third trial in work; the others are warnings and notes."""
    if number == 0:
        return 1 if trial.pk % 3 == 0 and not _is_approved(trial) else 3
    return 2 if number == 1 else 3


def _is_approved(trial: Trial) -> bool:
    return trial.pk % 5 < 2


def _review(trial: Trial, act: ChangeSet) -> Review:
    """Two of five are approved, looked at after the findings came; a few before."""
    is_approved = _is_approved(trial)
    before = timedelta(days=-1 if trial.pk % 100 == 0 else 1)
    values: dict[str, Any] = {"state": Review.State.IMPORTED}
    if is_approved:
        values = {
            "state": Review.State.APPROVED,
            "approved_version": 1,
            "approved_at": act.at,
            "looked_at": act.at + before,
        }
    return Review(
        trial=trial,
        state_since=act.at - timedelta(seconds=trial.pk % 100_000),
        priority=2 if trial.pk % 10 else 3,
        open_errors=int(_severity(trial, 0) == 1),
        open_warnings=1,
        found_at=act.at,
        **values,
    )


def _after() -> None:
    """What a database in use has done by itself, and where its own ids go on."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for model in (Trial, *tables.MODELS.values(), ArmIntervention, *OWN_IDS):
                table = model._meta.db_table
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "  # noqa: S608
                    f"max(id)) FROM {table}"
                )
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")
