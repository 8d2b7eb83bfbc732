"""Rules about formats: what is wrong, and what only looks strange."""

import pytest

from curation.rules import addresses, formats, references
from curation.rules.examples import context, record
from curation.rules.rule import Severity
from trials.record.diff import apply
from trials.record.shape import (
    ContactRecord,
    LinkRecord,
    OutcomeRecord,
    ReferenceRecord,
    SecondaryIdRecord,
)


def run(check, kept):
    return list(check(kept, context()))


@pytest.mark.parametrize(
    ("number", "fires"),
    [
        ("+088324317", True),
        ("+0518-82342973", True),
        ("12345", True),
        ("+8618801206400", False),
        ("(212) 555-0123", False),
        ("0049 30 123456", False),
        ("1-877-674-3784 ext. 12345", False),
        ("+86 10 8832 4317; +86 10 8832 4318", False),
        ("", False),
    ],
)
def test_phones(number, fires):
    kept = record(contacts=(ContactRecord(key="cp1", phone=number),))

    assert bool(run(addresses.phone, kept)) == fires


@pytest.mark.parametrize(
    ("address", "fires"),
    [
        ("chenjiali0389@163.com", False),
        ("a.b-c+d@clinic.example.org", False),
        ("a@b", True),
        ("a b@example.org", True),
        ("a@example.org, b@example.org", True),
        ("@example.org", True),
    ],
)
def test_emails(address, fires):
    kept = record(contacts=(ContactRecord(key="cp1", email=address),))

    assert bool(run(addresses.email, kept)) == fires


@pytest.mark.parametrize(
    ("address", "severity"),
    [
        ("https://example.org/a?b=c", "silent"),
        ("http://example.org", Severity.NOTE),
        ("example.org", None),
        ("https://localhost/a", None),
        ("https://exa mple.org", None),
        ("https://[1/", None),
    ],
)
def test_urls(address, severity):
    kept = record(links=(LinkRecord(key="ln1", url=address),))

    found = [f.severity for f in run(addresses.url, kept)]

    assert found == ([] if severity == "silent" else [severity])


@pytest.mark.parametrize(
    "address",
    [
        "https://www.clinicaltrials.gov/ct2/show/NCT02985775",
        "http://clinicaltrials.gov/show/NCT02985775",
        "https://clinicaltrials.gov/ct2/show/results/NCT02985775",
    ],
)
def test_old_links_lead_to_the_new_site(address):
    kept = record(links=(LinkRecord(key="ln1", url=address),))

    (found,) = run(addresses.url_classic, kept)

    links = apply(kept, found.fix.changes).links
    assert links[0].url == "https://clinicaltrials.gov/study/NCT02985775"


@pytest.mark.parametrize(
    ("low", "high", "fires"),
    [
        ("18 Years", "70 Years", 0),
        ("1 Year", "12 Months", 0),
        ("1 Day", "", 0),
        ("19 Years", "18 Years", 1),
        ("18", "", 1),
        ("18 years", "", 1),
        ("130 Years", "", 1),
        ("5 Fortnights", "", 1),
    ],
)
def test_ages(low, high, fires):
    kept = record(minimum_age=low, maximum_age=high)

    assert len(run(formats.age, kept)) == fires


@pytest.mark.parametrize(
    ("date", "fires"),
    [
        ("2020-02-29", False),
        ("2020", False),
        ("2021-02-29", True),
        ("2020-13", True),
        ("February 2020", True),
    ],
)
def test_dates(date, fires):
    assert bool(run(formats.date, record(last_update_submit_date=date))) == fires


@pytest.mark.parametrize(
    ("kind", "number", "fires"),
    [
        ("EUDRACT_NUMBER", "2010-023688-16", False),
        ("EUDRACT_NUMBER", "2010-02368-16", True),
        ("CTIS", "2022-500001-10", False),
        ("REGISTRY", "ISRCTN12345678", False),
        ("REGISTRY", "ISRCTN1234", True),
        ("OTHER", "U1111-1234-5678", False),
        ("OTHER", "anything else", False),
    ],
)
def test_secondary_ids(kind, number, fires):
    kept = record(
        secondary_ids=(SecondaryIdRecord(key="id1", type=kind, secondary_id=number),)
    )

    assert bool(run(formats.secondary_id, kept)) == fires


@pytest.mark.parametrize(
    ("citation", "fires"),
    [
        ("On X. doi: 10.1016/S0140-6736(20)30566-3. Epub 2020.", False),
        ("On X. doi:10.1001/jama.2020.1585.", False),
        ("On X. doi: https://doi.org/10.1001/jama.2020.1585", False),
        ("On X. doi: 10.1/x.", True),
        ("On X. doi:", True),
    ],
)
def test_dois(citation, fires):
    kept = record(references=(ReferenceRecord(key="r1", citation=citation),))

    assert bool(run(references.doi, kept)) == fires


def test_codes_of_parts_and_lists_are_looked_up():
    kept = record(
        phases=("PHASE2", "Phase 5"),
        outcomes=(OutcomeRecord(key="o1", type="Main"),),
    )

    paths = [found.paths for found in run(formats.unknown_vocabulary, kept)]

    assert sorted(paths) == [("outcomes[o1].type",), ("phases",)]


def test_lengths_count_all_criteria_together():
    kept = record(" | ".join(["I " + "x" * 999] * 21))

    (found,) = run(formats.length, kept)

    assert found.paths == ("criteria",)
