"""Names, telephones, places and credit codes that belong to nobody."""

import random

from deploy.gasdesk.sample import words

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def person(chance: random.Random) -> str:
    """A Chinese name of two to four characters."""
    surname = chance.choice(words.COMPOUND_SURNAMES) if chance.random() < 0.004 else chance.choice(words.SURNAMES)
    if chance.random() < 0.3:
        return surname + chance.choice(words.GIVEN_SINGLE)
    return surname + chance.choice(words.GIVEN_FIRST) + chance.choice(words.GIVEN_SECOND)


def credit_code(n: int) -> str:
    """A well-formed unified social credit code of an administrative division that does not exist."""
    first = f"91999999MA{n:07d}"
    total = sum(_ALPHABET.index(c) * pow(3, place, 31) for place, c in enumerate(first))
    return first + _ALPHABET[-total % 31]


class Phones:
    """Numbers of the form 100 + 8 digits, which no carrier assigns; each is given out once."""

    def __init__(self, seed: int) -> None:
        self._start = seed * 7_919 % 10**8
        self._given = 0

    def new(self) -> str:
        """The next number."""
        self._given += 1
        return self._at(self._given)

    def shared(self, chance: random.Random) -> str:
        """A number that somebody has already: landlords and large families."""
        return self._at(chance.randint(1, max(1, self._given)))

    def _at(self, n: int) -> str:
        return f"100{(self._start + n * 61_803_399) % 10**8:08d}"


class Places:
    """The invented city: communities on roads in districts."""

    def __init__(self, chance: random.Random) -> None:
        names = [head + tail for head in words.COMMUNITY_HEADS for tail in words.COMMUNITY_TAILS]
        chance.shuffle(names)
        self._communities = [
            (chance.choice(words.DISTRICTS), chance.choice(words.ROADS), chance.randint(1, 399), name)
            for name in names[:120]
        ]

    def home(self, chance: random.Random) -> tuple[str, str, str]:
        """District, community and full address of a flat."""
        district, road, door, community = chance.choice(self._communities)
        flat = f"{chance.randint(1, 33)}0{chance.randint(1, 4)}"
        place = f"{community}{chance.randint(1, 28)}栋{chance.randint(1, 3)}单元{flat}室"
        return district, community, f"{words.CITY}{district}{road}{door}号{place}"

    def site(self, chance: random.Random) -> tuple[str, str]:
        """District and address of a business."""
        district = chance.choice(words.DISTRICTS)
        return district, f"{words.CITY}{district}{chance.choice(words.ROADS)}{chance.randint(1, 999)}号"
