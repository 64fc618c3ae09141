"""How a complainant's contact is stored: encrypted, findable by blind index."""

from dataclasses import dataclass

from services.complaint.cases.errors import (
    PhoneFormError,
)
from services.complaint.cases.models import AnyCase, ComplaintRow, NewCase
from services.complaint.cases.rules import Intake
from shared.access.blind_index import BlindIndex
from shared.access.encryption import FieldCipher
from shared.access.errors import PhoneInvalidError
from shared.access.phones import Phone, normalise


@dataclass(frozen=True, slots=True)
class Sealing:
    """How a complainant's contact is stored: encrypted, findable by blind index."""

    cipher: FieldCipher
    index: BlindIndex

    def seal(self, case: AnyCase, column: str, value: str) -> str:
        """Encrypt one field of a case."""
        return self.cipher.encrypt(value, table=ComplaintRow.__tablename__, column=column, row_id=case.id)

    def open(self, case: AnyCase, column: str) -> str | None:
        """Decrypt one field of a case."""
        stored: str | None = getattr(case, column)
        if stored is None:
            return None
        return self.cipher.decrypt(stored, table=ComplaintRow.__tablename__, column=column, row_id=case.id)


def seal_contact(case: NewCase, intake: Intake, sealing: Sealing) -> None:
    """Store the complainant's contact only where the complainant is not the linked customer (design.md 3)."""
    if intake.complainant_name:
        case.complainant_name = sealing.seal(case, "complainant_name", intake.complainant_name)
    if intake.complainant_phone:
        phone = phone_of(intake.complainant_phone)
        case.complainant_phone = sealing.seal(case, "complainant_phone", phone.e164)
        case.complainant_phone_index = sealing.index.phone(case.company, phone.e164)
        case.complainant_phone_last4 = sealing.index.last_four(case.company, phone.e164)


def phone_of(text: str, pointer: str = "/complainant/phone") -> Phone:
    """The one form of a telephone.  Raises: PhoneFormError."""
    try:
        return normalise(text)
    except PhoneInvalidError:
        raise PhoneFormError.at_pointer(pointer) from None
