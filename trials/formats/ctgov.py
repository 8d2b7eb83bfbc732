"""The registry's own JSON, with `curationSection` for what it has no place for."""

from pathlib import Path

import msgspec

from trials.formats.export import Export, Item, Written
from trials.formats.folder import Folder
from trials.record.registry import Json, to_registry


def write(export: Export, output: Path) -> Written:
    """Write the file `output`: `{"studies": [...]}`, or one study a line if asked.

    Raises OSError.
    """
    opening, between, closing = (
        (b"", b"\n", b"\n") if export.lines else (b'{"studies": [\n', b",\n", b"\n]}\n")
    )
    count = 0
    with Folder(output.parent) as folder:
        with folder.part(output.name).open("wb") as file:
            file.write(opening)
            for item in export.items:
                file.write(between if count else b"")
                file.write(msgspec.json.encode(_study(export, item)))
                count += 1
            file.write(closing if count or not export.lines else b"")
        return Written(count, (folder.file(output.name),))


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
