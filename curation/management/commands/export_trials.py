"""`manage.py export_trials`: the records out, in one of several formats."""

import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from curation import exports
from curation.audit_filter import MomentField
from curation.export_columns import ColumnError
from curation.facets import UnknownFilter
from curation.management.actor import acting_user
from curation.models import ExportProfile, Release, Review
from curation.pins import Selection
from curation.releases import ReleaseError
from curation.trial_filters import NAMES
from trials.formats import FORMATS, ExportError
from trials.models import Trial


class Command(BaseCommand):
    """Export trials in the order of their NCT numbers, withdrawn ones if asked.

    Exit status: 0 written, 1 a value does not fit the format or a release does not come
    out as it was, 2 wrong arguments or the output cannot be written.
    """

    help = (
        "Export trials: csv, dataset and aact write a folder of tables (or an archive, "
        "if the path ends in .zip), xlsx and ctgov one file."
    )

    def add_arguments(self, parser):
        parser.add_argument("nct_ids", nargs="*", metavar="NCT_ID")
        parser.add_argument("--format", choices=FORMATS)
        parser.add_argument("--output", type=Path, required=True, metavar="PATH")
        parser.add_argument(
            "--status",
            action="append",
            choices=Review.State.values,
            default=[],
            help="trials whose review is in that state; repeatable",
        )
        parser.add_argument(
            "--filter",
            default="",
            metavar="QUERY",
            help=f"as in the address of the trial list: {', '.join(NAMES)}",
        )
        parser.add_argument(
            "--as-of",
            metavar="TIME",
            help="each record as it was at the end of that day or minute in UTC",
        )
        parser.add_argument(
            "--release",
            default="",
            metavar="NAME",
            help="freeze this export under the name, or make that release again",
        )
        parser.add_argument(
            "--as-approved",
            action="store_true",
            help="approved records alone, each in the version that was approved",
        )
        parser.add_argument(
            "--withdrawn", action="store_true", help="export withdrawn trials too"
        )
        parser.add_argument(
            "--bom", action="store_true", help="csv: a byte order mark for Excel"
        )
        parser.add_argument(
            "--lines", action="store_true", help="ctgov: one JSON object a line"
        )
        parser.add_argument(
            "--profile",
            metavar="NAME",
            help="format, columns and options as they are kept under the name",
        )
        parser.add_argument("--by", metavar="USER", help="who exports")

    def handle(self, *args, **options):
        as_approved = options["as_approved"]
        needs = "curation.export_approved" if as_approved else "trials.view_trial"
        by = acting_user(options["by"], needs=needs)
        profile = _profile(options["profile"], options["format"], by)
        selection = _selection(options)
        release = Release.objects.filter(name=options["release"]).first()
        if release and selection != Selection():
            raise _wrong(f"{release} is frozen: it takes no other choice of trials.")
        if options["release"] and not release:
            acting_user(options["by"], needs="curation.add_release")
        order = exports.Order(
            profile.format,
            options["output"],
            selection,
            options["release"],
            options["bom"] or profile.bom,
            options["lines"] or profile.lines,
            profile.columns,
        )
        self.verbosity = options["verbosity"]
        try:
            self.total = release.trials if release else selection.trials().count()
            written = exports.export(order, by=by, progress=self.show)
        except UnknownFilter as error:
            raise _wrong(f"--filter: {error}") from error
        except ColumnError as error:
            raise _wrong(f"--profile: {error}") from error
        except (ExportError, ReleaseError) as error:
            raise CommandError(str(error), returncode=1) from error
        except OSError as error:
            raise _wrong(
                f"Cannot write “{options['output']}”: {error.strerror}."
            ) from error
        if self.verbosity:
            self.stdout.write(f"{written.trials} trials written to {order.output}.")

    def show(self, count: int) -> None:
        """A line of progress a batch."""
        if self.verbosity:
            self.stderr.write(f"[{count}/{self.total}]", self.style.NOTICE)


def _wrong(why: str) -> CommandError:
    """What is said of wrong arguments."""
    return CommandError(why, returncode=2)


def _profile(
    name: str | None, format: str | None, by: AbstractBaseUser | None
) -> ExportProfile:
    """The profile of that name that `by` may use; the shell alone may use any. Without
    a name, the format and all its columns. Raises CommandError."""
    if name is None:
        if format is None:
            raise _wrong("Give a --format or a --profile.")
        return ExportProfile(format=format)
    profiles = ExportProfile.objects.visible_to(by) if by else ExportProfile.objects
    profile = profiles.filter(name=name).first()
    if profile is None:
        raise _wrong(f"There is no profile “{name}”.")
    if format not in (None, profile.format):
        raise _wrong(f"The profile {profile} is for {profile.format}.")
    return profile


def _selection(options: dict[str, Any]) -> Selection:
    """Which trials. Raises CommandError."""
    selection = Selection(
        nct_ids=tuple(options["nct_ids"]),
        statuses=tuple(options["status"]),
        query=options["filter"],
        with_withdrawn=options["withdrawn"],
        as_of=_moment(options["as_of"]),
        as_approved=options["as_approved"],
    )
    alone = Selection(nct_ids=selection.nct_ids, as_approved=True)
    if selection.as_approved and (selection != alone or options["release"]):
        raise _wrong("--as-approved takes no other choice of trials, and no release.")
    there = Trial.objects.filter(nct_id__in=selection.nct_ids)
    if missing := {*selection.nct_ids} - {*there.values_list("nct_id", flat=True)}:
        raise _wrong(f"There is no trial {', '.join(sorted(missing))}.")
    return selection


def _moment(text: str | None) -> datetime.datetime | None:
    """The end of the day or minute. Raises CommandError."""
    try:
        return MomentField(is_end=True, required=False).clean(text)
    except ValidationError as error:
        raise _wrong(f"--as-of: {error.messages[0]}") from error
