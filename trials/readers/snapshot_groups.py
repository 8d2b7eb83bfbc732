"""Arms and interventions of a snapshot page, which prints their texts run together.

"Interventions" prints a block for each: a name, at most one line that describes it, and
list lines that go on with the description. "Study Groups" prints, for each arm, its
label, its description, and word for word the blocks of its interventions.
"""

from collections.abc import Sequence

from trials.readers.page import Page
from trials.readers.slots import Fields
from trials.readers.snapshot_split import Arm, split
from trials.readers.snapshot_text import unescape
from trials.record.shape import ArmRecord, InterventionRecord


def read_groups(
    page: Page, groups: Sequence[int], interventions: Sequence[int]
) -> Fields:
    """Arms and interventions, from the lines of the two sections.

    The lines "Aspirin", "75 mg a day" in "Interventions" and "Treated", "Aspirin",
    "75 mg a day" in "Study Groups" give one intervention with its description, and the
    arm "Treated" that gets it.
    """
    blocks, arms = split(_lines(page, interventions), _lines(page, groups))
    own = [
        _intervention(page, number, interventions[block.start : block.end])
        for number, block in enumerate(blocks, start=1)
    ]
    return {
        "interventions": tuple(own),
        "arms": tuple(
            _arm(page, number, groups, arm, own)
            for number, arm in enumerate(arms, start=1)
        ),
    }


def _lines(page: Page, numbers: Sequence[int]) -> list[str]:
    """Lines to compare, with one micro sign where pages mix the two."""
    return [page[number].replace("\u00b5", "\u03bc") for number in numbers]


def _description(page: Page, numbers: Sequence[int]) -> str:
    return "\n".join(unescape(page[number]) for number in numbers)


def _intervention(page: Page, number: int, lines: Sequence[int]) -> InterventionRecord:
    """The intervention whose name and description stand in `lines`."""
    name, *rest = lines
    path = f"interventions[i{number}]"
    page.place(f"{path}.name", name)
    if rest:
        page.place(f"{path}.description", rest[0], rest[-1])
    return InterventionRecord(
        key=f"i{number}", name=page[name], description=_description(page, rest)
    )


def _arm(
    page: Page,
    number: int,
    lines: Sequence[int],
    arm: Arm,
    interventions: Sequence[InterventionRecord],
) -> ArmRecord:
    """The arm that stands in its part of `lines`, the section "Study Groups"."""
    label, *rest = lines[arm.start : arm.header_end]
    path = f"arms[a{number}]"
    page.place(f"{path}.label", label)
    if rest:
        page.place(f"{path}.description", rest[0], rest[-1])
    if arm.repeats:
        first, last = arm.repeats[0].start, arm.repeats[-1].end - 1
        page.place(f"{path}.interventions", lines[first], lines[last])
    for repeat in arm.repeats:
        _repeat(page, lines[repeat.start : repeat.end], interventions[repeat.block])
    return ArmRecord(
        key=f"a{number}",
        label=page[label],
        description=_description(page, rest),
        interventions=tuple(interventions[r.block].key for r in arm.repeats),
    )


def _repeat(page: Page, lines: Sequence[int], own: InterventionRecord) -> None:
    """Note that `lines` print the intervention `own` again."""
    name, *rest = lines
    path = f"interventions[{own.key}]"
    again = page[name]
    page.repeat(f"{path}.name", name, name, None if again == own.name else again)
    if rest:
        again = _description(page, rest)
        same = again == own.description
        page.repeat(f"{path}.description", rest[0], rest[-1], None if same else again)
