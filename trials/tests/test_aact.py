import csv

import duckdb
import pytest

from trials.formats import Export, ExportError, Item, aact
from trials.record import vocabulary as v
from trials.record.aact import Numbering
from trials.record.aact_columns import COLUMNS
from trials.record.shape import ContactRecord, OutcomeRecord, SecondaryIdRecord
from trials.tests.factory import make_record


def write(folder, *found):
    aact.write(Export([Item(record) for record in found]), folder)


def table(folder, name):
    with (folder / f"{name}.txt").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="|"))


def test_every_table_is_a_file_with_aact_s_columns(tmp_path):
    write(tmp_path)

    assert {path.stem for path in tmp_path.iterdir()} == set(COLUMNS)
    for name, columns in COLUMNS.items():
        first = (tmp_path / f"{name}.txt").read_text().splitlines()
        assert first == ["|".join(columns)]


def test_values_are_spelled_as_aact_does(tmp_path):
    record = make_record(
        study_type=v.StudyType.INTERVENTIONAL.value,
        start_date="2020-02",
        completion_date="soon",
        who_masked=(v.WhoMasked.PARTICIPANT.value,),
        std_ages=(v.StandardAge.ADULT.value,),
        minimum_age="18 Years",
        healthy_volunteers=False,
        outcomes=(OutcomeRecord(key="o1", type="OTHER_PRE_SPECIFIED", measure="Pain"),),
        org_study_id="IRIS-7",
        secondary_ids=(
            SecondaryIdRecord(key="id1", secondary_id="2015-1", domain="X"),
        ),
    )
    write(tmp_path, record)

    (study,) = table(tmp_path, "studies")
    assert study["phase"] == "PHASE1/PHASE2"
    assert study["overall_status"] == "COMPLETED"
    assert (study["start_month_year"], study["start_date"]) == ("2020-02", "2020-02-29")
    assert (study["completion_month_year"], study["completion_date"]) == ("soon", "")
    assert (study["number_of_arms"], study["number_of_groups"]) == ("2", "")
    assert study["enrollment"] == "40"
    (design,) = table(tmp_path, "designs")
    assert (design["subject_masked"], design["caregiver_masked"]) == ("t", "")
    (eligibility,) = table(tmp_path, "eligibilities")
    assert (eligibility["adult"], eligibility["child"]) == ("t", "f")
    assert (eligibility["minimum_age"], eligibility["maximum_age"]) == (
        *("18 Years", "N/A"),
    )
    assert eligibility["healthy_volunteers"] == "f"
    assert eligibility["criteria"].startswith("Inclusion Criteria:\n\n* Adults.")
    (calculated,) = table(tmp_path, "calculated_values")
    assert calculated["minimum_age_num"] == "18"
    assert calculated["minimum_age_unit"] == "Years"
    assert calculated["number_of_facilities"] == "2"
    assert table(tmp_path, "design_outcomes")[0]["outcome_type"] == "other"
    assert table(tmp_path, "sponsors")[0]["lead_or_collaborator"] == "lead"
    assert [row["id_source"] for row in table(tmp_path, "id_information")] == [
        *("org_study_id", "secondary_id")
    ]


def test_no_row_has_a_column_that_its_table_lacks():
    for table, row in Numbering().rows(make_record(org_study_id="IRIS-7")):
        assert set(row) <= set(COLUMNS[table]), table


def test_contacts_stand_where_aact_has_them(tmp_path):
    def contact(key, location, role):
        return ContactRecord(key=key, name=key, location=location, role=role)

    record = make_record(
        contacts=(
            contact("cp1", None, "CONTACT"),
            contact("cp2", None, "CONTACT"),
            contact("cp3", "l11", "CONTACT"),
            contact("cp4", "l11", "PRINCIPAL_INVESTIGATOR"),
        )
    )
    write(tmp_path, record)

    central = table(tmp_path, "central_contacts")
    assert [(row["name"], row["contact_type"]) for row in central] == [
        ("cp1", "primary"),
        ("cp2", "backup"),
    ]
    (lyon,) = (r for r in table(tmp_path, "facilities") if r["city"] == "Lyon")
    for name, who in (("facility_contacts", "cp3"), ("facility_investigators", "cp4")):
        (row,) = table(tmp_path, name)
        assert (row["name"], row["facility_id"]) == (who, lyon["id"])


def test_queries_that_people_write_for_aact_run(tmp_path):
    write(tmp_path, make_record(), make_record(nct_id="NCT00000002"))
    base = duckdb.connect()
    for name in COLUMNS:
        base.read_csv(
            str(tmp_path / f"{name}.txt"), sep="|", header=True, all_varchar=True
        ).create(name)

    found = base.execute(
        """
        SELECT s.nct_id, s.phase, dg.title, i.name
        FROM studies s
        JOIN sponsors sp ON sp.nct_id = s.nct_id AND sp.lead_or_collaborator = 'lead'
        JOIN design_groups dg ON dg.nct_id = s.nct_id
        JOIN design_group_interventions dgi ON dgi.design_group_id = dg.id
        JOIN interventions i ON i.id = dgi.intervention_id
        WHERE s.overall_status = 'COMPLETED' AND dg.title = 'Both'
        ORDER BY s.nct_id, i.name
        """
    ).fetchall()

    assert found == [
        (f"NCT0000000{number}", "PHASE1/PHASE2", "Both", name)
        for number in (1, 2)
        for name in ("CYT107", "Saline")
    ]


def test_a_nul_character_is_refused(tmp_path):
    with pytest.raises(ExportError, match="NCT00000001: studies has a NUL"):
        write(tmp_path, make_record(acronym="\0"))
