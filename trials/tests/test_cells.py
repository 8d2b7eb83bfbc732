import pytest
from hypothesis import given
from hypothesis import strategies as st

from trials.record.cells import (
    CellError,
    from_cell,
    guarded,
    join,
    split,
    to_cell,
    unguarded,
)
from trials.record.tabular import Column
from trials.tests.strategies import lines, texts


@pytest.mark.parametrize(
    ("kind", "value", "cell"),
    [
        ("flag", None, ""),
        ("flag", True, "true"),
        ("flag", False, "false"),
        ("count", None, ""),
        ("count", 0, "0"),
        ("text", "A, B", "A, B"),
        ("list", ("PHASE1", "PHASE2"), "PHASE1 | PHASE2"),
        ("list", (), ""),
        ("list", ("a|b", "c\\"), r"a\|b | c\\"),
    ],
)
def test_a_value_becomes_a_cell_and_comes_back(kind, value, cell):
    assert to_cell(value) == cell
    assert from_cell(Column("x", kind), cell) == value


_tricky = st.text("| \\a", min_size=1, max_size=6)


@given(st.lists(lines | _tricky, max_size=4).map(tuple))
def test_any_list_comes_back_from_its_cell(items):
    assert split(join(items)) == items


@given(st.lists(lines | _tricky, max_size=4).map(tuple))
def test_each_item_of_a_list_is_escaped_for_itself(items):
    escaped = [item.replace("\\", "\\\\").replace("|", "\\|") for item in items]

    assert join(items) == " | ".join(escaped)


@given(texts | st.text("='+-@\t\r\n \"", max_size=4))
def test_any_text_comes_back_from_its_guard(text):
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "'"])
def test_what_a_spreadsheet_might_run_gets_an_apostrophe(first):
    assert guarded(f"{first}1+1") == f"'{first}1+1"
    assert guarded(f"1{first}") == f"1{first}"


@pytest.mark.parametrize(("kind", "cell"), [("flag", "yes"), ("count", "-1")])
def test_a_cell_of_another_kind_is_refused(kind, cell):
    with pytest.raises(CellError, match=f"x: “{cell}”"):
        from_cell(Column("x", kind), cell)
