"""Rules about organisations, sites and countries."""

import re
from collections.abc import Iterator

from curation.rules.changes import changed, created, new_part
from curation.rules.rule import Confidence, Context, Fix, Found, Rule, Severity
from curation.rules.wording import joined, quoted
from trials.record.shape import TrialRecord

_MARKS = re.compile(r"[^\w\s]|_")
_SMALL = frozenset({"the", "of", "at", "and", "for", "university"})
_GENERIC = frozenset(
    (
        "cancer", "center", "centers", "centre", "clinic", "college", "company",
        "corporation", "general", "gmbh", "group", "health", "healthcare", "hospital",
        "hospitals", "inc", "incorporated", "limited", "llc", "ltd", "medical",
        "pharma", "pharmaceutical", "pharmaceuticals", "plc", "sa",
    )
)  # fmt: skip
_FEWEST_WORDS = 2


def lead_unclear(record: TrialRecord, context: Context) -> Iterator[Found]:
    """The page names organisations but not which of them leads the study.

    Snapshot pages print the collaborators first and the lead sponsor last.

    >>> from curation.rules.examples import found, record
    >>> from trials.record.shape import SponsorRecord
    >>> acme = SponsorRecord(key="s1", name="Acme")
    >>> found(lead_unclear, record(sponsors=(acme,)))
    Nothing says that Acme is the lead sponsor.
    >>> acme = SponsorRecord(key="s1", name="Acme", role="LEAD")
    >>> found(lead_unclear, record(sponsors=(acme,)))
    """
    sponsors = record.sponsors
    if not sponsors or any(sponsor.role for sponsor in sponsors):
        return
    names = [sponsor.name for sponsor in sponsors]
    lead = sponsors[-1]
    is_known = len(sponsors) == 1 or (
        context.source is not None and context.source.layout == "snapshot"
    )
    fix = None
    if is_known:
        roles = {s.key: "LEAD" if s is lead else "COLLABORATOR" for s in sponsors}
        fix = Fix(
            label=f"Make {lead.name} the lead sponsor",
            changes=tuple(
                changed(f"sponsors[{key}].role", "", role)
                for key, role in roles.items()
            ),
            before="",
            after="\n".join(roles.values()),
            confidence=Confidence.MEDIUM,
        )
    yield Found(
        paths=tuple(f"sponsors[{sponsor.key}].role" for sponsor in sponsors),
        message=f"Nothing says that {names[0]} is the lead sponsor."
        if len(names) == 1
        else f"Nothing says which of {joined(names)} is the lead sponsor.",
        evidence=" | ".join(names),
        lines=_name_lines(context, [f"sponsors[{s.key}].name" for s in sponsors]),
        fix=fix,
    )


def _name_lines(context: Context, paths: list[str]):
    if context.source is None:
        return ()
    spans = context.source.lines
    return tuple(spans[path] for path in paths if path in spans)


def _folded(name: str) -> tuple[str, ...]:
    """`"The M.D. Anderson Cancer Center"` -> its words, without marks and The."""
    words = _MARKS.sub("", name.replace("-", " ")).casefold().split()
    return tuple(word for word in words if word not in _SMALL)


def near_duplicate(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """Two names are written differently but mean one organisation: they are equal
    without dots, capitals and "The", or one only leaves out words like "Center".

    >>> from curation.rules.examples import found, record
    >>> from trials.record.shape import LocationRecord, SponsorRecord
    >>> sponsor = SponsorRecord(key="s1", name="M.D. Anderson Cancer Center")
    >>> site = LocationRecord(key="l1", facility="MD Anderson cancer center")
    >>> found(near_duplicate, record(sponsors=(sponsor,), locations=(site,)))
    “MD Anderson cancer center” is “M.D. Anderson Cancer Center” in other letters.
    >>> site = LocationRecord(key="l1", facility="MD Anderson Orlando")
    >>> found(near_duplicate, record(sponsors=(sponsor,), locations=(site,)))
    """
    places: dict[str, list[str]] = {}
    for name, path in _organisations(record):
        places.setdefault(name, []).append(path)
    folded = {
        name: words for name in places if len(words := _folded(name)) >= _FEWEST_WORDS
    }
    best: dict[tuple[str, ...], str] = {}
    for name, words in folded.items():
        for start in _starts(words):
            if start not in best or _rank(name) > _rank(best[start]):
                best[start] = name
    for name, words in folded.items():
        known = best[words]
        if known == name:
            continue
        paths, short = places[name], folded[known] != words
        yield Found(
            paths=(*paths, *places[known][:1]),
            message=f"{quoted(name)} is {quoted(known)} "
            + ("without its last words." if short else "in other letters."),
            evidence=f"{name} / {known}",
            fix=Fix(
                label=f"Write {known}",
                changes=tuple(changed(path, name, known) for path in paths),
                before=name,
                after=known,
                confidence=Confidence.MEDIUM,
            ),
        )


def _organisations(record: TrialRecord) -> Iterator[tuple[str, str]]:
    for sponsor in record.sponsors:
        yield sponsor.name, f"sponsors[{sponsor.key}].name"
    for site in record.locations:
        yield site.facility, f"locations[{site.key}].facility"
    for official in record.officials:
        yield official.affiliation, f"officials[{official.key}].affiliation"


def _rank(name: str) -> tuple[int, int]:
    """The better of two forms is longer, then has more capitals."""
    return len(name), sum(letter.isupper() for letter in name)


def _starts(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """`words`, and what is left of them without generic words at the end."""
    yield words
    while len(words) > _FEWEST_WORDS and words[-1] in _GENERIC:
        words = words[:-1]
        yield words


def country_missing(record: TrialRecord, context: Context) -> Iterator[Found]:
    """A site stands in a country that the list of countries does not have.

    Full pages print no list of countries, so that nothing is missing there.

    >>> from curation.rules.examples import found, record
    >>> from trials.record.shape import CountryRecord, LocationRecord
    >>> sites = (LocationRecord(key="l1", country="France"),)
    >>> spain = CountryRecord(key="co1", name="Spain")
    >>> found(country_missing, record(locations=sites, countries=(spain,)))
    The list of countries lacks France, where a site is.
    >>> found(country_missing, record(locations=sites))
    """
    is_printed = context.source is not None and context.source.layout == "snapshot"
    if not record.countries and not is_printed:
        return
    listed = {country.name.casefold() for country in record.countries}
    missing = {
        site.country.casefold(): site.country
        for site in record.locations
        if site.country and site.country.casefold() not in listed
    }
    if not missing:
        return
    names = list(missing.values())
    new = tuple(new_part("countries", name=name) for name in names)
    heading = _heading(context, "countries")
    yield Found(
        paths=(
            "countries",
            *(
                f"locations[{site.key}].country"
                for site in record.locations
                if site.country.casefold() in missing
            ),
        ),
        message=f"The list of countries lacks {joined(names)}, where a site is."
        if len(names) == 1
        else f"The list of countries lacks {joined(names)}, where sites are.",
        evidence=" | ".join(names),
        lines=((heading, heading),) if heading else (),
        fix=Fix(
            label=f"Add {joined(names)}",
            changes=created(record, "countries", new),
            before="",
            after="\n".join(names),
        ),
    )


def _heading(context: Context, name: str) -> int:
    """The line of the heading `name`, 0 where the page has none."""
    source = context.source
    for line in source.headings if source else ():
        if source.text[line - 1].strip(" :").casefold() == name:
            return line
    return 0


def country_extra(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """A listed country has no site; its sites may have been removed since.

    >>> from curation.rules.examples import found, record
    >>> from trials.record.shape import CountryRecord, LocationRecord
    >>> sites = (LocationRecord(key="l1", country="France"),)
    >>> def listed(name): return (CountryRecord(key="co1", name=name),)
    >>> found(country_extra, record(locations=sites, countries=listed("Spain")))
    No site is in Spain, which is listed as a country.
    >>> found(country_extra, record(locations=sites, countries=listed("France")))
    """
    used = {site.country.casefold() for site in record.locations}
    if not used:
        return
    for country in record.countries:
        if country.name.casefold() not in used:
            yield Found(
                paths=(f"countries[{country.key}].name", "locations"),
                message=f"No site is in {country.name}, which is listed as a country.",
                evidence=country.name,
            )


RULES = (
    Rule("sponsor.lead-unclear", Severity.WARNING, lead_unclear),
    Rule("org.near-duplicate", Severity.WARNING, near_duplicate),
    Rule("location.country-missing", Severity.ERROR, country_missing),
    Rule("location.country-extra", Severity.WARNING, country_extra),
)
