"""Pages that come in by the browser: what is kept, and what is refused."""

import io
import tarfile
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from curation import page_uploads
from curation.jobs import files
from curation.models import Job
from curation.page_uploads import ToFolder
from curation.tests.factory import make_user
from curation.tests.job_factory import page, run
from trials.models import SourceDocument, Trial

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.JOBS_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def importer(client):
    user = make_user("add_trial", "view_trial", username="importer")
    client.force_login(user)
    return user


def send(client, *sent, **options):
    """Upload files given as (name, bytes)."""
    chosen = [SimpleUploadedFile(name, data) for name, data in sent]
    address = reverse("admin:curation_upload")
    return client.post(address, {"files": chosen, "note": "May"}, **options)


def said(client, response):
    """What the page that follows says."""
    return client.get(response.url).content.decode()


def archive(kind, **members):
    data = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(data, "w") as file:
            for name, text in members.items():
                file.writestr(f"{name}.txt", text)
    else:
        with tarfile.open(fileobj=data, mode="w:gz") as file:
            for name, text in members.items():
                info = tarfile.TarInfo(f"{name}.txt")
                info.size = len(text)
                file.addfile(info, io.BytesIO(text))
    return data.getvalue()


def test_files_become_a_job_that_imports_them(client, importer):
    response = send(client, ("a.txt", page(1)), ("b.txt", page(2)))

    job = Job.objects.get()
    assert response.url == reverse("admin:curation_job", args=[job.pk])
    assert (job.title, job.by) == ("Import 2 files", importer)
    job = run(job)
    assert (job.done, Trial.objects.count()) == (2, 2)
    assert job.change_set.note == "May"
    names = SourceDocument.objects.order_by("pk").values_list("file_name", flat=True)
    assert list(names) == ["a.txt", "b.txt"]


@pytest.mark.parametrize(("kind", "name"), [("zip", "May.ZIP"), ("tar", "may.tar.gz")])
def test_an_archive_is_read_page_by_page(client, importer, kind, name):
    send(client, (name, archive(kind, a=page(1), b=page(2), c=b"Nothing.")))

    job = run(Job.objects.get())

    assert job.title == f"Import {name}"
    assert (job.done, Trial.objects.count()) == (3, 2)
    assert [row.item for row in job.log.all()] == [f"{name}/c.txt"]


def test_every_refused_file_is_told_with_its_line(client, importer):
    send(client, ("good.txt", page(1)), ("bad.txt", b"a\n\0"), ("empty.txt", b""))
    job = run(Job.objects.get())

    address = reverse("admin:curation_job_refused", args=[job.pk])
    lines = b"".join(client.get(address)).decode().splitlines()

    assert lines[0] == "item,line,reason"
    assert lines[1].startswith("bad.txt,2,")
    assert lines[2].startswith("empty.txt,")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("C:\\pages\\a.txt", "a.txt"),
        ("studie-größe-試験.txt", "studie-größe-試験.txt"),
        ("<script>alert(1)<script>.txt", "<script>alert(1)<script>.txt"),
        ("a\x00\x1b[2Jb.txt", "a[2Jb.txt"),
        ("=1+1|cmd.txt", "=1+1|cmd.txt"),
        ("x" * 400 + ".txt", "x" * 251 + ".txt"),
        ("names.json", "names.json"),
    ],
)
def test_no_name_from_outside_is_ever_a_path(client, importer, root, name, kept):
    file = SimpleUploadedFile("plain.txt", page(1))
    file._name = name  # As a browser that lies would send it.
    address = reverse("admin:curation_upload")

    client.post(address, {"files": file})

    job = Job.objects.get()
    assert list(files.read_names(job).values()) == [kept]
    written = {path.relative_to(root / job.folder) for path in root.rglob("*.*")}
    assert {str(path) for path in written} == {"names.json", "pages/000001.txt"}
    run(job)
    shown = client.get(reverse("admin:curation_job", args=[job.pk]))
    assert b"<script>alert" not in shown.content


def test_no_name_runs_as_a_formula_in_a_spreadsheet(client, importer):
    send(client, ("=1+1|cmd.txt", b""))
    job = run(Job.objects.get())

    response = client.get(reverse("admin:curation_job_refused", args=[job.pk]))

    assert b"\r\n'=1+1|cmd.txt," in b"".join(response)


def test_what_is_no_page_is_refused_by_the_job_and_not_by_the_upload(client, importer):
    send(client, ("photo.jpg", b"\xff\xd8\xff\0" * 100))

    job = run(Job.objects.get())

    assert (job.state, job.log.get().item) == ("done", "photo.jpg")


def test_of_a_page_no_more_is_kept_than_shows_that_it_is_too_large(
    client, importer, monkeypatch
):
    monkeypatch.setattr("trials.importer.MAX_PAGE_BYTES", 100_000)

    send(client, ("large.txt", b"a" * 300_000))

    job = Job.objects.get()
    assert (files.pages(job) / "000001.txt").stat().st_size == 100_001
    assert "Larger than" in run(job).log.get().reason


def test_no_file_is_held_in_memory(client, importer, monkeypatch):
    """Not one of them becomes one of `request.FILES`, however small it is."""
    seen = []
    take = ToFolder.file_complete

    def complete(self, size):
        seen.append(take(self, size))
        return seen[-1]

    monkeypatch.setattr(ToFolder, "file_complete", complete)

    send(client, ("a.txt", page(1)))

    assert seen == [None]


def is_empty(root):
    return list(root.iterdir()) == [] and not Job.objects.exists()


def test_too_many_files_are_refused_and_nothing_is_kept(
    client, importer, root, monkeypatch
):
    monkeypatch.setattr(page_uploads, "MOST_FILES", 2)

    response = send(client, *[(f"{n}.txt", b"a") for n in range(3)])

    assert "More than 2 files: put them into an archive." in said(client, response)
    assert is_empty(root)


@pytest.mark.parametrize("is_told", [True, False])
def test_too_many_bytes_are_refused_and_nothing_is_kept(
    client, importer, root, monkeypatch, is_told
):
    monkeypatch.setattr(page_uploads, "MOST_BYTES", 1000)
    if not is_told:
        # A client that says a smaller length than it sends is cut off by the server.
        monkeypatch.setattr(ToFolder, "handle_raw_input", lambda *args, **options: None)

    response = send(client, ("a.txt", b"a" * 2000))

    assert "in one upload. Nothing was kept." in said(client, response)
    assert is_empty(root)


def test_a_full_disk_is_said(client, importer, root, monkeypatch):
    def fail(self, raw, start):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ToFolder, "receive_data_chunk", fail)

    response = send(client, ("a.txt", page(1)))

    assert "No space left on device" in said(client, response)
    assert is_empty(root)


def test_no_file_at_all_is_no_upload(client, importer, root):
    response = client.post(reverse("admin:curation_upload"), {"note": "May"})

    assert "Please choose the files" in said(client, response)
    assert is_empty(root)


def test_a_script_is_told_the_address_or_the_reason(client, importer):
    accept = {"HTTP_ACCEPT": "application/json"}

    good = send(client, ("a.txt", page(1)), **accept)
    bad = client.post(reverse("admin:curation_upload"), {}, **accept)

    job = Job.objects.get()
    assert good.json() == {"url": reverse("admin:curation_job", args=[job.pk])}
    assert (bad.status_code, bad.json()["message"]) == (
        409,
        "Please choose the files to upload.",
    )


def test_who_may_not_import_has_nothing_read(client, root, monkeypatch):
    client.force_login(make_user("view_trial", "change_trial"))
    read = []
    monkeypatch.setattr(ToFolder, "new_file", lambda *args: read.append(args))

    response = send(client, ("a.txt", page(1)))

    assert response.status_code == 403
    assert read == []
    assert is_empty(root)


def test_a_form_from_elsewhere_is_refused_and_nothing_is_kept(importer, root):
    client = Client(enforce_csrf_checks=True)
    client.force_login(importer)

    response = send(client, ("a.txt", page(1)))

    assert response.status_code == 403
    assert is_empty(root)


def test_no_other_form_takes_hundreds_of_files(client, importer):
    chosen = [SimpleUploadedFile(f"{n}.txt", b"a") for n in range(101)]

    response = client.post(reverse("admin:curation_job_recheck"), {"files": chosen})

    assert response.status_code == 400
    assert not Job.objects.exists()
