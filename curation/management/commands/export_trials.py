"""`manage.py export_trials`: the records out, in one of several formats."""

from pathlib import Path

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from curation import exports
from curation.audit_filter import MomentField
from curation.export_columns import ColumnError
from curation.management.actor import acting_user
from curation.models import ExportProfile, Release, Review
from curation.pins import Selection
from curation.releases import ReleaseError
from curation.trial_filters import LIST_FILTERS, SEARCH, UnknownFilter
from trials.formats import FORMATS, ExportError
from trials.models import Trial

FILTERS = ", ".join((*(f.parameter_name for f in LIST_FILTERS), SEARCH))


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
            help=f"as in the address of the trial list: {FILTERS}",
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
        profile = _profile(options["profile"], by)
        if profile and options["format"] not in (None, profile.format):
            raise CommandError(
                f"The profile {profile} is for {profile.format}.", returncode=2
            )
        if not (profile or options["format"]):
            raise CommandError("Give a --format or a --profile.", returncode=2)
        selection = Selection(
            nct_ids=tuple(options["nct_ids"]),
            statuses=tuple(options["status"]),
            query=options["filter"],
            with_withdrawn=options["withdrawn"],
            as_of=_moment(options["as_of"]),
            as_approved=as_approved,
        )
        alone = Selection(nct_ids=selection.nct_ids, as_approved=True)
        if as_approved and (selection != alone or options["release"]):
            raise CommandError(
                "--as-approved takes no other choice of trials, and no release.",
                returncode=2,
            )
        there = Trial.objects.filter(nct_id__in=selection.nct_ids)
        if missing := {*selection.nct_ids} - {*there.values_list("nct_id", flat=True)}:
            raise CommandError(
                f"There is no trial {', '.join(sorted(missing))}.", returncode=2
            )
        release = Release.objects.filter(name=options["release"]).first()
        if release and selection != Selection():
            raise CommandError(
                f"{release} is frozen: it takes no other choice of trials.",
                returncode=2,
            )
        if options["release"] and not release:
            acting_user(options["by"], needs="curation.add_release")
        order = exports.Order(
            profile.format if profile else options["format"],
            options["output"],
            selection,
            options["release"],
            options["bom"] or bool(profile and profile.bom),
            options["lines"] or bool(profile and profile.lines),
            profile.columns if profile else {},
        )
        self.verbosity = options["verbosity"]
        try:
            self.total = release.trials if release else selection.trials().count()
            written = exports.export(order, by=by, progress=self.show)
        except UnknownFilter as error:
            raise CommandError(f"--filter: {error}", returncode=2) from error
        except ColumnError as error:
            raise CommandError(f"--profile: {error}", returncode=2) from error
        except (ExportError, ReleaseError) as error:
            raise CommandError(str(error), returncode=1) from error
        except OSError as error:
            raise CommandError(
                f"Cannot write “{options['output']}”: {error.strerror}.", returncode=2
            ) from error
        if self.verbosity:
            self.stdout.write(f"{written.trials} trials written to {order.output}.")

    def show(self, count: int) -> None:
        """A line of progress a batch."""
        if self.verbosity:
            self.stderr.write(f"[{count}/{self.total}]", self.style.NOTICE)


def _profile(name: str | None, by: AbstractBaseUser | None) -> ExportProfile | None:
    """The profile of that name that `by` may use; the shell alone may use any. Raises
    CommandError."""
    if name is None:
        return None
    profiles = ExportProfile.objects.visible_to(by) if by else ExportProfile.objects
    profile = profiles.filter(name=name).first()
    if profile is None:
        raise CommandError(f"There is no profile “{name}”.", returncode=2)
    return profile


def _moment(text: str | None):
    """The end of the day or minute. Raises CommandError."""
    try:
        return MomentField(is_end=True, required=False).clean(text)
    except ValidationError as error:
        raise CommandError(f"--as-of: {error.messages[0]}", returncode=2) from error
