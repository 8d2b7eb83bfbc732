"""The findings above a trial's form, drawn straight from Python.

A trial may have hundreds of them: a template for each took longer than the form itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator, capfirst

from curation.models import Finding
from curation.models.finding import Waiver
from trials.models import Trial

PREVIEWS = 5
"""Findings whose fix is shown word by word from the start. Comparing words takes long:
the page asks for the others when one comes to them."""

REOPENED = mark_safe("<em>It was waived, but what it rests on has changed.</em>")

ACTS = ("fix", "similar", "waive", "preview")
"""What the addresses of a finding are called after."""


@dataclass(frozen=True)
class FindingItems:
    """Draws the findings of one page.

    `goto_url` leads to a field, `addresses` (act -> address) are those of a finding 0,
    `sent` is what each form sends along.
    """

    goto_url: str
    addresses: dict[str, str]
    sent: SafeString
    may_fix: bool
    may_waive: bool

    def open(self, findings: list[Finding]) -> SafeString:
        """The items of the open findings, with what can be done about them."""
        return format_html_join(
            "\n",
            '<li class="finding is-{0}" id="finding-{1}" data-lines="{2}">'
            '<span class="sev">{3} {4} of {5}</span><div class="what">'
            "<strong>{6}</strong>{7}{8}{9}</div>"
            '<div class="acts">{10}</div></li>',
            (
                (
                    severity := finding.get_severity_display(),
                    finding.pk,
                    finding.lines_json,
                    capfirst(severity),
                    number,
                    len(findings),
                    finding.message,
                    REOPENED if finding.reopens_id else "",
                    self._change(finding, is_shown=number <= PREVIEWS),
                    self._place(finding, _caution(finding)),
                    mark_safe("".join(self._acts(finding))),  # noqa: S308 - drawn below
                )
                for number, finding in enumerate(findings, start=1)
            ),
        )

    def waived(self, findings: list[Finding]) -> SafeString:
        """The items of the waived ones, each with its last `waiver`."""
        return format_html_join(
            "\n",
            '<li class="finding off"><div class="what"><strong>{}</strong>{}</div>'
            "{}</li>",
            (
                (
                    finding.message,
                    self._place(finding, _waived_by(finding.waiver)),
                    self._taking_back(finding) if self.may_waive else "",
                )
                for finding in findings
            ),
        )

    def _place(self, finding: Finding, more: str) -> SafeString:
        first, last = finding.first_line, finding.last_line
        lines = f" · line {first}" if first == last else f" · lines {first}–{last}"
        return format_html(
            '<span class="muted"><a href="{}?path={}" data-path-link="{}">{}</a>{}'
            "</span>",
            self.goto_url,
            quote(finding.path),
            finding.path,
            finding.rule,
            f"{lines if first else ''}{more}",
        )

    def _change(self, finding: Finding, *, is_shown: bool) -> SafeString | str:
        """What the fix does to the text, or the way there."""
        if not (finding.before or finding.after):
            return ""
        if is_shown:
            return render_to_string("curation/fix_preview.html", {"finding": finding})
        return format_html(
            '<a class="preview" href="{}">What the fix changes</a>',
            self._address("preview", finding),
        )

    def _acts(self, finding: Finding) -> Iterator[SafeString]:
        """What can be done about it."""
        if self.may_fix and finding.fix_label:
            yield format_html(
                '<form method="post" action="{}">{}<button class="primary" title="{}">'
                '{}</button></form><a href="{}">All similar…</a>',
                self._address("fix", finding),
                self.sent,
                finding.fix_label,
                Truncator(finding.fix_label).chars(80),
                self._address("similar", finding),
            )
        for variant in finding.variants if self.may_fix else ():
            yield format_html(
                '<form method="post" action="{0}">{1}'
                '<input type="hidden" name="variant" value="{2}">'
                '<button title="{2}">Use “{3}”</button></form>',
                self._address("fix", finding),
                self.sent,
                variant,
                Truncator(variant).chars(60),
            )
        if self.may_waive:
            yield format_html(
                '<details><summary>Waive…</summary><form method="post" action="{}">{}'
                '<input type="text" name="reason" required maxlength="2000" '
                'aria-label="Why this is no error" placeholder="Why is this no error?">'
                "<button>Waive</button></form></details>",
                self._address("waive", finding),
                self.sent,
            )

    def _taking_back(self, finding: Finding) -> SafeString:
        return format_html(
            '<form method="post" action="{}">{}'
            '<button name="take_back" value="1">Open again</button></form>',
            self._address("waive", finding),
            self.sent,
        )

    def _address(self, act: str, finding: Finding) -> str:
        return self.addresses[act].replace("/0/", f"/{finding.pk}/")


def finding_items(
    request: HttpRequest, trial: Trial, *, may_change: bool
) -> FindingItems:
    """Draws the trial's findings for whoever asks; `may_change` its record or not."""
    return FindingItems(
        goto_url=reverse("admin:trials_trial_goto", args=[trial.pk]),
        # Asking for the addresses of each finding took longer than drawing it.
        addresses={
            act: reverse(f"admin:curation_finding_{act}", args=[0]) for act in ACTS
        },
        sent=format_html(
            '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<input type="hidden" name="back" value="{}">',
            get_token(request),
            request.get_full_path(),
        ),
        may_fix=may_change,
        may_waive=request.user.has_perm("curation.waive_finding"),
    )


def _caution(finding: Finding) -> str:
    is_doubtful = finding.fix_label and finding.confidence == "medium"
    return " · look before you fix" if is_doubtful else ""


def _waived_by(waiver: Waiver) -> str:
    at = f"{waiver.at:%Y-%m-%d %H:%M}"
    return f" · waived by {waiver.actor_name}, {at} UTC: {waiver.reason}"
