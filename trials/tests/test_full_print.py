from trials.readers.full_print import Print, align
from trials.readers.full_values import Found
from trials.readers.page import Page


def conditions(*names):
    return [{"name": Found(name, 1, 1)} for name in names]


def merged(mine, other, *, fills=False, empty=()):
    """Both prints merged: the conditions kept, and the repeats."""
    first, second, page = Print(), Print(), Page("text")
    first.parts["conditions"] = conditions(*mine)
    second.parts["conditions"] = conditions(*other)
    first.empty.update(empty)
    first.merge(second, page, fills=fills)
    kept = [part["name"].value for part in first.parts["conditions"]]
    return kept, [(repeat.path, repeat.value) for repeat in page.repeats]


def test_parts_are_aligned_by_content_then_by_position():
    mine, others = conditions("A", "B", "C"), conditions("A", "X", "C")
    assert align("conditions", mine, others) == [0, 1, 2]
    assert align("conditions", mine, conditions("C", "A")) == [2, 0]
    assert align("conditions", mine, conditions("A", "B", "C", "D")) == [0, 1, 2, None]
    assert align("conditions", conditions("A", "A"), conditions("A", "A")) == [0, 1]


def test_what_a_second_print_says_again_is_a_repeat():
    assert merged(["A", "B"], ["A", "X", "C"]) == (
        ["A", "B"],
        [
            ("conditions[cd1].name", None),
            ("conditions[cd2].name", "X"),
            ("conditions", "C"),
        ],
    )


def test_what_only_a_second_print_says_is_taken_over():
    assert merged([], ["A"]) == (["A"], [])


def test_an_empty_label_is_filled_by_its_like_only():
    assert merged([], ["A"], empty=["conditions"]) == ([], [("conditions", "A")])
    assert merged([], ["A"], empty=["conditions"], fills=True) == (["A"], [])


def test_a_yes_or_no_that_differs_is_told_in_words():
    print_, page = Print(), Page("text")
    print_.take(page, "is_ppsd", Found(False, 1, 1))
    print_.take(page, "is_ppsd", Found(True, 2, 2))
    assert [(r.path, r.value) for r in page.repeats] == [("is_ppsd", "Yes")]
