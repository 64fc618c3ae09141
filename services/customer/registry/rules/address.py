"""An address in its parts, and the whole that they make."""

from dataclasses import dataclass, fields

from services.customer.registry.errors import AddressMissingError
from services.customer.registry.rules.text import tidy
from shared.errors import FieldError

_ENDINGS = {"building": ("栋", "幢", "号", "楼", "座"), "unit": ("单元", "门"), "room": ("室", "号", "户")}


@dataclass(frozen=True, slots=True)
class AddressParts:
    """Province to room; what is not known is None."""

    province: str | None = None
    city: str | None = None
    district: str | None = None
    street: str | None = None
    community: str | None = None
    building: str | None = None
    unit: str | None = None
    room: str | None = None

    def tidied(self) -> "AddressParts":
        """The parts as they are stored."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return AddressParts(**{name: tidy(value) or None if value else None for name, value in said.items()})

    def whole(self) -> str:
        """The parts written one after the other; bare numbers get the word that belongs to them."""
        return "".join(self._part(one.name) for one in fields(self))

    def _part(self, name: str) -> str:
        value: str | None = getattr(self, name)
        if not value:
            return ""
        endings = _ENDINGS.get(name)
        return value + endings[0] if endings and not value.endswith(endings) else value


def whole_address(address: str | None, parts: AddressParts) -> str:
    """The address that was said, else the one that its parts make.  Raises: AddressMissingError."""
    said = tidy(address) if address else parts.whole()
    if len(said) < 2:
        text = "请填写完整地址，或省、市、区、街道、小区、楼栋、单元、室等组成部分"
        raise AddressMissingError(text, errors=(FieldError("/address", AddressMissingError.code, text),))
    return said
