"""Nothing leaves that is not logged, with the hash of what left."""

from hashlib import sha256

import pytest

from curation import exports
from curation.exports import Order, export
from curation.models import AccountEvent
from curation.pins import Selection
from curation.tests.factory import make_trial, make_user

pytestmark = pytest.mark.django_db


def silent(count):
    """Progress that nobody watches."""


def digest(path):
    return sha256(path.read_bytes()).hexdigest()


def logged():
    return AccountEvent.objects.get(kind=AccountEvent.Kind.RECORDS_EXPORTED)


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_the_log_tells_who_took_what_and_its_hash(tmp_path, name):
    make_trial()
    user = make_user(username="dana")
    order = Order("csv", tmp_path / name, Selection(statuses=("imported",)))

    export(order, by=user, progress=silent)

    assert logged().actor == user
    said, *hashes = logged().new.splitlines()
    assert said == "csv, records: 1. Trials: review imported; not withdrawn."
    files = [tmp_path / "out.zip"]
    if name == "out":
        files = [tmp_path / "out" / f"{table}.csv" for table in ("trials", "criteria")]
    assert hashes == [f"sha256 {digest(file)} {file.name}" for file in files]


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_nothing_leaves_that_is_not_logged(tmp_path, monkeypatch, name):
    def fail(*args, **kwargs):
        raise OSError("The log is full.")

    make_trial()
    monkeypatch.setattr(exports.accounts_log, "records_exported", fail)

    with pytest.raises(OSError, match="The log is full"):
        export(Order("csv", tmp_path / name), by=None, progress=silent)

    assert list(tmp_path.iterdir()) == []


def test_what_was_typed_cannot_pass_for_a_hash_in_the_log(tmp_path):
    forged = f"q\nsha256 {'0' * 64} other.zip"
    order = Order("csv", tmp_path / "a\nsha256 0.zip", release=forged)

    export(order, by=None, progress=silent)

    said, real = logged().new.splitlines()
    assert "other.zip" in said
    assert real.startswith(f"sha256 {digest(order.output)} ")
