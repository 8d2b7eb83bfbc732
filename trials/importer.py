"""Files, folders and archives -> readings. Saves nothing, knows no database."""

import hashlib
import os
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from trials import readers
from trials.readers import ReadError, Reading

MAX_PAGE_BYTES = 5_000_000
MAX_MEMBERS = 100_000
MAX_UNPACKED_BYTES = 2_000_000_000

ENCODINGS = ("utf-8", "cp1252")
"""Tried in this order; what neither decodes is refused."""
ARCHIVES = (".zip", ".tar.gz", ".tgz")
"""How the names of archives end."""

_CONTROL = bytes([*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20)])
"""Bytes that no text holds."""
_BROKEN_ARCHIVE = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # A zip compression that Python lacks.
    RuntimeError,  # An encrypted zip member.
)


@dataclass(frozen=True)
class PageFile:
    """One file as it was found: its text and reading, or why there is none.

    `name` is the path; for a member of an archive `pages.zip/folder/page.txt`. `text`
    is the whole file, decoded from `encoding`, and `sha256` that of its bytes.
    """

    name: str
    text: str = ""
    encoding: str = ""
    sha256: str = ""
    reading: Reading | None = None
    error: ReadError | None = None


@dataclass(frozen=True)
class Container:
    """A file or archive that will give `count` pages, or one refusal (`error`).

    `name` is what its pages are called by, the path if it is "".
    """

    path: Path
    count: int = 1
    error: ReadError | None = None
    name: str = ""


def find(paths: Iterable[Path]) -> tuple[list[Container], list[Path]]:
    """What `paths` hold, and the files passed over.

    A file named by the caller is always tried. In a folder (searched to the bottom, in
    name order) the pages are the `.txt` files and the archives; anything else, and what
    is hidden, is passed over. Archives are checked here, before any of their pages is
    read: one that is broken, too large or has members outside is refused whole.
    Raises FileNotFoundError for a path that is not there.
    """
    containers, passed_over = [], []
    for path in paths:
        if path.is_dir():
            for file in _files_below(path):
                if file.name.lower().endswith((".txt", *ARCHIVES)):
                    containers.append(_container(file))
                else:
                    passed_over.append(file)
        elif path.exists():
            containers.append(_container(path))
        else:
            raise FileNotFoundError(f"There is no file or folder “{path}”.")
    return containers, passed_over


def read(container: Container) -> Iterator[PageFile]:
    """The pages of a container, read one after the other."""
    return (page for _, page in read_some([container], lambda number: True))


def read_some(
    containers: Iterable[Container], is_wanted: Callable[[int], bool]
) -> Iterator[tuple[int, PageFile]]:
    """Number and page of those pages of all containers whose number is wanted.

    Pages are numbered from 0, by what the containers were found to hold; the others are
    neither unpacked, as far as the archive allows, nor read.
    """
    first = 0
    for container in containers:
        pages = _read_some(container, lambda n, first=first: is_wanted(first + n))
        for number, page in pages:
            yield first + number, page
        first += container.count


def _read_some(
    container: Container, is_wanted: Callable[[int], bool]
) -> Iterator[tuple[int, PageFile]]:
    name = container.name or str(container.path)
    if container.error is None and _is_archive(container.path):
        yield from _read_archive(container.path, name, is_wanted)
    elif not is_wanted(0):
        return
    elif container.error:
        yield 0, PageFile(name, error=container.error)
    else:
        try:
            with container.path.open("rb") as file:
                page = read_bytes(name, file.read(MAX_PAGE_BYTES + 1))
        except OSError as error:
            what = ReadError(f"Cannot be read: {error.strerror}.")
            page = PageFile(name, error=what)
        yield 0, page


def read_bytes(name: str, data: bytes) -> PageFile:
    """The page in `data`, or the reason why it is none."""
    try:
        if len(data) > MAX_PAGE_BYTES:
            raise ReadError(f"Larger than {MAX_PAGE_BYTES // 1_000_000} MB.")
        text, encoding = decode(data)
        reading = readers.read(text)
    except ReadError as error:
        return PageFile(name, error=error)
    digest = hashlib.sha256(data).hexdigest()
    return PageFile(name, text, encoding, digest, reading)


def decode(data: bytes) -> tuple[str, str]:
    """The text of `data` and its encoding.

    Raises ReadError, which names the byte: a control byte (no text at all), or one that
    Windows-1252 does not have.
    """
    if len(data.translate(None, _CONTROL)) < len(data):  # Far faster than a search.
        offset = next(at for at, byte in enumerate(data) if byte in _CONTROL)
        raise ReadError(
            f"Binary, not text: byte 0x{data[offset]:02x} at offset {offset}.",
            line=_line_at(data, offset),
        )
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError as error:
            failed = error
    offset = failed.start
    raise ReadError(
        f"Neither UTF-8 nor Windows-1252: byte 0x{data[offset]:02x} at offset "
        f"{offset}.",
        line=_line_at(data, offset),
    )


def _line_at(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def _files_below(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(parent, name)


def _is_archive(path: Path) -> bool:
    return path.name.lower().endswith(ARCHIVES)


# Archives


@dataclass(frozen=True)
class _Member:
    """A member of an archive as its directory describes it."""

    name: str
    size: int
    is_file: bool
    target: str = ""  # Of a link.


def _container(path: Path) -> Container:
    if not _is_archive(path):
        return Container(path)
    try:
        count = _check_archive(path)
    except ReadError as error:
        return Container(path, error=error)
    except OSError as error:
        what = error.strerror or str(error)
        return Container(path, error=ReadError(f"Cannot be read: {what}."))
    except _BROKEN_ARCHIVE as error:
        return Container(path, error=ReadError(f"Not a whole archive: {error}."))
    return Container(path, count)


def _check_archive(path: Path) -> int:
    """How many pages the archive holds. Raises ReadError where it may not be opened."""
    count = size = 0
    for number, member in enumerate(_members(path), start=1):
        size += member.size
        if number > MAX_MEMBERS:
            raise ReadError(f"The archive has more than {MAX_MEMBERS:,} members.")
        if size > MAX_UNPACKED_BYTES:
            gigabytes = MAX_UNPACKED_BYTES // 1_000_000_000
            raise ReadError(f"The archive unpacks to more than {gigabytes} GB.")
        if _points_outside(member.name) or _points_outside(member.target):
            raise ReadError(
                f"The archive's member “{member.name}” points outside the archive."
            )
        count += _is_page(member.name, member.is_file)
    return count


def _members(path: Path) -> Iterator[_Member]:
    if path.name.lower().endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                is_link = stat.S_ISLNK(info.external_attr >> 16)
                target = ""
                if is_link and info.file_size <= 4096:  # No path is longer.
                    target = archive.read(info).decode("utf-8", "replace")
                is_file = not info.is_dir() and not is_link
                yield _Member(info.filename, info.file_size, is_file, target)
    else:
        with tarfile.open(path, "r|gz") as archive:
            for info in archive:
                yield _Member(info.name, info.size, info.isreg(), info.linkname)


def _points_outside(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/"))
    drive = re.match(r"[A-Za-z]:", name)
    return parts.is_absolute() or ".." in parts.parts or bool(drive)


def _is_page(name: str, is_file: bool) -> bool:
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    return is_file and base.lower().endswith(".txt") and not base.startswith(".")


def _read_archive(
    path: Path, called: str, is_wanted: Callable[[int], bool]
) -> Iterator[tuple[int, PageFile]]:
    number = 0
    try:
        for name, open_page in _pages_in(path):
            if is_wanted(number):
                yield number, _read_member(f"{called}/{name}", open_page)
            number += 1
    except (OSError, *_BROKEN_ARCHIVE) as error:
        if is_wanted(number):
            what = ReadError(f"Broken off: {error}.")
            yield number, PageFile(called, error=what)


def _read_member(name: str, open_page: Callable[[], BinaryIO]) -> PageFile:
    try:
        with open_page() as file:
            data = file.read(MAX_PAGE_BYTES + 1)
    except (OSError, *_BROKEN_ARCHIVE) as error:
        return PageFile(name, error=ReadError(f"Cannot be unpacked: {error}."))
    return read_bytes(name, data)


def _pages_in(path: Path) -> Iterator[tuple[str, Callable[[], BinaryIO]]]:
    """Name of each page in the archive, and what opens it."""
    if path.name.lower().endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                is_link = stat.S_ISLNK(info.external_attr >> 16)
                if _is_page(info.filename, not info.is_dir() and not is_link):
                    yield info.filename, partial(archive.open, info)
    else:
        with tarfile.open(path, "r|gz") as archive:
            for info in archive:
                if _is_page(info.name, info.isreg()):
                    yield info.name, partial(archive.extractfile, info)
