import json

import pytest
from hypothesis import given

from trials.record import plain
from trials.record.plain import SHAPE, ShapeError, from_plain, to_plain
from trials.tests.factory import make_record
from trials.tests.strategies import records


def changed(**changes):
    """The plain form of a record with other values at its top."""
    return json.dumps(json.loads(to_plain(make_record())) | changes)


@given(records())
def test_a_record_comes_back_from_its_json(record):
    assert from_plain(to_plain(record)) == record


@given(records())
def test_equal_records_give_equal_bytes(record):
    assert to_plain(from_plain(to_plain(record))) == to_plain(record)


def test_the_json_is_canonical():
    written = to_plain(make_record(brief_title="Ünïcode, 10 µg")).decode()

    assert written == json.dumps(
        json.loads(written), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    assert "acronym" not in written
    assert '"shape":1' in written


@pytest.mark.parametrize(
    "changes",
    [
        {"author": "me"},
        {"record": {"nct_id": "NCT00000001", "phase": "2"}},
        {"record": {"nct_id": "NCT00000001", "arms": [{"key": "a1", "name": "A"}]}},
    ],
)
def test_an_unknown_key_is_refused(changes):
    with pytest.raises(ShapeError, match="unknown field"):
        from_plain(changed(**changes))


@pytest.mark.parametrize("shape", [SHAPE + 1, 0, -1])
def test_a_shape_that_this_version_does_not_know_is_refused(shape):
    with pytest.raises(ShapeError, match=f"shape {shape}; this version knows"):
        from_plain(changed(shape=shape))


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"nct_id": "NCT1"},
        {"nct_id": "NCT00000001\n"},
        {"nct_id": "NCT00000001", "arms": [{"key": "a1"}, {"key": "a1"}]},
        {"nct_id": "NCT00000001", "arms": [{"key": "a1", "interventions": ["i9"]}]},
        {"nct_id": "NCT00000001", "contacts": [{"key": "cp1", "location": "l9"}]},
        {"nct_id": "NCT00000001", "criteria": [{"key": "c01"}]},
        {"nct_id": "NCT00000001", "criteria": [{"key": "c1", "level": 10}]},
        {"nct_id": "NCT00000001", "phases": ["two\nlines"]},
        {"nct_id": "NCT00000001", "phases": ["one line\n"]},
        {"nct_id": "NCT00000001", "enrollment_count": -1},
    ],
)
def test_what_is_no_record_is_refused(record):
    with pytest.raises(ShapeError, match="Not a trial record"):
        from_plain(changed(record=record))


@pytest.mark.parametrize("text", ["", "[]", "{}", b"\xff", '{"shape":1}'])
def test_what_is_no_json_of_a_record_is_refused(text):
    with pytest.raises(ShapeError):
        from_plain(text)


def test_an_older_shape_is_brought_up_step_by_step(monkeypatch):
    def second(values):
        return values | {"brief_title": values.pop("title")}

    def third(values):
        return values | {"acronym": values["brief_title"][:2]}

    monkeypatch.setattr(plain, "SHAPE", 3)
    monkeypatch.setattr(plain, "UPGRADES", {1: second, 2: third})
    old = json.dumps({"shape": 1, "record": {"nct_id": "NCT00000001", "title": "IL7"}})

    record = from_plain(old)

    assert (record.brief_title, record.acronym) == ("IL7", "IL")
