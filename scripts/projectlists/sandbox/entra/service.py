"""`login.microsoftonline.com`: discovery, keys, tokens, device codes, sign-in page (identity-mail-teams.md §4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

from projectlists.sandbox.directory import Directory
from projectlists.sandbox.entra import errors
from projectlists.sandbox.entra.clients import Client, find
from projectlists.sandbox.entra.errors import EntraError
from projectlists.sandbox.entra.grants import TokenEndpoint
from projectlists.sandbox.entra.refusals import Refusals
from projectlists.sandbox.entra.scopes import delegated_scope
from projectlists.sandbox.entra.signin import DEVICE_CODE_LIFE, POLL_SECONDS, AuthorisationRequest, SignIn
from projectlists.sandbox.entra.tokens import Tokens
from projectlists.sandbox.http import Request, Response
from projectlists.sandbox.tenant import Service, Tenant

HOST: Final = "login.microsoftonline.com"
# Names under which many-tenant apps come in; openid-configuration answers them, tokens need the tenant itself.
_SHARED: Final = frozenset({"common", "organizations"})


def make(
    tenant: Tenant, tokens: Tokens, directory: Directory, refusals: Refusals, *, verification_uri: str, domain: str
) -> Service:
    """Make the service. `verification_uri` is the page for user codes, `domain` the tenant's own."""
    sign_in = SignIn(tenant.store, tenant.clock)
    names = frozenset({tenant.tenant_id, tenant.name, f"{tenant.name}.onmicrosoft.com", domain.lower()})
    entra = _Entra(tenant, tokens, directory, refusals, sign_in, verification_uri, names)
    return entra.handle


@dataclass(frozen=True)
class _Entra:
    tenant: Tenant
    tokens: Tokens
    directory: Directory
    refusals: Refusals
    sign_in: SignIn
    verification_uri: str
    names: frozenset[str]

    def handle(self, request: Request) -> Response:
        try:
            return self._route(request)
        except EntraError as failure:
            return errors.answer(failure, request, self.tenant.clock.now())

    def _route(self, request: Request) -> Response:
        name, _, rest = request.path.strip("/").partition("/")
        name, rest = unquote(name).lower(), rest.lower()
        routes: dict[tuple[str, str], Callable[[Request, str], Response]] = {
            ("GET", "v2.0/.well-known/openid-configuration"): self._configuration,
            ("GET", "discovery/instance"): self._instance,
            ("GET", "discovery/v2.0/keys"): self._keys,
            ("GET", "discovery/keys"): self._keys,
            ("POST", "oauth2/v2.0/token"): self._token,
            ("POST", "oauth2/v2.0/devicecode"): self._device_code,
            ("GET", "oauth2/v2.0/authorize"): self._authorise,
        }
        handler = routes.get((request.method.upper(), rest))
        if handler is None:
            message = f"The sandbox's Entra does not implement {request.method} /{{tenant}}/{rest}."
            return Response.of_json({"error": "not_implemented", "error_description": message}, 501)
        if name not in self.names | _SHARED:
            raise errors.unknown_tenant(name)
        return handler(request, name)

    def _configuration(self, _request: Request, name: str) -> Response:
        # The endpoints carry the GUID even when asked by domain: msal goes on with that form.
        realm = name if name in _SHARED else self.tenant.tenant_id
        base = f"https://{HOST}/{realm}"
        issuer = "{tenantid}" if name in _SHARED else self.tenant.tenant_id
        return Response.of_json(
            {
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_modes_supported": ["query", "form_post"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "response_types_supported": ["code"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "issuer": f"https://{HOST}/{issuer}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid"],
                "tenant_region_scope": "EU",
                "cloud_instance_name": "microsoftonline.com",
                "cloud_graph_host_name": "graph.windows.net",
                "msgraph_host": "graph.microsoft.com",
            }
        )

    def _instance(self, request: Request, _name: str) -> Response:
        authority = _split(request.options.get("authorization_endpoint", ""))
        if authority.scheme != "https" or authority.hostname != HOST:
            return Response.of_json(
                {"error": "invalid_instance", "error_description": "AADSTS50049: Unknown or invalid instance."}, 400
            )
        realm = authority.path.strip("/").partition("/")[0] or "common"
        return Response.of_json(
            {
                "tenant_discovery_endpoint": f"https://{HOST}/{realm}/v2.0/.well-known/openid-configuration",
                "api-version": request.options.get("api-version", "1.0"),
                "metadata": [
                    {
                        "preferred_network": HOST,
                        "preferred_cache": "login.windows.net",
                        "aliases": [HOST, "login.windows.net", "login.microsoft.com", "sts.windows.net"],
                    }
                ],
            }
        )

    def _keys(self, _request: Request, _name: str) -> Response:
        return Response.of_json(self.tokens.key_set())

    def _token(self, request: Request, name: str) -> Response:
        form = _form(request)
        self._refuse_shared(form, name)
        audiences = frozenset(f"https://{HOST}/{each}/oauth2/v2.0/token" for each in self.names)
        endpoint = TokenEndpoint(self.tenant, self.tokens, self.directory, self.sign_in, self.refusals)
        body = endpoint.answer(form, audiences)
        return Response.of_json(body, headers=(("Cache-Control", "no-store, no-cache"), ("Pragma", "no-cache")))

    def _device_code(self, request: Request, name: str) -> Response:
        form = _form(request)
        self._refuse_shared(form, name)
        application = find(form, self.directory, self.tenant)
        scope = form.get("scope", "")
        self._check_consent(Client(application, "0"), scope)
        device_code, user_code = self.sign_in.start_device(application.app_id, scope)
        body: dict[str, Any] = {
            "user_code": user_code,
            "device_code": device_code,
            "verification_uri": self.verification_uri,
            "expires_in": int(DEVICE_CODE_LIFE.total_seconds()),
            "interval": POLL_SECONDS,
            "message": f"To sign in, use a web browser to open the page {self.verification_uri} and enter the code "
            f"{user_code} to authenticate.",
        }
        return Response.of_json(body)

    def _authorise(self, request: Request, name: str) -> Response:
        asked = request.options
        self._refuse_shared(asked, name)
        application = find(asked, self.directory, self.tenant)
        redirect = asked.get("redirect_uri", "")
        parts = _split(redirect)
        if parts.scheme != "http" or parts.hostname not in {"localhost", "127.0.0.1"}:
            raise EntraError(50011, "invalid_request", f"The redirect URI '{redirect}' is not one of the application.")
        if asked.get("response_type") != "code":
            raise EntraError(700054, "unsupported_response_type", "Only response_type 'code' is enabled here.")
        mode = asked.get("response_mode", "query")
        if mode not in {"query", "form_post"}:
            raise EntraError(90015, "invalid_request", f"The response_mode '{mode}' is not supported.")
        if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
            raise EntraError(9002325, "invalid_request", "Proof Key for Code Exchange (S256) is required.")
        self._check_consent(Client(application, "0"), asked.get("scope", ""))
        person = self.directory.user(asked.get("login_hint", ""))
        if person is None:
            return self._choose_account(request)
        self.refusals.check(application.app_id, person.upn)
        code = self.sign_in.authorise(
            AuthorisationRequest(
                app_id=application.app_id,
                redirect_uri=redirect,
                scope=asked.get("scope", ""),
                upn=person.upn,
                challenge=asked["code_challenge"],
                nonce=asked.get("nonce"),
            )
        )
        back = {"code": code, **{name: asked[name] for name in ("state",) if name in asked}}
        if mode == "form_post":
            return _posting_page(redirect, back)
        return Response(302, (("Location", f"{redirect}{'&' if parts.query else '?'}{urlencode(back)}"),))

    def _choose_account(self, request: Request) -> Response:
        """A page on which a person picks an account: the same address again, with a `login_hint`."""
        others = [(key, value) for key, value in request.options.items() if key != "login_hint"]
        links = "".join(
            f'<li><a href="?{escape(urlencode([*others, ("login_hint", person.upn)]))}">{escape(person.name)} '
            f"({escape(person.upn)})</a></li>"
            for person in self.directory.users()
            if person.enabled
        )
        page = f'<!doctype html><html lang="en"><title>Pick an account</title><h1>Pick an account</h1><ul>{links}</ul>'
        return Response.of_text(page, content_type="text/html;charset=utf-8")

    def _check_consent(self, client: Client, scope: str) -> None:
        endpoint = TokenEndpoint(self.tenant, self.tokens, self.directory, self.sign_in, self.refusals)
        endpoint.consented(client, delegated_scope(scope, self.tenant))

    def _refuse_shared(self, form: dict[str, str], name: str) -> None:
        if name in _SHARED:
            raise errors.single_tenant(form.get("client_id", ""), name)


def _posting_page(redirect: str, values: dict[str, str]) -> Response:
    """A page that posts itself to the app: what a browser does for `response_mode=form_post`."""
    fields = "".join(
        f'<input type="hidden" name="{escape(key)}" value="{escape(value)}">' for key, value in values.items()
    )
    page = (
        '<!doctype html><html lang="en"><title>Signed in</title><body onload="document.forms[0].submit()">'
        f'<form method="post" action="{escape(redirect)}">{fields}<button>Continue</button></form></body></html>'
    )
    return Response.of_text(page, content_type="text/html;charset=utf-8").with_headers(("Cache-Control", "no-store"))


def _split(url: str) -> SplitResult:
    """The parts of an address a client gave; all empty when it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
