"""One name becomes first and last name (S3.C14)."""

import re
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.kinds.people.person_names import PersonName, fitted, split

EXAMPLES = [
    ("Jane Doe", "Jane", "Doe"),
    ("  Jane \t Doe\n", "Jane", "Doe"),
    ("Mary Ann Smith", "Mary Ann", "Smith"),
    ("Jean-Pierre Dupont", "Jean-Pierre", "Dupont"),
    ("Conan O'Brien", "Conan", "O'Brien"),
    ("J. R. R. Tolkien", "J. R. R.", "Tolkien"),
    ("Jane D.", "Jane", "D."),
    ("Gabriel García Márquez", "Gabriel García", "Márquez"),
    ("Иван Петров", "Иван", "Петров"),
    # one word
    ("Madonna", "", "Madonna"),
    ("🎉", "", "🎉"),
    (",", "", ","),
    # particles
    ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
    ("LUDWIG VAN BEETHOVEN", "LUDWIG", "VAN BEETHOVEN"),
    ("Maria de la Cruz", "Maria", "de la Cruz"),
    ("Oscar De La Hoya", "Oscar", "De La Hoya"),
    ("Ursula von der Leyen", "Ursula", "von der Leyen"),
    ("von der Leyen", "", "von der Leyen"),
    ("De La Cruz", "", "De La Cruz"),
    ("Dick Van Dyke", "Dick", "Van Dyke"),
    ("Van Morrison", "Van", "Morrison"),
    ("van morrison", "van", "morrison"),
    ("Ludwig van", "Ludwig", "van"),
    ("Sophie in 't Veld", "Sophie", "in 't Veld"),
    ("Emmeline St. John", "Emmeline", "St. John"),
    ("Mohammed Al Fayed", "Mohammed", "Al Fayed"),
    ("Chitta Ranjan Das", "Chitta Ranjan", "Das"),
    ("Maria Costa e Silva", "Maria", "Costa e Silva"),
    ("José Ortega y Gasset", "José", "Ortega y Gasset"),
    ("john e smith", "john e", "smith"),
    # suffixes stay with the last name
    ("John Smith Jr.", "John", "Smith Jr."),
    ("John Smith, Jr.", "John", "Smith Jr."),
    ("Henry Ford III", "Henry", "Ford III"),
    ("Jane Doe, PhD", "Jane", "Doe PhD"),
    ("Jane Doe M.D.", "Jane", "Doe M.D."),
    ("Jane Doe 2nd", "Jane", "Doe 2nd"),
    ("José Silva Júnior", "José", "Silva Júnior"),
    ("Neymar Junior", "Neymar", "Junior"),
    ("Naosuke Ii", "Naosuke", "Ii"),
    ("Jack Ma", "Jack", "Ma"),
    # titles
    ("Dr. Jane Doe", "Jane", "Doe"),
    ("Prof. Dr. Jane Doe", "Jane", "Doe"),
    ("Mr Smith", "", "Smith"),
    ("MRS JANE DOE", "JANE", "DOE"),
    ("Frau Müller", "", "Müller"),
    ("Sra. Ana López", "Ana", "López"),
    ("Dr.", "", "Dr."),
    ("Don Johnson", "Don", "Johnson"),
    # last name first
    ("Doe, Jane", "Jane", "Doe"),
    ("DOE,Jane", "Jane", "DOE"),
    ("Doe, Dr. Jane", "Jane", "Doe"),
    ("Doe, Mrs.", "", "Doe"),
    ("Smith, Jr., John", "John", "Smith Jr."),
    ("Beethoven, Ludwig van", "Ludwig", "van Beethoven"),
    ("van Beethoven, Ludwig", "Ludwig", "van Beethoven"),
    ("Doe,", "", "Doe"),
    ("Berlin, Hamburg, Wien", "", "Berlin, Hamburg, Wien"),
    # scripts with the family name first
    ("山田 太郎", "太郎", "山田"),
    ("山田\u3000太郎 様", "太郎", "山田"),
    ("佐々木 まゆみ", "まゆみ", "佐々木"),
    ("ヤマダ タロー", "タロー", "ヤマダ"),
    ("山田太郎", "", "山田太郎"),
    ("김 철수", "철수", "김"),
    ("山田 太郎 (Taro Yamada)", "太郎", "山田 (Taro Yamada)"),
    # addresses
    ("jane.doe@acme.com", "Jane", "Doe"),
    ("JANE_DOE@ACME.COM", "Jane", "Doe"),
    ("jean-pierre.o'brien+news@acme.co.uk", "Jean-Pierre", "O'Brien"),
    ("ludwig.van.beethoven@acme.com", "Ludwig", "van Beethoven"),
    ("'jane.doe@acme.com'", "Jane", "Doe"),
    ("jdoe@acme.com", "", "jdoe@acme.com"),
    ("jane.doe42@acme.com", "", "jane.doe42@acme.com"),
    ("customer.service@acme.com", "", "customer.service@acme.com"),
    # no person
    ("Acme GmbH", "", "Acme GmbH"),
    ("Acme, Inc.", "", "Acme, Inc."),
    ("Acme S.p.A.", "", "Acme S.p.A."),
    ("Vereinigte Gärtner e.V.", "", "Vereinigte Gärtner e.V."),
    ("株式会社 山田", "", "株式会社 山田"),
    ("Smith & Sons", "", "Smith & Sons"),
    ("Jane and John Doe", "", "Jane and John Doe"),
    ("Acme Support Team", "", "Acme Support Team"),
    ("Caller +49 40 6696 1234", "", "Caller +49 40 6696 1234"),
    ("Robert Service", "Robert", "Service"),
    ("Vivian Co", "Vivian", "Co"),
    ("MARIA SA", "MARIA", "SA"),
    # what follows the name
    ("Jane Doe (Acme)", "Jane", "Doe (Acme)"),
    ("Jane Doe - Acme Inc.", "Jane", "Doe - Acme Inc."),
    ("Jane Doe <jane@acme.com>", "Jane", "Doe <jane@acme.com>"),
    ("Jane (Jenny) Doe", "Jane (Jenny)", "Doe"),
    ('"Doe, Jane"', "Jane", "Doe"),
    # nothing to see
    ("", "", ""),
    (" \u200b ", "", ""),
]


@pytest.mark.parametrize("name, first, last", EXAMPLES)
def test_a_name_is_split_as_its_owner_would_split_it(name: str, first: str, last: str):
    assert split(name) == PersonName(first, last)


def test_no_name_is_no_name():
    assert split(None) == PersonName("", "")


@pytest.mark.parametrize(
    "name, first, last",
    [
        ("Nagy Béla", "Béla", "Nagy"),
        ("Dr. Nagy Béla Ferenc", "Béla Ferenc", "Nagy"),
        ("Nagy", "", "Nagy"),
        ("de Vries Jan", "Jan", "de Vries"),
        ("Béla, Nagy", "Nagy", "Béla"),
    ],
)
def test_where_the_family_name_comes_first_the_first_word_is_the_last_name(name: str, first: str, last: str):
    assert split(name, family_first=True) == PersonName(first, last)


# no digits, marks or brackets: those have rules of their own
LETTERS = st.text(st.characters(categories=["Lu", "Ll", "Lo"]), min_size=1, max_size=8)
WORDS = st.one_of(
    LETTERS,
    st.sampled_from(
        ["van", "de", "la", "Van", "y", "e", "Jr.", "III", "PhD", "Smith-Jones", "O'Brien", "GmbH", "J.", "山田"]
    ),
)
NAMES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
TITLE = st.sampled_from(["", "Dr. ", "Mrs ", "Prof. Dr. "])
PLAIN = st.lists(
    st.sampled_from(["Jane", "Mary", "Ann", "Doe", "Smith", "Ludwig", "Beethoven", "Jean-Pierre", "Müller"]),
    min_size=1,
    max_size=4,
)
PARTICLES = st.sampled_from([[], ["van"], ["de", "la"], ["von", "der"]])


def visible(character: str) -> bool:
    return unicodedata.category(character) not in ("Zs", "Zl", "Zp", "Cc", "Cf")


def letters(text: str) -> Counter[str]:
    return Counter(re.sub(r"\s", "", text))


@given(title=TITLE, name=NAMES)
def test_no_character_is_lost_but_blanks_and_the_title(title: str, name: str):
    found = split(title + name)
    assert letters(found.first + found.last) in (letters(name), letters(title + name))


@given(first=NAMES, last=NAMES)
def test_a_comma_between_the_names_is_all_that_goes_with_the_order(first: str, last: str):
    found = split(f"{last}, {first}")
    assert letters(found.first + found.last) - letters(",") == letters(first + last)


@given(name=st.text(max_size=60), family_first=st.booleans())
def test_whoever_has_a_name_has_a_last_name(name: str, family_first: bool):
    found = split(name, family_first=family_first)
    assert bool(found.last) is any(map(visible, name))
    assert found.last or not found.first
    assert (found.first, found.last) == (found.first.strip(), found.last.strip())


@given(given_names=PLAIN, particles=PARTICLES, family=st.sampled_from(["Doe", "Beethoven", "Cruz", "Smith Jr."]))
def test_a_name_put_together_again_is_split_the_same_way(given_names: list[str], particles: list[str], family: str):
    once = split(" ".join([*given_names, *particles, family]))
    assert once == PersonName(" ".join(given_names), " ".join([*particles, family]))
    assert split(f"{once.first} {once.last}") == once


@pytest.mark.parametrize(
    "name, fits, cut",
    [
        (PersonName("Jane", "Doe"), PersonName("Jane", "Doe"), False),
        (PersonName("x" * 40, "y" * 80), PersonName("x" * 40, "y" * 80), False),
        (PersonName("x" * 41, "y" * 81), PersonName("x" * 40, "y" * 80), True),
        (PersonName("Anna " * 8 + "Annabella", "Doe"), PersonName(("Anna " * 8).strip(), "Doe"), True),
        (PersonName("", "A " + "y" * 90), PersonName("", "A " + "y" * 78), True),
    ],
)
def test_a_name_too_long_for_the_target_is_cut_and_says_so(name: PersonName, fits: PersonName, cut: bool):
    """Between words where that keeps enough; the row is not lost."""
    assert fitted(name) == (fits, cut)


@given(first=st.text(max_size=90), last=st.text(min_size=1, max_size=200), length=st.integers(1, 80))
def test_a_cut_name_fits_begins_like_the_name_and_keeps_a_last_name(first: str, last: str, length: int):
    name = PersonName(first.strip(), last.strip() or "x")
    fits, cut = fitted(name, first_length=length, last_length=length)
    assert max(len(fits.first), len(fits.last)) <= length
    assert name.first.startswith(fits.first)
    assert name.last.startswith(fits.last)
    assert fits.last
    assert cut is (fits != name)
