import pytest

from trials.readers.full_labels import CARD, FULL_INFORMATION, normal
from trials.readers.full_sections import BLOCKS
from trials.record.fields import fields_of
from trials.record.shape import COLLECTIONS, TrialRecord

CODED = {"code", "codes", "study type", "masking"}
LABELS = [label for block in (CARD, *BLOCKS) for label in block.labels]


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.names[0])
def test_every_label_fills_a_field_of_the_record(label):
    shape = COLLECTIONS[label.part] if label.part else TrialRecord
    fields = {field.name: field for field in fields_of(shape)}
    if label.kind not in ("own words", "access"):
        assert label.field in fields
    if label.implies:
        assert label.implies[0] in fields
    assert (label.kind in CODED) == (label.vocabulary is not None)


def test_what_a_block_implies_is_a_field_of_all_its_parts():
    for block in BLOCKS:
        for label in block.labels:
            if block.implies:
                shape = COLLECTIONS[label.part]
                assert block.implies[0] in {field.name for field in fields_of(shape)}


def test_no_block_has_a_name_or_heading_twice():
    for block in (CARD, *BLOCKS):
        assert len(block.ranks) == sum(len(label.names) for label in block.labels)
    headings = [normal(name) for block in BLOCKS for name in block.headings]
    assert len(set(headings)) == len(headings)


def test_the_sections_stand_in_the_order_of_their_numbers():
    numbers = [block.number for block in BLOCKS]
    assert BLOCKS[0] is FULL_INFORMATION
    assert numbers == sorted(numbers)
