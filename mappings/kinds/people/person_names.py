"""Splits one name into first and last name (S3.C14): Zendesk has one field, Salesforce two and requires the last.

Only blanks, commas between parts, quotation marks around the whole, forms of address and the host of an address
are dropped. The rules:

* Titles and forms of address at the beginning (Dr., Mrs., Herr) go. A suffix (Jr., III, PhD) stays with the last name,
  because the CRM has a field for it only where an administrator has enabled one.
* A particle begins the last name (van Beethoven, de la Cruz); otherwise that is the last word alone. A double surname
  without a particle is not guessed: nothing tells "García Márquez" from a second given name.
* "Last, First" is taken at its word. Names in Han, Hangul or Kana are family name first; those without a blank stay
  whole.
* An address says the name only as words with a dot or underscore between them (jane.doe@...).
* What is no person (a company, a team, a couple, anything with digits) stays whole, as the last name.
* What follows in brackets or after a dash stays with the last name.
"""

import re
import unicodedata
from dataclasses import dataclass

FIRST_LENGTH = 40
LAST_LENGTH = 80


@dataclass(frozen=True, slots=True)
class PersonName:
    """First and last name without surrounding blanks. A name always has a last name."""

    first: str
    last: str


def split(name: str | None, *, family_first: bool = False) -> PersonName:
    """The first and last name in a full name; both empty if it is blank.

    ``family_first``: where the name itself does not tell, its first word is the family name, as in Hungarian. Lengths
    are not limited, see ``fitted``.
    """
    core, tail = _apart(_tidy(name or ""))
    words = _COMMAS.sub(" ", core).split()
    if not words or _is_no_person(words):
        found = PersonName("", core)
    elif _ADDRESS.fullmatch(core):
        found = _of_address(core)
    else:
        found = _of_person(core, family_first)
    return PersonName(found.first, f"{found.last} {tail}".strip())


def fitted(
    name: PersonName, *, first_length: int = FIRST_LENGTH, last_length: int = LAST_LENGTH
) -> tuple[PersonName, bool]:
    """The name shortened to the target's lengths in characters, and whether it was shortened.

    It is cut between two words if that keeps at least half. The last name never becomes empty.
    """
    fits = PersonName(_cut(name.first, first_length), _cut(name.last, last_length))
    return fits, fits != name


def _cut(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    whole_words = text[: length + 1].rpartition(" ")[0].rstrip()
    return whole_words if len(whole_words) * 2 >= length else text[:length].rstrip()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COMMAS = re.compile(r"[,，、]")
_QUOTES = (('"', '"'), ("'", "'"), ("“", "”"), ("„", "“"), ("<", ">"))
_TAIL = re.compile(r"(?P<core>.+?) (?P<tail>[(\[<{][^()\[\]<>{}]*[)\]>}]|[-–—|/] .+)")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_WORDS_OF_ADDRESS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")

# Written without their dots, in lower case.
_TITLES = _words("mr mrs ms mx miss dr prof professor herr frau mme mlle")
_TITLES_WITH_A_DOT = _words("sr sra srta ing mag rev hon dipl-ing")
_HONORIFICS = _words("様 殿 さん 님 씨")
_SUFFIXES = _words("jr sr esq phd 2nd 3rd 4th")
# An Ii or a Mba can be a family name.
_SUFFIXES_AS_WRITTEN = _words("II III IV MD MBA CPA DDS MSc BSc")
_SUFFIXES_OF_A_SURNAME = _words("junior júnior senior filho neto")

_PARTICLES = _words(
    "van von vom der den de del della di da dos das do du des la le lo los las ter ten te zu zum zur af av al el bin "
    "ibn bint in op aan 't st saint"
)
# Do and Das, for two, are names of their own when they begin with a capital.
_CAPITAL_PARTICLES = _words("van von vom der den de del della di da dos du des la le ter al el bin ibn st saint")
_NEVER_GIVEN = _words("van von de")
_JOINERS = _words("y e i")

_LEGAL_FORMS = _words(
    "inc llc llp ltd limited corp corporation company plc gmbh mbh ohg kgaa gbr sarl srl spa lda ltda aps asa pty kft "
    "holding holdings group gruppe partners"
)
# Co, Ev, Sa and Se are family names, too.
_LEGAL_FORMS_WITH_DOTS = _words("Co. co. e.V.")
_LEGAL_FORMS_AS_WRITTEN = _words("AG KG UG SE SA SAS AB AS A/S NV BV OY Oy SL LP")
_LEGAL_FORMS_IN_NAME = ("株式会社", "有限会社", "合同会社", "有限公司", "주식회사")
_NO_PERSONS = _words("team support department helpdesk university solutions technologies consulting services systems")
_SEVERAL = _words("& + and und")
_MAILBOXES = _words(
    "info support sales service services customer office admin billing accounts accounting help helpdesk contact hello "
    "noreply no reply team mail marketing invoice invoices orders webmaster postmaster"
)
_FAMILY_FIRST_SCRIPTS = (
    "CJK",
    "HIRAGANA",
    "KATAKANA",
    "HANGUL",
    "HALFWIDTH KATAKANA",
    "HALFWIDTH HANGUL",
    "IDEOGRAPHIC",
)


def _tidy(text: str) -> str:
    """Single blanks, no invisible words, no quotation marks around the whole."""
    tidy = " ".join(word for word in text.split() if any(map(_is_visible, word)))
    for opening, closing in _QUOTES:
        inside = tidy[1:-1].strip()
        if tidy.startswith(opening) and tidy.endswith(closing) and any(map(_is_visible, inside)):
            return inside
    return tidy


def _is_visible(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] != "Z" and category not in ("Cc", "Cf")


def _apart(text: str) -> tuple[str, str]:
    """The name, and what follows it in brackets or after a dash."""
    found = _TAIL.fullmatch(text)
    return (found["core"], found["tail"]) if found else (text, "")


def _plain(word: str) -> str:
    return word.replace(".", "").casefold()


def _is_no_person(words: list[str]) -> bool:
    shouting = all(word == word.upper() for word in words)  # then "MARIA SA" may be a person
    return any(
        _plain(word) in _NO_PERSONS
        or word.casefold() in _SEVERAL
        or any(form in word for form in _LEGAL_FORMS_IN_NAME)
        or (any(map(str.isdigit, word)) and _plain(word) not in _SUFFIXES and "@" not in word)
        for word in words
    ) or any(_is_legal_form(word, shouting) for word in words[1:])


def _is_legal_form(word: str, shouting: bool) -> bool:
    if _plain(word) in _LEGAL_FORMS or word in _LEGAL_FORMS_WITH_DOTS:
        return True
    return (not shouting or "." in word) and word.replace(".", "") in _LEGAL_FORMS_AS_WRITTEN


def _of_address(address: str) -> PersonName:
    local = address.partition("@")[0].partition("+")[0]
    words = [word for word in re.split(r"[._]+", local) if word]
    spoken = len(words) > 1 and all(_WORDS_OF_ADDRESS.fullmatch(word) for word in words)
    if not spoken or any(word.casefold() in _MAILBOXES for word in words):
        return PersonName("", address)
    return _in_order([words[0].title(), *map(_capitalised, words[1:])], family_first=False)


def _capitalised(word: str) -> str:
    return word.casefold() if word.casefold() in _PARTICLES else word.title()


def _of_person(text: str, family_first: bool) -> PersonName:
    """First and last name of a person. More commas than suffixes mean "Last, First"."""
    names: list[list[str]] = []
    suffixes: list[str] = []
    for part in filter(None, (part.split() for part in _COMMAS.split(text))):
        words, ends = _without_suffixes(_without_titles(part, keep=not names), keep=not names)
        suffixes += ends
        if words:
            names.append(words)
    if len(names) > 2:
        return PersonName("", text)
    found = _in_order(names[0], family_first) if len(names) == 1 else _reversed(*names)
    return PersonName(found.first, " ".join([found.last, *suffixes]))


def _without_titles(words: list[str], *, keep: bool) -> list[str]:
    start, end = 0, len(words)
    while start < end - keep and _is_title(words[start]):
        start += 1
    while start < end - 1 and words[end - 1] in _HONORIFICS:
        end -= 1
    return words[start:end]


def _is_title(word: str) -> bool:
    plain = _plain(word)
    return plain in _TITLES or (word.endswith(".") and plain in _TITLES_WITH_A_DOT)


def _without_suffixes(words: list[str], *, keep: bool) -> tuple[list[str], list[str]]:
    end = len(words)
    while end > keep and _is_suffix(words[end - 1], others=end - 1):
        end -= 1
    return words[:end], words[end:]


def _is_suffix(word: str, others: int) -> bool:
    if _plain(word) in _SUFFIXES_OF_A_SURNAME:
        return others > 1
    return _plain(word) in _SUFFIXES or word.replace(".", "") in _SUFFIXES_AS_WRITTEN


def _reversed(family: list[str], given: list[str]) -> PersonName:
    """ "Beethoven, Ludwig van": the particle belongs to the family name."""
    end = len(given)
    while end and _is_particle(given[end - 1]):
        end -= 1
    return PersonName(" ".join(given[:end]), " ".join([*given[end:], *family]))


def _in_order(words: list[str], family_first: bool) -> PersonName:
    if family_first or all(map(_is_family_first, words)):
        end = next((number for number, word in enumerate(words, 1) if word not in _PARTICLES), len(words))
        return PersonName(" ".join(words[end:]), " ".join(words[:end]))
    start = _surname_start(words)
    return PersonName(" ".join(words[:start]), " ".join(words[start:]))


def _is_family_first(word: str) -> bool:
    return all(unicodedata.name(c, "").startswith(_FAMILY_FIRST_SCRIPTS) for c in word)


def _surname_start(words: list[str]) -> int:
    if len(words) > 1 and _begins_with_surname(words):
        return 0
    for index, word in enumerate(words[1:-1], 1):
        if word in _JOINERS and not words[index - 1].islower():  # else it is an initial: "john e smith"
            return index - 1
        if _is_particle(word):
            return index
    return len(words) - 1


def _begins_with_surname(words: list[str]) -> bool:
    """ "von der Leyen" has no first name, "Van Morrison" has."""
    first = words[0]
    if first in _PARTICLES and any(not word.islower() for word in words):
        return True
    return first.casefold() in _NEVER_GIVEN and len(words) > 2 and _is_particle(words[1])


def _is_particle(word: str) -> bool:
    return word in _PARTICLES or _plain(word) in _CAPITAL_PARTICLES
