"""Rules about addresses: phones, e-mail and the web."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from curation.rules.changes import changed
from curation.rules.rule import Confidence, Context, Fix, Found, Rule, Severity
from curation.rules.wording import quoted
from trials.record.shape import TrialRecord

_EXTENSION = re.compile(r"\b(?:ext|extension|x)\b.*|[;/,].*", re.IGNORECASE)
_NO_DIGIT = re.compile(r"[^0-9]")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
)
_CLASSIC = re.compile(
    r"https?://(?:www\.|classic\.)?clinicaltrials\.gov/"
    r"(?:ct2/)?(?:show|results|archive)/(?:results/)?(NCT[0-9]{8})\S*",
    re.IGNORECASE,
)


def phone(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """A phone number cannot be dialled: 7 to 15 digits, and no country's code begins
    with 0 (ITU-T E.164).

    >>> from curation.rules.examples import found, record
    >>> from trials.record.shape import ContactRecord
    >>> def called(phone): return (ContactRecord(key="cp1", phone=phone),)
    >>> found(phone, record(contacts=called("+088324317")))
    “+088324317” is no phone number: no country's code begins with 0.
    >>> found(phone, record(contacts=called("+8618801206400")))
    """
    for contact in record.contacts:
        text = contact.phone
        if not text:
            continue
        digits = _NO_DIGIT.sub("", _EXTENSION.sub("", text))
        if text.startswith("+") and digits.startswith("0"):
            problem = "no country's code begins with 0"
        elif not 7 <= len(digits) <= 15:
            problem = f"it has {len(digits)} digits instead of 7 to 15"
        else:
            continue
        yield Found(
            paths=(f"contacts[{contact.key}].phone",),
            message=f"{quoted(text)} is no phone number: {problem}.",
            evidence=text,
        )


def email(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """An e-mail address is none, so that mail comes back.

    >>> from curation.rules.examples import found, record
    >>> from trials.record.shape import ContactRecord
    >>> def mailed(email): return (ContactRecord(key="cp1", email=email),)
    >>> found(email, record(contacts=mailed("ada.lee@hospital")))
    “ada.lee@hospital” is no e-mail address.
    >>> found(email, record(contacts=mailed("ada.lee@hospital.org")))
    """
    for contact in record.contacts:
        text = contact.email
        if text and not _EMAIL.fullmatch(text):
            yield Found(
                paths=(f"contacts[{contact.key}].email",),
                message=f"{quoted(text)} is no e-mail address.",
                evidence=text,
            )


def _urls(record: TrialRecord) -> Iterator[tuple[str, str]]:
    for collection, field in (
        ("links", "url"),
        ("ipd_documents", "url"),
        ("secondary_ids", "link"),
    ):
        for part in getattr(record, collection):
            if text := getattr(part, field):
                yield f"{collection}[{part.key}].{field}", text
    if record.ipd_url:
        yield "ipd_url", record.ipd_url


def url(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """A web address has no host or another scheme than https, so that the link fails or
    is not safe; http is a note.

    >>> from curation.rules.examples import found, record
    >>> from trials.record.shape import LinkRecord
    >>> def linked(url): return (LinkRecord(key="ln1", url=url),)
    >>> found(url, record(links=linked("www.example.org")))
    “www.example.org” is no web address: it does not begin with https://.
    >>> found(url, record(links=linked("https://example.org/a")))
    """
    for path, text in _urls(record):
        try:
            parts = urlsplit(text)
            host = parts.hostname or ""
        except ValueError:
            parts, host = None, ""
        if parts is None or " " in text or (parts.scheme and "." not in host):
            problem, severity = "is no web address: it names no host", None
        elif parts.scheme == "http":
            problem, severity = "is not safe: it begins with http://", Severity.NOTE
        elif parts.scheme != "https":
            problem = "is no web address: it does not begin with https://"
            severity = None
        else:
            continue
        yield Found(
            paths=(path,),
            message=f"{quoted(text)} {problem}.",
            evidence=text,
            severity=severity,
        )


def url_classic(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """A link leads to the registry's old site, which was switched off in June 2024.

    >>> from curation.rules.examples import found, record
    >>> from trials.record.shape import LinkRecord
    >>> def linked(url): return (LinkRecord(key="ln1", url=url),)
    >>> old = "https://www.clinicaltrials.gov/ct2/show/NCT02985775?rank=2"
    >>> found(url_classic, record(links=linked(old)))
    The link leads to the registry's old site; NCT02985775 now has another address.
    >>> new = "https://clinicaltrials.gov/study/NCT02985775"
    >>> found(url_classic, record(links=linked(new)))
    """
    for path, text in _urls(record):
        if match := _CLASSIC.fullmatch(text):
            number = match[1].upper()
            new = f"https://clinicaltrials.gov/study/{number}"
            yield Found(
                paths=(path,),
                message="The link leads to the registry's old site; "
                f"{number} now has another address.",
                evidence=text,
                fix=Fix(
                    label=f"Link {new}",
                    changes=(changed(path, text, new),),
                    before=text,
                    after=new,
                    confidence=Confidence.MEDIUM,
                ),
            )


RULES = (
    Rule("format.phone", Severity.WARNING, phone),
    Rule("format.email", Severity.ERROR, email),
    Rule("format.url", Severity.WARNING, url),
    Rule("format.url-classic", Severity.NOTE, url_classic),
)
