"""The local issuer's door: sign-in of demo staff, public keys, discovery; not mounted where a real issuer is used."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from shared.access.errors import CredentialsInvalidError
from shared.access.issuer import LocalIssuer
from shared.http.base_model import ApiModel
from shared.http.problems import refuse

_UNCACHED = {"Cache-Control": "no-store"}
_KEYS_CACHED = {"Cache-Control": "public, max-age=300"}


class AccessToken(ApiModel):
    """What a sign-in answers (RFC 6749, 5.1)."""

    access_token: str
    """To be sent as `Authorization: Bearer …`."""
    token_type: str
    expires_in: int
    """Seconds."""


class KeySet(ApiModel):
    """The issuer's public keys (RFC 7517)."""

    keys: list[dict[str, str]]


class Discovery(ApiModel):
    """OpenID Connect discovery."""

    issuer: str
    token_endpoint: str
    jwks_uri: str
    grant_types_supported: list[str]
    response_types_supported: list[str]
    subject_types_supported: list[str]
    id_token_signing_alg_values_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]


def identity_router(issuer: LocalIssuer, *, base_url: str) -> APIRouter:
    """The routes of `issuer`; `base_url` is the gateway's own address, without a slash at the end.

    In production there is no LocalIssuer to hand in: making one raises.
    """
    router = APIRouter(tags=["identity"])

    @router.post("/v1/auth/token", summary="以演示账号登录，领取访问令牌")
    async def issue_token(
        request: Request,
        response: Response,
        username: Annotated[str, Form(min_length=1, max_length=100)],
        password: Annotated[str, Form(min_length=1, max_length=256)],
        grant_type: Annotated[str, Form(pattern="^password$")] = "password",  # noqa: ARG001  # RFC 6749, 4.3.2
    ) -> AccessToken:
        address = request.client.host if request.client else "unknown"
        try:
            token = await issuer.authenticate(username, password, address=address)
        except CredentialsInvalidError:
            raise refuse("invalid_grant", headers=_UNCACHED) from None
        response.headers.update(_UNCACHED)
        return AccessToken(access_token=token.access_token, token_type=token.token_type, expires_in=token.expires_in)

    @router.get("/.well-known/jwks.json", summary="本地签发方的公钥")
    async def read_key_set(response: Response) -> KeySet:
        response.headers.update(_KEYS_CACHED)
        return KeySet.model_validate(issuer.key_set())

    @router.get("/.well-known/openid-configuration", summary="本地签发方的发现文档")
    async def read_discovery(response: Response) -> Discovery:
        response.headers.update(_KEYS_CACHED)
        return Discovery(
            issuer=issuer.issuer,
            token_endpoint=f"{base_url}/v1/auth/token",
            jwks_uri=f"{base_url}/.well-known/jwks.json",
            grant_types_supported=["password"],
            response_types_supported=[],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["ES256"],
            token_endpoint_auth_methods_supported=["none"],
        )

    return router
