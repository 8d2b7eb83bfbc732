import subprocess
import sys

from curation.dotenv import DOTENV, write


def read(path):
    return dict(line.split("=", 1) for line in path.read_text().splitlines())


def test_it_writes_fresh_secrets_for_their_owner_alone(tmp_path):
    assert write(tmp_path / "one")
    assert write(tmp_path / "two")

    one, two = read(tmp_path / "one"), read(tmp_path / "two")
    assert one["DEBUG"] == "on"
    secrets = {
        one["SECRET_KEY"],
        one["HISTORY_KEY"],
        two["SECRET_KEY"],
        two["HISTORY_KEY"],
    }
    assert len(secrets) == 4
    assert min(map(len, secrets)) >= 50
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o600


def test_it_never_replaces_a_file(tmp_path):
    path = tmp_path / ".env"
    path.write_text("SECRET_KEY=mine")

    assert not write(path)
    assert path.read_text() == "SECRET_KEY=mine"


def test_it_needs_no_installed_package():
    without_site_packages = [sys.executable, "-S", "-c", "import curation.dotenv"]

    subprocess.run(without_site_packages, cwd=DOTENV.parent, check=True)  # noqa: S603 - our own words.
