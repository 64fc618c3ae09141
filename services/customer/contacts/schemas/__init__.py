"""Bodies and answers of the contacts; those of the call record are named here."""

from services.customer.contacts.schemas.calls import Contact, ContactCreate, ContactPage, ContactUpdate, present

__all__ = ["Contact", "ContactCreate", "ContactPage", "ContactUpdate", "present"]
