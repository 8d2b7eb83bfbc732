"""The rules: what a careful curator would notice, each a function, all listed here.

No Django, no database: a rule sees a record and its context, nothing else.
"""

from curation.rules import (
    addresses,
    arms,
    completeness,
    criteria_headings,
    criteria_items,
    criteria_lists,
    criteria_numbers,
    criteria_participants,
    criteria_texts,
    dates,
    design,
    formats,
    organisations,
    outcomes,
    people,
    phrases,
    references,
    second_page,
    source,
    spelling,
    status,
    text_marks,
    text_spacing,
    text_values,
    titles,
)
from curation.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    # Eligibility
    *criteria_headings.RULES,
    *criteria_numbers.RULES,
    *criteria_items.RULES,
    *criteria_lists.RULES,
    *criteria_texts.RULES,
    *criteria_participants.RULES,
    # Spelling and characters
    *spelling.RULES,
    *phrases.RULES,
    *text_marks.RULES,
    *text_spacing.RULES,
    *text_values.RULES,
    # Across fields
    *dates.RULES,
    *status.RULES,
    *design.RULES,
    *arms.RULES,
    *organisations.RULES,
    *people.RULES,
    *titles.RULES,
    *references.RULES,
    *outcomes.RULES,
    # Completeness, format, import
    *completeness.RULES,
    *formats.RULES,
    *addresses.RULES,
    *source.RULES,
    *second_page.RULES,
)
