import io
import stat
import tarfile
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from trials import importer
from trials.importer import find, read, read_bytes

PAGES = Path(__file__).parents[2] / "fixtures" / "pages"
SNAPSHOT = PAGES / "NCT04426201.snapshot.txt"
FULL = PAGES / "NCT04225780.full.txt"
PAGE = SNAPSHOT.read_bytes()


def pages(*paths):
    """Everything that `paths` give."""
    containers, _ = find(paths)
    return [page for container in containers for page in read(container)]


def refusal(path):
    """The one refusal that `path` gives."""
    (page,) = pages(path)
    assert page.reading is None
    return page.error


def make_zip(path, members):
    """A zip of name -> bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def make_tar(path, members):
    """A tar.gz of name -> bytes, or TarInfo -> bytes."""
    with tarfile.open(path, "w:gz") as archive:
        for name, data in members.items():
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


MAKERS = {"pages.zip": make_zip, "pages.tar.gz": make_tar, "pages.tgz": make_tar}


@pytest.fixture(params=MAKERS)
def archive(request, tmp_path):
    """A maker of archives, of each kind."""
    return lambda members: MAKERS[request.param](tmp_path / request.param, members)


# What is found


def test_a_file_is_read_with_its_text_and_digest():
    (page,) = pages(SNAPSHOT)

    assert page.name == str(SNAPSHOT)
    assert page.text.encode(page.encoding) == PAGE
    assert page.sha256 == sha256(PAGE).hexdigest()
    assert page.reading.record.nct_id == "NCT04426201"


def test_a_named_file_is_tried_whatever_it_is_called(tmp_path):
    odd = tmp_path / ".page.html"
    odd.write_bytes(PAGE)

    assert pages(odd)[0].error is None


def test_a_folder_is_searched_to_the_bottom_in_the_order_of_names(tmp_path):
    for name in ("b.txt", "a/z.TXT", "a/deep/er/y.txt", "c/x.txt"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(PAGE)
    make_zip(tmp_path / "more.zip", {"in.txt": PAGE})

    found = [page.name.removeprefix(f"{tmp_path}/") for page in pages(tmp_path)]

    assert found == [
        "b.txt",
        "more.zip/in.txt",
        "a/z.TXT",
        "a/deep/er/y.txt",
        "c/x.txt",
    ]


def test_hidden_files_and_other_files_of_a_folder_are_passed_over(tmp_path):
    for name in (".hidden.txt", ".git/a.txt", "notes.md", "page.txt"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(PAGE)

    containers, passed_over = find([tmp_path])

    assert [container.path.name for container in containers] == ["page.txt"]
    assert [file.name for file in passed_over] == ["notes.md"]


def test_a_path_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="no file or folder"):
        find([tmp_path / "nowhere"])


def test_an_archive_gives_its_pages_and_counts_them(archive):
    path = archive(
        {
            "one.txt": PAGE,
            "folder/deep/two.TXT": FULL.read_bytes(),
            "folder/.hidden.txt": PAGE,
            "readme.md": b"no page",
        }
    )

    (container,), _ = find([path])
    found = list(read(container))

    assert container.count == 2
    assert [page.name for page in found] == [
        f"{path}/one.txt",
        f"{path}/folder/deep/two.TXT",
    ]
    assert [page.reading.layout for page in found] == ["snapshot", "full"]


def test_directories_of_an_archive_are_no_pages(tmp_path):
    folder = tarfile.TarInfo("pages.txt")
    folder.type = tarfile.DIRTYPE
    path = make_tar(tmp_path / "a.tar.gz", {folder: b"", "pages.txt/a.txt": PAGE})

    assert [page.name for page in pages(path)] == [f"{path}/pages.txt/a.txt"]


def test_a_bad_page_of_an_archive_stops_no_other(archive):
    path = archive({"bad.txt": b"\0", "good.txt": PAGE})

    bad, good = pages(path)

    assert bad.error and not good.error


# What a page may not be


@pytest.mark.parametrize(
    ("data", "line", "what"),
    [
        (b"", 0, "The page is empty."),
        (b"\xef\xbb\xbf\r\n \t\xc2\xa0\n", 0, "The page is empty."),
        (b"a\nb\0c", 2, "Binary, not text: byte 0x00 at offset 3."),
        (b"\x89PNG\r\n\x1a\n", 2, "Binary, not text: byte 0x1a at offset 6."),
        (PAGE.decode().encode("utf-16"), 1, "byte 0x00 at offset 3."),
        (
            b"\xb5g\n\n10 \x81g",
            3,
            "Neither UTF-8 nor Windows-1252: byte 0x81 at offset 7.",
        ),
        (b"Hello\nworld\n", 1, "The page has none of the known layouts."),
        (b"x" * 5_000_001, 0, "Larger than 5 MB."),
    ],
)
def test_what_is_no_page_is_refused_with_the_place_and_the_reason(data, line, what):
    page = read_bytes("page.txt", data)

    assert page.error.what.endswith(what)
    assert page.error.line == line
    assert (page.text, page.sha256, page.reading) == ("", "", None)


def test_a_page_of_just_five_megabytes_is_read():
    page = read_bytes("page.txt", PAGE + b"\n" * (5_000_000 - len(PAGE)))

    assert page.error is None


def test_a_page_without_its_own_nct_id_is_refused():
    page = read_bytes("page.txt", PAGE.replace(b"NCT ID: NCT04426201\n", b""))

    assert "NCT id" in page.error.what


def test_a_page_with_two_nct_ids_of_its_own_is_refused():
    own = b"NCT ID: NCT04426201\n"
    page = read_bytes("page.txt", PAGE.replace(own, own + b"NCT ID: NCT00000001\n"))

    assert "NCT04426201" in page.error.what
    assert "NCT00000001" in page.error.what
    assert page.error.line == 3


def test_a_windows_page_is_read_in_its_encoding():
    text = PAGE.decode().replace("≥", ">=").replace("≤", "<=").replace("μ", "µ")

    page = read_bytes("page.txt", text.encode("cp1252"))

    assert page.encoding == "cp1252"
    assert page.text == text
    assert page.reading == read_bytes("page.txt", text.encode()).reading


def test_a_file_that_cannot_be_opened_is_refused(tmp_path):
    loop = tmp_path / "page.txt"
    loop.write_bytes(PAGE)
    (container,), _ = find([loop])
    loop.unlink()

    (page,) = read(container)

    assert page.error.what == "Cannot be read: No such file or directory."


# What an archive may not be


@pytest.mark.parametrize(
    "name",
    [
        "../out.txt",
        "folder/../../out.txt",
        "/etc/out.txt",
        "..\\out.txt",
        "folder\\..\\out.txt",
        "\\out.txt",
        "C:out.txt",
        "C:\\out.txt",
    ],
)
def test_an_archive_with_a_member_outside_is_refused_whole(archive, name):
    path = archive({"good.txt": PAGE, name: PAGE})

    error = refusal(path)

    assert "points outside the archive" in error.what
    assert "out.txt" in error.what


@pytest.mark.parametrize("target", ["../../etc/passwd", "/etc/passwd"])
@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_a_tar_with_a_link_to_the_outside_is_refused(tmp_path, kind, target):
    link = tarfile.TarInfo("link.txt")
    link.type, link.linkname = kind, target
    path = make_tar(tmp_path / "a.tar.gz", {"good.txt": PAGE, link: b""})

    assert "points outside the archive" in refusal(path).what


def zip_link(path, target):
    """A zip with a page and a symbolic link to `target`."""
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    return make_zip(path, {"good.txt": PAGE, link: target})


def test_a_zip_with_a_link_to_the_outside_is_refused(tmp_path):
    path = zip_link(tmp_path / "a.zip", b"../../etc/passwd")

    assert "points outside the archive" in refusal(path).what


def test_a_link_within_an_archive_is_no_page(tmp_path):
    path = zip_link(tmp_path / "a.zip", b"good.txt")
    link = tarfile.TarInfo("link.txt")
    link.type, link.linkname = tarfile.SYMTYPE, "good.txt"
    other = make_tar(tmp_path / "a.tar.gz", {"good.txt": PAGE, link: b""})

    assert [page.name for page in pages(path, other)] == [
        f"{path}/good.txt",
        f"{other}/good.txt",
    ]


def test_an_archive_with_too_many_members_is_refused(archive, monkeypatch):
    monkeypatch.setattr(importer, "MAX_MEMBERS", 2)
    assert len(pages(archive({"1.txt": PAGE, "2.txt": PAGE}))) == 2

    error = refusal(archive({"1.txt": PAGE, "2.txt": PAGE, "3.txt": PAGE}))

    assert error.what == "The archive has more than 2 members."


def test_an_archive_that_unpacks_too_large_is_refused(archive, monkeypatch):
    monkeypatch.setattr(importer, "MAX_UNPACKED_BYTES", 2 * len(PAGE))
    assert len(pages(archive({"1.txt": PAGE, "2.txt": PAGE}))) == 2

    error = refusal(archive({"1.txt": PAGE, "2.bin": PAGE, "3.txt": b"x"}))

    assert error.what.startswith("The archive unpacks to more than")


def test_a_page_too_large_in_an_archive_is_refused_alone(archive):
    large, good = pages(archive({"large.txt": b"x" * 5_000_001, "good.txt": PAGE}))

    assert large.error.what == "Larger than 5 MB."
    assert good.error is None


def test_a_member_that_unpacks_to_more_than_it_says_is_refused(tmp_path):
    path = make_zip(tmp_path / "a.zip", {"page.txt": PAGE * 3})
    data = path.read_bytes()
    size = len(PAGE * 3).to_bytes(4, "little")
    path.write_bytes(data.replace(size, (10).to_bytes(4, "little")))

    assert refusal(path).what


@pytest.mark.parametrize("cut", [0, 10, 300, -3000])
def test_a_broken_archive_is_refused(archive, cut):
    path = archive({"1.txt": PAGE, "2.txt": FULL.read_bytes()})
    path.write_bytes(path.read_bytes()[:cut])

    assert [page.error.what for page in pages(path) if page.error]


def test_a_zip_with_a_damaged_member_gives_its_other_pages(tmp_path):
    path = make_zip(tmp_path / "a.zip", {"1.txt": PAGE, "2.txt": PAGE})
    data = bytearray(path.read_bytes())
    data[200:220] = bytes(20)
    path.write_bytes(data)

    bad, good = pages(path)

    assert bad.error.what.startswith("Cannot be unpacked")
    assert good.error is None


def test_an_encrypted_zip_is_refused(tmp_path):
    path = make_zip(tmp_path / "a.zip", {"1.txt": PAGE})
    data = bytearray(path.read_bytes())
    data[6] |= 1  # The flag in the member's own head ...
    data[data.rindex(b"PK\x01\x02") + 8] |= 1  # ... and in the directory.
    path.write_bytes(data)

    assert "encrypted" in refusal(path).what
