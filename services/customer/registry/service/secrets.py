"""How the registry's personal columns are encrypted and found."""

from dataclasses import dataclass
from uuid import UUID

from shared.access.blind_index import BlindIndex
from shared.access.encryption import FieldCipher
from shared.access.phones import national


@dataclass(frozen=True, slots=True)
class Vault:
    """The service's field cipher and blind index, bound to the registry's tables."""

    cipher: FieldCipher
    index: BlindIndex

    def phone(self, phone_id: UUID, company: str, e164: str) -> tuple[str, str, str]:
        """Cipher, index and last-four index of a telephone."""
        sealed = self.cipher.encrypt(e164, table="phones", column="cipher", row_id=phone_id)
        return sealed, self.index.phone(company, e164), self.index.last_four(company, e164)

    def read_phone(self, phone_id: UUID, cipher: str) -> str:
        """The number as people dial it."""
        return national(self.cipher.decrypt(cipher, table="phones", column="cipher", row_id=phone_id))

    def contact_phone(self, person_id: UUID, company: str, e164: str) -> tuple[str, str, str]:
        """Cipher, index and last-four index of a contact person's telephone."""
        sealed = self.cipher.encrypt(e164, table="contact_persons", column="cipher", row_id=person_id)
        return sealed, self.index.phone(company, e164), self.index.last_four(company, e164)

    def read_contact_phone(self, person_id: UUID, cipher: str) -> str:
        """The number as people dial it."""
        return national(self.cipher.decrypt(cipher, table="contact_persons", column="cipher", row_id=person_id))

    def former_identity(self, change_id: UUID, number: str) -> str:
        """Cipher of a former holder's identity number, kept with the change of the account."""
        return self.cipher.encrypt(number, table="account_changes", column="former_identity_cipher", row_id=change_id)

    def identity(self, customer_id: UUID, company: str, number: str) -> tuple[str, str]:
        """Cipher and index of an identity number."""
        sealed = self.cipher.encrypt(number, table="customers", column="identity_cipher", row_id=customer_id)
        return sealed, self.index.value(company, "identity", number)

    def read_identity(self, customer_id: UUID, cipher: str) -> str:
        """The identity number."""
        return self.cipher.decrypt(cipher, table="customers", column="identity_cipher", row_id=customer_id)
