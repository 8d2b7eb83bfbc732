import csv
import tracemalloc
from io import StringIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trials.formats.csv_table import CsvTable, csv_line
from trials.record.cells import guarded, to_cell
from trials.record.tabular import Column, Table
from trials.tests.strategies import lines, texts

TABLE = Table("x", (Column("name"), Column("date", "date"), Column("text")), ("name",))

_tricky = st.text("a ,'\"=+-@\t\r\n|\\", max_size=5)
_values = (
    texts
    | _tricky
    | st.none()
    | st.booleans()
    | st.integers()
    | st.lists(lines | _tricky, max_size=3).map(tuple)
)


@given(st.lists(_values, min_size=1, max_size=5).map(tuple), st.booleans())
@example(("",), False)
@example(("=a", "b"), True)
@example(("a", "=b"), True)
@example(("a,b", "c"), False)
@example(("a\r", "b"), False)
@example(("a\n", "b"), False)
@example(('"', "b"), False)
def test_a_line_is_what_the_writer_of_python_makes_of_the_cells(row, is_guarded):
    cells = map(to_cell, row)
    line = StringIO()
    csv.writer(line).writerow(map(guarded, cells) if is_guarded else cells)

    assert csv_line(row, is_guarded=is_guarded) == line.getvalue()


def test_values_that_are_no_dates_are_noted_where_that_is_asked_for(tmp_path):
    rows = [("a", "2020-01", ""), ("b", "soon", "later")]
    noting = CsvTable(TABLE, tmp_path / "noted.csv", notes_odd=True)
    plain = CsvTable(TABLE, tmp_path / "plain.csv")
    for table in (noting, plain):
        table.write(rows)
        table.close()

    assert (noting.odd, plain.odd) == ({"date": {"soon"}}, {})
    assert noting.rows == plain.rows == 2


@pytest.mark.parametrize("is_guarded", [True, False])
def test_memory_does_not_grow_with_the_rows(tmp_path, is_guarded):
    def most(count):
        table = CsvTable(TABLE, tmp_path / "x.csv", is_guarded=is_guarded)
        tracemalloc.start()
        for number in range(count):
            table.write([(str(number), "2020", "some words, and others" * 50)])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        table.close()
        return peak

    assert most(2000) < 2 * most(20) + 50_000
