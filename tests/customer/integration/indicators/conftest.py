"""The hands that walk orders, shared with the orders' tests."""

from tests.customer.integration.orders.conftest import benches, chaohu, customers

__all__ = ["benches", "chaohu", "customers"]
