import json

import pytest

from trials.formats import Export, Item, ctgov
from trials.record.registry import to_registry
from trials.record.tabular import NCT_ID, Column, Table
from trials.tests.factory import make_record

REVIEWS = Table("reviews", (NCT_ID, Column("review_status")), ("nct_id",))


def test_the_json_holds_every_trial_in_its_order(tmp_path):
    found = [make_record(nct_id=f"NCT0000000{number}") for number in (1, 2)]

    written = ctgov.write(Export(map(Item, found)), tmp_path / "out.json")

    assert json.loads((tmp_path / "out.json").read_bytes()) == {
        "studies": [to_registry(record) for record in found]
    }
    assert written.trials == 2


def test_json_lines_are_an_object_a_line(tmp_path):
    found = [make_record(nct_id=f"NCT0000000{number}") for number in (1, 2)]

    ctgov.write(Export(map(Item, found), lines=True), tmp_path / "out.jsonl")

    lines = (tmp_path / "out.jsonl").read_bytes().splitlines()
    assert [json.loads(line) for line in lines] == [to_registry(r) for r in found]


@pytest.mark.parametrize(
    ("lines", "text"), [(False, '{"studies": [\n]}\n'), (True, "")]
)
def test_no_trials_are_still_json(tmp_path, lines, text):
    ctgov.write(Export([], lines=lines), tmp_path / "out.json")

    assert (tmp_path / "out.json").read_text() == text


def test_what_is_known_once_of_a_trial_is_in_the_curation_section(tmp_path):
    item = Item(make_record(), {"reviews": [("NCT00000001", "approved")]})

    ctgov.write(Export([item], (REVIEWS,)), tmp_path / "out.json")

    (study,) = json.loads((tmp_path / "out.json").read_bytes())["studies"]
    assert study["curationSection"]["reviews"] == {"reviewStatus": "approved"}


def test_a_file_that_was_there_stays_until_the_new_one_is_whole(tmp_path):
    output = tmp_path / "out.json"
    output.write_text("old")

    def broken():
        yield Item(make_record())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ctgov.write(Export(broken()), output)

    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]
    assert output.read_text() == "old"
