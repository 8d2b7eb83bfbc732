"""Every outcome of an import, as JSON."""

from pathlib import Path

import msgspec

from curation.import_batches import Item


class Report:
    """Writes outcomes as they come, so that none are kept: there may be many.

    The file has its name when it is whole; until then it ends in `.part`. Raises
    OSError where it cannot be written.
    """

    def __init__(self, path: Path):
        self._path = path
        self._part = path.with_name(f"{path.name}.part")
        self._file = self._part.open("wb")
        self._file.write(b'{"items": [')
        self._between = b"\n"

    def add(self, item: Item) -> None:
        """Tell of one more page."""
        self._file.write(self._between + msgspec.json.encode(item))
        self._between = b",\n"

    def close(self, passed_over: list[Path]) -> None:
        """Tell of the files that are no pages, and end the report."""
        names = [str(file) for file in passed_over]
        self._file.write(b'\n],\n"passed_over": ' + msgspec.json.encode(names) + b"}\n")
        self._file.close()
        self._part.replace(self._path)
