"""The theme's templates and icons, as far as the desk has its own instead."""

from hashlib import sha256
from pathlib import Path

import pytest
import unfold
from django.conf import settings

from curation import icons

THEME = Path(unfold.__file__).parent
MADE_FROM = {
    "admin/actions.html": "b5332aace8e69192",
    "admin/change_list.html": "5885c39760f6085d",
    "admin/index.html": "9fdb849b7da18ccd",
    "admin/search_form.html": "32c57965802858bd",
    "unfold/helpers/messages.html": "9e37d808b5122af1",
    "unfold/helpers/navigation_header.html": "35139b9d94580be9",
    "unfold/helpers/navigation_user.html": "4c9ba58b3f215326",
    "unfold/helpers/theme_switch.html": "c8e659df65f5aa78",
    "unfold/helpers/theme_switch_dropdown.html": "90421e9a3524b57f",
    "unfold/helpers/welcomemsg.html": "e8eab02522ba2319",
    "unfold/layouts/skeleton.html": "66af9f0bb45f98ba",
}
"""A template of ours -> the hash of the theme's that it was made from."""


def test_every_template_that_replaces_one_of_the_theme_is_known():
    ours = settings.BASE_DIR / "templates"
    paths = {path.relative_to(ours) for path in ours.rglob("*.html")}

    replacing = {str(path) for path in paths if (THEME / "templates" / path).exists()}
    assert replacing == MADE_FROM.keys()


@pytest.mark.parametrize("name", MADE_FROM)
def test_the_theme_has_not_changed_what_ours_was_made_from(name):
    digest = sha256((THEME / "templates" / name).read_bytes()).hexdigest()

    assert digest[:16] == MADE_FROM[name], "Look at what changed, and follow it."


def test_the_icon_font_has_every_icon_in_use():
    kept = set(icons.NAMES.read_text(encoding="utf-8").split())

    assert icons.needed(THEME) == kept, "Run make icons."
