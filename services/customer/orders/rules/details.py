"""The own data of each kind of order (domain.md 1), at the request and at the completion: typed, by the work's form."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from services.customer.orders.errors import DetailsInvalidError
from services.customer.policy_orders import WorkForm
from shared.errors import FieldError

Text = Annotated[str, Field(min_length=1, max_length=200)]
Line = Annotated[str, Field(min_length=1, max_length=1000)]
Volume = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=3)]
Fen = Annotated[int, Field(ge=0, le=10**12)]
Count = Annotated[int, Field(ge=0, le=10_000)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Installation(_Part):
    """报装与安装."""

    stove_count: Count = 0
    water_heater_count: Count = 0
    boiler_count: Count = 0
    capacity_m3_day: Volume | None = None
    households: Annotated[int, Field(ge=1, le=100_000)] = 1
    survey_wanted_on: date | None = None


class Installed(_Part):
    meter_number: Text | None = None
    initial_reading: Volume | None = None
    surveyed_on: date | None = None
    estimate_fen: Fen | None = None
    is_tightness_tested: bool | None = None


class Relocation(_Part):
    """改管移表."""

    moves: Literal["pipe", "meter", "both"] = "pipe"
    from_where: Text | None = None
    to_where: Text | None = None
    is_hazard: bool = False


class Relocated(_Part):
    pipe_metres: Annotated[Decimal, Field(ge=0, le=10_000, decimal_places=2)] | None = None
    reading: Volume | None = None
    is_tightness_tested: bool | None = None


class Conversion(_Part):
    """置换通气与点火."""

    kind: Literal["conversion", "gas_on", "ignition"] = "gas_on"
    department_order_number: Text | None = None
    connection_invoice: Text | None = None
    has_name_change: bool = False
    old_account_number: Text | None = None


class Converted(_Part):
    ignited_at: AwareDatetime | None = None
    card_number: Text | None = None
    initial_reading: Volume | None = None
    is_safety_explained: bool | None = None


class Account(_Part):
    """开户、过户与销户."""

    change: Literal["open", "transfer", "close"]
    deed: Text | None = None
    to_customer_number: Text | None = None


class AccountDone(_Part):
    account_change_number: Text | None = None
    last_reading: Volume | None = None


class Repair(_Part):
    """维修."""

    fault: Line | None = None
    equipment: Text | None = None
    is_leak: bool = False
    remark: Line | None = None


class Repaired(_Part):
    cause: Line | None = None
    measure: Line | None = None
    parts: tuple[Text, ...] = ()
    is_left_over: bool = False


class EmergencyRepair(_Part):
    """抢修."""

    hazard: Literal["leak", "fire", "explosion", "pressure", "outage", "damage", "other"] = "leak"
    reported_where: Line | None = None
    households_affected: Count = 0
    is_gas_cut: bool = False


class EmergencyRepaired(_Part):
    cause: Line | None = None
    measure: Line | None = None
    gas_restored_at: AwareDatetime | None = None
    injured: Count = 0


class SafetyInspection(_Part):
    """安检."""

    plan_number: Text | None = None
    is_led: bool = False
    """The half-yearly one that a leader leads, over all equipment."""
    is_follow_up: bool = False


class SafetyInspected(_Part):
    entry: Literal["entered", "refused", "not_at_home"] | None = None
    equipment_checked: Count | None = None
    hazards_found: Count | None = None


class MeterReading(_Part):
    """抄表."""

    route: Text | None = None
    cycle: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")] | None = None


class MeterRead(_Part):
    reading: Volume | None = None
    read_on: date | None = None
    means: Literal["read", "reported", "estimated", "remote"] | None = None


class CardSale(_Part):
    """IC 卡售气."""

    card_number: Text | None = None
    volume_m3: Volume | None = None
    amount_fen: Fen | None = None


class CardSold(_Part):
    volume_m3: Volume | None = None
    amount_fen: Fen | None = None
    receipt: Text | None = None


class Consultation(_Part):
    """咨询."""

    topic: Text | None = None
    question: Line | None = None


class Consulted(_Part):
    answer: Line | None = None
    is_first_contact_resolved: bool | None = None


REQUESTS: Mapping[WorkForm, type[_Part]] = {
    WorkForm.INSTALLATION: Installation,
    WorkForm.RELOCATION: Relocation,
    WorkForm.CONVERSION: Conversion,
    WorkForm.ACCOUNT: Account,
    WorkForm.REPAIR: Repair,
    WorkForm.EMERGENCY_REPAIR: EmergencyRepair,
    WorkForm.SAFETY_INSPECTION: SafetyInspection,
    WorkForm.METER_READING: MeterReading,
    WorkForm.CARD_SALE: CardSale,
    WorkForm.CONSULTATION: Consultation,
}
RESULTS: Mapping[WorkForm, type[_Part]] = {
    WorkForm.INSTALLATION: Installed,
    WorkForm.RELOCATION: Relocated,
    WorkForm.CONVERSION: Converted,
    WorkForm.ACCOUNT: AccountDone,
    WorkForm.REPAIR: Repaired,
    WorkForm.EMERGENCY_REPAIR: EmergencyRepaired,
    WorkForm.SAFETY_INSPECTION: SafetyInspected,
    WorkForm.METER_READING: MeterRead,
    WorkForm.CARD_SALE: CardSold,
    WorkForm.CONSULTATION: Consulted,
}


def details_of(form: WorkForm, said: Mapping[str, Any], *, pointer: str = "/details") -> dict[str, Any]:
    """The data of the work as it is stored.  Raises: DetailsInvalidError naming each field."""
    return _checked(REQUESTS[form], said, pointer)


def result_of(form: WorkForm, said: Mapping[str, Any], *, pointer: str = "/result") -> dict[str, Any]:
    """The same of what came out.  Raises: DetailsInvalidError."""
    return _checked(RESULTS[form], said, pointer)


def _checked(kind: type[_Part], said: Mapping[str, Any], pointer: str) -> dict[str, Any]:
    try:
        return kind.model_validate(dict(said)).model_dump(mode="json", exclude_none=True)
    except ValidationError as error:
        places = [
            FieldError("/".join((pointer, *(str(step) for step in one["loc"]))), DetailsInvalidError.code, _WRONG)
            for one in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        raise DetailsInvalidError(_WRONG, errors=tuple(places)) from error


_WRONG = "该项不属于本类工单，或填写不符合要求。"
