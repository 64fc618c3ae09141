"""Use cases of the contacts; those of the call record, the hot path, are named here."""

from services.customer.contacts.service.calls import ContactEntry, listed, phone_of, read, record

__all__ = ["ContactEntry", "listed", "phone_of", "read", "record"]
