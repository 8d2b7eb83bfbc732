"""Made-up names of sites with known groups: one thing in several spellings."""

from random import Random

SYLLABLES = (
    *("ba", "be", "bo", "da", "de", "di", "fa", "fe", "ga", "go", "ha", "he", "ka"),
    *("ko", "la", "le", "li", "lo", "ma", "me", "mi", "mo", "na", "ne", "no", "pa"),
    *("pe", "po", "ra", "re", "ri", "ro", "sa", "se", "si", "so", "ta", "te", "ti"),
    *("to", "va", "ve", "vo", "za"),
)
ENDS = ("n", "rd", "s", "l", "m", "rt", "ck", "nd", "x", "")
KINDS = (
    "University Hospital",
    "Medical Center",
    "Cancer Center",
    "Clinical Research Institute",
    "General Hospital",
    "Klinik für Innere Medizin",
    "Centre Hospitalier",
    "Hôpital Général",
    "Oncology Associates",
    "Research Site 12",
    "Research Site 13",
)
ACCENTS = str.maketrans("aeiou", "áéíöü")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def make_names(count: int, seed: int = 1) -> dict[str, int]:
    """So many different names -> the number of the group that each belongs to.

    Four names in ten stand alone, the others have one to four further spellings.
    """
    random = Random(seed)  # noqa: S311 - for tests, not for secrets
    names: dict[str, int] = {}
    group = 0
    while len(names) < count:
        group += 1
        base = _base(random)
        if base in names:
            continue
        names[base] = group
        if random.random() < 0.4:
            continue
        for _ in range(random.randint(1, 4)):
            if len(names) < count:
                names.setdefault(_spelled_otherwise(base, random), group)
    return names


def _base(random: Random) -> str:
    return f"{_word(random)} {random.choice(KINDS)}, {_word(random)}"


def _word(random: Random) -> str:
    syllables = random.choices(SYLLABLES, k=random.randint(2, 4))
    return ("".join(syllables) + random.choice(ENDS)).capitalize()


def _spelled_otherwise(name: str, random: Random) -> str:
    """The name as another page would have it: two faults of the usual kinds."""
    for _ in range(random.randint(1, 2)):
        name = random.choice(FAULTS)(name, random)
    return name


def _place(name: str, random: Random) -> int:
    """Where a letter stands that is no digit: another number is another site."""
    places = [at for at, char in enumerate(name) if char.isalpha()]
    return random.choice(places)


def _wrong(name: str, random: Random) -> str:
    at = _place(name, random)
    return name[:at] + random.choice(LETTERS) + name[at + 1 :]


def _missing(name: str, random: Random) -> str:
    at = _place(name, random)
    return name[:at] + name[at + 1 :]


def _too_many(name: str, random: Random) -> str:
    at = _place(name, random)
    return name[:at] + random.choice(LETTERS) + name[at:]


def _swapped(name: str, random: Random) -> str:
    at = _place(name, random)
    return name[:at] + name[at : at + 2][::-1] + name[at + 2 :]


def _other_case(name: str, random: Random) -> str:
    return random.choice((name.upper(), name.lower()))


def _other_marks(name: str, random: Random) -> str:
    return random.choice((name.replace(",", ""), f"{name}.", name.replace(",", " -")))


def _accented(name: str, random: Random) -> str:
    at = _place(name, random)
    return name[:at] + name[at].translate(ACCENTS) + name[at + 1 :]


def _other_order(name: str, random: Random) -> str:
    head, _, tail = name.partition(", ")
    return f"{tail}, {head}" if tail else name


FAULTS = (
    _wrong,
    _missing,
    _too_many,
    _swapped,
    _other_case,
    _other_marks,
    _accented,
    _other_order,
)
