"""Files that appear under their names together, once all of them are whole."""

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trials.formats.export import File

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of all members of an archive: the same export is the same bytes."""


class Folder:
    """Files on their way into a folder, under other names until they are whole."""

    def __init__(self, path: Path):
        self.path = path
        self.names: list[str] = []

    def part(self, name: str) -> Path:
        """Where the file `name` is written."""
        self.names.append(name)
        return self.path / f"{name}.part"

    def file(self, name: str, rows: int | None = None) -> File:
        """What was written of the file `name`, which is closed by now."""
        part = self.path / f"{name}.part"
        with part.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return File(name, part.stat().st_size, digest, rows)

    def __enter__(self) -> "Folder":
        self.path.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, kind, error, trace) -> None:
        for name in self.names:
            part = self.path / f"{name}.part"
            if kind is None:
                part.replace(self.path / name)
            else:
                part.unlink(missing_ok=True)


@contextmanager
def staged(output: Path) -> Iterator[Path]:
    """Where to write what becomes the file or folder `output` when the block ends well.

    If it ends in an error, nothing appears. Raises OSError.
    """
    output = output.resolve()
    output.parent.mkdir(parents=True, exist_ok=True)
    # Beside it: only within a file system is a file moved in one step.
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".export-") as scratch:
        part = Path(scratch) / output.name
        yield part
        if not part.is_dir():
            part.replace(output)
            return
        output.mkdir(exist_ok=True)
        for file in part.iterdir():
            file.replace(output / file.name)


@contextmanager
def folder_or_zip(output: Path) -> Iterator[Folder]:
    """The folder `output`; where it is called `.zip`, an archive of the same files."""
    if output.suffix.lower() != ".zip":
        with Folder(output) as folder:
            yield folder
        return
    with tempfile.TemporaryDirectory(dir=output.parent) as scratch:
        with Folder(Path(scratch)) as folder:
            yield folder
        with Folder(output.parent) as target:
            _zip(folder, target.part(output.name))


def _zip(folder: Folder, path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in folder.names:
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            source = folder.path / name
            info.file_size = source.stat().st_size
            with source.open("rb") as file, archive.open(info, "w") as member:
                shutil.copyfileobj(file, member)
