"""One code means one thing on the whole platform: clients branch on it, whichever process answered."""

import importlib
import pkgutil

import gateway
import services
from shared.http.problems import catalogue


def test_no_two_rooms_give_one_code_another_meaning() -> None:
    for package in (services, gateway):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in module.name:
                importlib.import_module(module.name)
    assert {"complaint_not_found", "customer_not_found"} <= catalogue().keys()
