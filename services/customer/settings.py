"""Settings of the customer service: environment variables that begin with `GASDESK_CUSTOMER_`."""

from pydantic_settings import SettingsConfigDict

from shared.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    """The customer service's settings."""

    model_config = SettingsConfigDict(env_prefix="GASDESK_CUSTOMER_")

    service: str = "customer"
