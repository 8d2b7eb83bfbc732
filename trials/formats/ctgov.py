"""The registry's own JSON, with `curationSection` for what it has no place for."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from trials.formats.export import Export, Item, Written
from trials.formats.folder import Folder
from trials.record.registry import Json, to_registry


def write(export: Export, output: Path) -> Written:
    """Write the file `output`: `{"studies": [...]}`, or one study a line if asked.

    Raises OSError.
    """
    count = 0

    def studies() -> Iterator[Json]:
        nonlocal count
        for item in export.items:
            yield _study(export, item)
            count += 1

    with Folder(output.parent) as folder:
        with folder.part(output.name).open("wb") as file:
            file.writelines(pieces(studies(), as_lines=export.lines))
        return Written(count, (folder.file(output.name),))


def pieces(studies: Iterable[Json], *, as_lines: bool = False) -> Iterator[bytes]:
    """The file in pieces, one a study."""
    if as_lines:
        for study in studies:
            yield msgspec.json.encode(study) + b"\n"
        return
    yield b'{"studies": ['
    separator = b"\n"
    for study in studies:
        yield separator + msgspec.json.encode(study)
        separator = b",\n"
    yield b"\n]}\n"


def _study(export: Export, item: Item) -> Json:
    """One study; a further table with one row a trial is an object of its section."""
    study = to_registry(item.record)
    for table in export.by_trial:
        names = map(_camel, table.header[1:])
        study["curationSection"][_camel(table.name)] = dict(
            zip(names, item.rows[table.name][0][1:], strict=True)
        )
    return study


def _camel(name: str) -> str:
    """`open_errors` -> `openErrors`, as the registry writes names."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
