"""Comments, as the pages of a trial show and take them."""

import pytest
from django.urls import reverse

from curation import comments
from curation.acts import Act
from curation.models import Comment
from curation.tests.factory import make_trial, make_user
from curation.tests.review import (
    READ,
    commented,
    make_curator,
    make_reviewer,
)
from curation.tests.section import address, said
from trials.models import ChangeSet
from trials.tests.factory import criterion

pytestmark = pytest.mark.django_db

ATTACK = "</p><script>alert(1)</script>@ana<img src=x onerror=alert(2)>"
SCRIPT = {"X-Requested-With": "fetch"}


@pytest.fixture
def trial():
    return make_trial()


@pytest.fixture
def ana(client):
    """A curator who is logged in."""
    user = make_curator()
    client.force_login(user)
    return user


@pytest.fixture
def rita():
    return make_reviewer()


def add(client, trial, path="", text="Why?", **more):
    url = reverse("admin:curation_comment_add", args=[trial.pk])
    data = {"path": path, "text": text, "back": address(trial)}
    return client.post(url, data | more)


def on(comment, what):
    return reverse(f"admin:curation_comment_{what}", args=[comment.pk])


def page_of(client, trial, slug="eligibility"):
    return client.get(address(trial, slug)).content.decode()


# Writing


def test_a_comment_leads_back_to_its_field(client, ana, trial):
    response = add(client, trial, "criteria[c8].text", "Grade 3?")

    assert response.url == f"{address(trial)}#criteria[c8].text"
    comment = Comment.objects.get()
    assert comment.first.change_set.actor == ana
    assert comment.first.change_set.kind == ChangeSet.Kind.REVIEW


def test_it_is_answered_resolved_and_reopened(client, ana, rita, trial):
    comment = commented(trial, "acronym", "IL-7?", rita)

    for what in ("answer", "resolve", "reopen"):
        data = {"text": "Yes.", "back": address(trial)}
        response = client.post(on(comment, what), data)
        assert response.url == f"{address(trial)}#comment-{comment.pk}"

    told = trial.review_events.order_by("number").values_list("kind", "new")
    assert list(told) == [
        ("commented", "IL-7?"),
        ("commented", "Yes."),
        ("resolved", ""),
        ("reopened", ""),
    ]


def test_a_script_gets_the_panel_alone(client, ana, trial):
    url = reverse("admin:curation_comment_add", args=[trial.pk])
    data = {"path": "acronym", "text": "IL-7?", "back": address(trial)}

    response = client.post(url, data, headers=SCRIPT)

    panel = response.content.decode()
    assert response.status_code == 200
    assert 'data-count="1"' in panel
    assert 'data-commented="acronym"' in panel
    assert "IL-7?" in panel
    assert f'name="back" value="{address(trial)}"' in panel
    assert "<html" not in panel


def test_what_is_refused_is_said_and_a_script_keeps_the_typing(client, ana, trial):
    response = add(client, trial, "criteria[c99]")
    assert said(response) == ["NCT00000001 never had “criteria[c99]”."]

    url = reverse("admin:curation_comment_add", args=[trial.pk])
    response = client.post(url, {"text": " "}, headers=SCRIPT)

    assert (response.status_code, response.content) == (400, b"Please write something.")
    assert response["Content-Type"].startswith("text/plain")
    assert not Comment.objects.exists()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example"])
def test_it_leads_back_to_the_desk_only(client, ana, trial, elsewhere):
    response = add(client, trial, back=elsewhere)

    opening = reverse("admin:trials_trial_change", args=[trial.pk])
    assert response.url == f"{opening}#comments"


# Who may


@pytest.mark.parametrize("what", ["add", "answer", "resolve", "reopen"])
def test_who_only_reads_changes_nothing(client, trial, rita, what):
    comment = commented(trial, "", "Why?", rita)
    key = trial.pk if what == "add" else comment.pk
    url = reverse(f"admin:curation_comment_{what}", args=[key])

    assert reverse("admin:login") in client.post(url, {"text": "Mine."}).url
    client.force_login(make_user(*READ))
    assert client.post(url, {"text": "Mine."}).status_code == 403
    client.force_login(rita)
    assert client.get(url).status_code == 405
    assert trial.review_events.count() == 1


@pytest.mark.parametrize("what", ["add", "answer", "resolve", "reopen"])
def test_what_is_not_there_is_not_found(client, ana, what):
    url = reverse(f"admin:curation_comment_{what}", args=[999])

    assert client.post(url, {"text": "Why?"}).status_code == 404


def test_a_reader_sees_the_comments_without_a_form(client, trial, rita):
    commented(trial, "criteria[c8].text", "Grade 3?", rita)
    client.force_login(make_user(*READ))

    page = page_of(client, trial)

    assert "Grade 3?" in page
    assert 'title="Open comment on Criterion c8 · text"' in page
    assert "Comment on Criterion c7" not in page
    assert f"/{trial.pk}/comment/" not in page
    assert "/resolve/" not in page.replace(f"/{trial.pk}/resolve/", "")


def test_who_may_not_view_comments_sees_none(client, viewer, trial, rita):
    commented(trial, "criteria[c8].text", "Grade 3?", rita)

    page = page_of(client, trial)

    assert "Grade 3?" not in page
    assert "comments-toggle" not in page


# What is shown


def test_the_panel_shows_open_threads_first_with_who_and_what(client, ana, rita, trial):
    done = commented(trial, "acronym", "Done already?", rita)
    comments.resolve(done.pk, Act(ChangeSet.Kind.REVIEW, by=ana))
    left = commented(trial, "criteria[c8].text", "First.\nSecond, @ana.", rita)
    comments.answer(left.pk, "Both.", Act(ChangeSet.Kind.REVIEW, by=ana))

    page = page_of(client, trial)

    shown = [
        f'id="comment-{left.pk}"',
        "Both.",
        "1 resolved",
        f'id="comment-{done.pk}"',
    ]
    places = [page.index(text) for text in shown]
    assert places == sorted(places)
    assert 'First.\nSecond, <strong class="mention">@ana</strong>.' in page
    assert "Comments <span data-open-comments>1</span>" in page
    assert "<option>rita</option>" in page


def test_fields_and_rows_can_be_commented_and_open_comments_mark_them(
    client, ana, rita, trial
):
    commented(trial, "criteria[c8].text", "Grade 3?", rita)
    commented(trial, "criteria[c9]", "Twice?", rita)

    page = page_of(client, trial)

    assert page.count('class="say open"') == 2
    for label in ("Criterion c8 · text", "Criterion c9"):
        assert f'title="Open comment on {label}"' in page
    for label in ("Criterion c7 · text", "Criterion c7", "Sex"):
        assert f'title="Comment on {label}"' in page


def test_a_comment_leads_to_its_criterion_on_another_page(client, ana, rita):
    many = tuple(criterion(f"c{n}", "", f"No. {n}") for n in range(100, 160))
    trial = make_trial(criteria=many)
    commented(trial, "criteria[c150].text", "Really?", rita)
    goto = reverse("admin:trials_trial_goto", args=[trial.pk])

    link = f"{goto}?path=criteria%5Bc150%5D.text"
    assert f'href="{link}" data-path-link="criteria[c150].text"' in page_of(
        client, trial, "design"
    )
    there = client.get(link)

    assert there.url == f"{address(trial)}?criteria-page=3#criteria[c150].text"
    assert 'title="Open comment on Criterion c150 · text"' in (
        client.get(there.url).content.decode()
    )


def test_the_compare_page_takes_comments_at_each_change(client, ana, rita, trial):
    from_here = reverse("admin:trials_trial_compare", args=[trial.pk])
    commented(trial, "acronym", "IL-7?", rita)

    page = client.get(from_here).content.decode()

    assert "IL-7?" in page
    assert reverse("admin:curation_comment_add", args=[trial.pk]) in page


def test_hostile_text_is_shown_and_not_run(client, ana, rita, trial):
    comment = commented(trial, "criteria[c8].text", ATTACK, rita)
    comments.answer(comment.pk, ATTACK, Act(ChangeSet.Kind.REVIEW, by=rita))
    url = reverse("admin:curation_comment_add", args=[trial.pk])
    compare = reverse("admin:trials_trial_compare", args=[trial.pk])

    pages = [
        page_of(client, trial),
        client.get(compare).content.decode(),
        client.post(url, {"text": ATTACK}, headers=SCRIPT).content.decode(),
    ]

    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert '<strong class="mention">@ana</strong>&lt;img' in page
