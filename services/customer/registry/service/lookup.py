"""Looking customers up: which question is asked, in which form, and who answers best."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.customer.registry.errors import CustomerNotFoundError, FragmentTooShortError, PhoneFormError
from services.customer.registry.repository import search
from services.customer.registry.rules.text import MIN_FRAGMENT, bigrams, fold, tidy
from shared.access.blind_index import BlindIndex
from shared.access.errors import PhoneInvalidError
from shared.access.phones import normalise
from shared.http.hot_tx import HotTx

MAX_IDS = 200


@dataclass(frozen=True, slots=True)
class Question:
    """What is known of the customer; the most telling of them decides."""

    phone: str | None = None
    number: str | None = None
    meter: str | None = None
    fragment: str | None = None
    tier: str | None = None
    ids: tuple[UUID, ...] = ()

    @property
    def is_lookup(self) -> bool:
        """Whether this asks for somebody and not for a list."""
        return bool(self.phone or self.number or self.meter or self.fragment)


async def find(
    hot: HotTx,
    question: Question,
    *,
    index: BlindIndex,
    companies: Sequence[str],
    after: tuple[Any, ...] | None,
    limit: int,
) -> list[Any]:
    """Candidates, best first.  Raises: FragmentTooShortError, PhoneFormError."""
    if question.fragment is not None:
        return await _by_fragment(hot, question.fragment, companies, after, limit)
    last: UUID | None = after[2] if after else None
    if question.phone is not None:
        return await _by_phone(hot, question.phone, index, companies, last, limit)
    if question.number is not None:
        return await search.by_number(hot, companies, tidy(question.number).upper(), last, limit)
    if question.meter is not None:
        return await search.by_meter(hot, companies, tidy(question.meter).upper(), last, limit)
    if question.ids:
        return await search.by_ids(hot, companies, question.ids, last, limit)
    return await search.listed(hot, companies[0], question.tier, last, limit)


async def _by_fragment(
    hot: HotTx, fragment: str, companies: Sequence[str], after: tuple[Any, ...] | None, limit: int
) -> list[Any]:
    key = fold(fragment)
    if len(key) < MIN_FRAGMENT:
        raise FragmentTooShortError("请输入至少两个文字")
    keyset = (int(after[0]), int(after[1]), after[2]) if after else None
    number = tidy(fragment).upper()
    return await search.by_fragment(
        hot, companies, pairs=bigrams(key), key=key, number=number, after=keyset, limit=limit
    )


async def _by_phone(
    hot: HotTx, phone: str, index: BlindIndex, companies: Sequence[str], last: UUID | None, limit: int
) -> list[Any]:
    digits = phone.strip()
    if len(digits) == 4 and digits.isascii() and digits.isdigit():  # the last four digits
        indexes = [index.last_four_digits(company, digits) for company in companies]
        return await search.by_phone(hot, companies, indexes, last, limit, last_four=True)
    e164 = e164_of(phone)
    indexes = [index.phone(company, e164) for company in companies]
    return await search.by_phone(hot, companies, indexes, last, limit, last_four=False)


def e164_of(phone: str) -> str:
    """The one form of a telephone number.  Raises: PhoneFormError."""
    try:
        return normalise(phone).e164
    except PhoneInvalidError as error:
        raise PhoneFormError("不是有效的电话号码") from error


async def whole(hot: HotTx, customer_id: UUID, companies: Sequence[str]) -> Any:
    """One customer with what belongs to it.  Raises: CustomerNotFoundError."""
    row = await search.whole(hot, customer_id, companies)
    if row is None:
        raise CustomerNotFoundError("没有这个客户")
    return row
