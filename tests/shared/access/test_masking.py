"""Masks and telephone numbers."""

import time
from collections.abc import Callable

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from shared.access import masking
from shared.access.errors import PhoneInvalidError
from shared.access.masking import MaskedAddress, MaskedMeter, MaskedName, MaskedPhone
from shared.access.phones import PhoneKind, national, normalise

MASKS = (
    masking.mask_name,
    masking.mask_phone,
    masking.mask_address,
    masking.mask_meter,
    masking.mask_id_number,
)
CHINESE = st.text(alphabet="张王李欧阳司马三丰小区花园路街号栋室市县阳光*  0123456789-+86", max_size=40)


@pytest.mark.parametrize("mask", MASKS)
@given(text=CHINESE | st.text(max_size=40))
def test_masking_twice_changes_nothing(mask: Callable[[str], str], text: str) -> None:
    once = mask(text)
    assert mask(once) == once


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_middle_of_a_mobile_never_shows(phone: str) -> None:
    for form in (phone, f"+86{phone}"):
        assert masking.mask_phone(form) == f"{phone[:3]}****{phone[-4:]}"


@given(st.from_regex(r"[0-9]{7,15}", fullmatch=True))
def test_no_number_shows_more_than_seven_digits(phone: str) -> None:
    assert sum(character.isdigit() for character in masking.mask_phone(phone)) <= 7


@given(st.text(alphabet="张王李赵陈杨三四五丰伟芳娜秀英", min_size=2, max_size=4))
def test_given_names_never_show(name: str) -> None:
    assert masking.mask_name(name) == name[0] + "*"


@given(
    st.text(alphabet="阳光花园小区幸福路", max_size=12),
    st.from_regex(r"[1-9]栋[1-9]单元[1-9]0[1-9]室", fullmatch=True),
)
def test_house_and_flat_never_show(place: str, flat: str) -> None:
    masked = masking.mask_address(f"{place}{flat}")
    assert masked.endswith("***")
    assert not any(character.isdigit() for character in masked)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张", "张*"),
        ("欧阳锋", "欧阳**"),
        ("欧阳", "欧*"),
        ("", ""),
        (" 李四 ", "李*"),
        ("安徽某某酒店有限公司", "安徽***"),
        ("买买提·吐尔逊", "买买***"),
    ],
)
def test_names(name: str, masked: str) -> None:
    assert masking.mask_name(name) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("阳光小区3栋502", "阳光小区***"),
        ("安徽省合肥市大学城路翠竹园12号", "安徽省合肥市大学城路翠竹园***"),
        ("合肥市庐阳区长江路12号", "合肥市***"),
        ("长江路12号", "长江路***"),
        ("某处", "***"),
        ("", ""),
    ],
)
def test_addresses(address: str, masked: str) -> None:
    assert masking.mask_address(address) == masked


def test_meter_and_id_number() -> None:
    assert masking.mask_meter("G4-20230001234") == "****1234"
    assert masking.mask_meter("1234") == "****"
    assert masking.mask_id_number("340102199001011234") == "****34"


class Card(BaseModel):
    name: MaskedName
    phone: MaskedPhone
    address: MaskedAddress
    meter: MaskedMeter


def test_response_model_never_holds_the_plain_value() -> None:
    card = Card(name="张三", phone="+8613800138000", address="阳光小区3栋502", meter="00001234")
    assert card.model_dump() == {
        "name": "张*",
        "phone": "138****8000",
        "address": "阳光小区***",
        "meter": "****1234",
    }
    assert Card.model_validate(card.model_dump()) == card


@pytest.mark.parametrize(
    ("raw", "e164", "kind"),
    [
        ("13800138000", "+8613800138000", PhoneKind.MOBILE),
        ("+86 138-0013-8000", "+8613800138000", PhoneKind.MOBILE),
        ("0086 13800138000", "+8613800138000", PhoneKind.MOBILE),
        ("１３８００１３８０００", "+8613800138000", PhoneKind.MOBILE),
        ("17012345678", "+8617012345678", PhoneKind.MOBILE),
        ("0565-82345678", "+8656582345678", PhoneKind.LANDLINE),
        ("（0551）6234567", "+865516234567", PhoneKind.LANDLINE),
        ("010-62345678", "+861062345678", PhoneKind.LANDLINE),
        ("+86 21 62345678", "+862162345678", PhoneKind.LANDLINE),
        ("400-123-4567", "+864001234567", PhoneKind.SERVICE),
        ("10012345678", "+8610012345678", PhoneKind.DEMO),
        ("+8610012345678", "+8610012345678", PhoneKind.DEMO),
        ("95598", "95598", PhoneKind.SHORT),
        ("12345", "12345", PhoneKind.SHORT),
        ("96777", "96777", PhoneKind.SHORT),
        ("110", "110", PhoneKind.SHORT),
        ("+1 415 555 2671", "+14155552671", PhoneKind.FOREIGN),
    ],
)
def test_numbers_as_people_write_them(raw: str, e164: str, kind: PhoneKind) -> None:
    phone = normalise(raw)
    assert (phone.e164, phone.kind) == (e164, kind)


def test_local_number_needs_the_area() -> None:
    with pytest.raises(PhoneInvalidError):
        normalise("82345678")
    assert normalise("82345678", area_code="0565").e164 == "+8656582345678"
    assert normalise("6234567", area_code="551").e164 == "+865516234567"


@pytest.mark.parametrize("raw", ["", "abc", "1234567", "138001380001", "1380013800", "+86", "9" * 39, "0" * 41, "\x00"])
def test_what_is_no_number_is_refused_without_an_echo(raw: str) -> None:
    with pytest.raises(PhoneInvalidError) as refused:
        normalise(raw)
    assert not raw or raw not in str(refused.value)


@given(st.from_regex(r"1[3-9][0-9]{9}|0[3-9][1-9][0-9][2-8][0-9]{6,7}|100[0-9]{8}", fullmatch=True))
def test_normalising_is_idempotent_and_reads_back(raw: str) -> None:
    phone = normalise(raw)
    assert normalise(phone.e164) == phone
    assert normalise(national(phone.e164)) == phone


@given(st.integers(10**6, 10**12).map(str) | st.from_regex(r"0[1-9][0-9]{8,11}", fullmatch=True))
def test_fast_path_agrees_with_the_library_on_what_both_accept(raw: str) -> None:
    number = phonenumbers.parse(raw, "CN")
    if phonenumbers.is_valid_number(number) and number.country_code == 86 and not number.extension:
        expected = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        assert normalise(raw).e164 in (expected, raw)


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_refused(raw: str) -> None:
    try:
        phone = normalise(raw)
    except PhoneInvalidError:
        return
    assert phone.e164.removeprefix("+").isdigit()


def test_hostile_text_costs_no_time() -> None:
    began = time.perf_counter()
    for text in ("阳光" * 5000, "小" * 20_000, "区路" * 9000):
        masking.mask_address(text)
    assert time.perf_counter() - began < 0.2
