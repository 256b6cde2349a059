"""A stand-in of an OpenID Connect provider: real keys, the code flow, over local HTTP."""

import json
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "tongxin", "a secret: with+signs"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """Whoever comes is ``person``; what is said of them may be bent in every way."""

    port: int = 0
    person: dict[str, Any] = field(default_factory=dict)
    token: Any = None  # (claims, provider) -> what stands instead of the ID token
    discovery: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, str] = field(default_factory=dict)  # instead of, or beside, the code
    userinfo: dict[str, Any] | None = None
    keys: list[Any] = field(default_factory=lambda: [KEY])
    kid: str = "first"
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def document(self) -> dict[str, Any]:
        here = self.issuer
        return {
            "issuer": here, "authorization_endpoint": f"{here}/authorize",
            "token_endpoint": f"{here}/token", "jwks_uri": f"{here}/keys",
            **({"userinfo_endpoint": f"{here}/me"} if self.userinfo is not None else {}),
            **self.discovery,
        }  # fmt: skip

    def jwks(self) -> dict[str, Any]:
        found = [json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(k.public_key())) for k in self.keys]
        return {"keys": [{**key, "kid": self.kid, "use": "sig"} for key in found]}

    def claims(self, nonce: str) -> dict[str, Any]:
        now = int(time.time())
        return {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce,
                **self.person}  # fmt: skip

    def signed(self, claims: Mapping[str, Any]) -> str:
        return jwt.encode(dict(claims), self.keys[0], "RS256", headers={"kid": self.kid})

    def came_back(self, address: str) -> str:
        """Log in as a browser would: return where the provider sends it."""
        parts = urlsplit(address)
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", f"{parts.path}?{parts.query}")
        location = connection.getresponse().getheader("Location") or ""
        connection.close()
        found = urlsplit(location)
        return f"{found.path}?{found.query}"


@contextmanager
def provider(**person: Any) -> Iterator[Provider]:
    """Run a stand-in for as long as it is needed."""
    made = Provider(person=person)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(it: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _question, query = self.path.partition("?")
            it.asked.append(path)
            if path == "/.well-known/openid-configuration":
                self.say(it.document())
            elif path == "/keys":
                self.say(it.jwks())
            elif path == "/me":
                self.say(it.userinfo or {})
            elif path == "/authorize":
                self.authorize({name: values[0] for name, values in parse_qs(query).items()})
            else:
                self.say({}, 404)

        def authorize(self, asked: dict[str, str]) -> None:
            code = token_urlsafe(16)
            it.codes[code] = asked
            answer = it.answer if "error" in it.answer else {"code": code, **it.answer}
            self.send_response(302)
            back = urlencode({"state": asked["state"], **answer})
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.end_headers()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            given = {name: values[0] for name, values in parse_qs(body).items()}
            asked = it.codes.pop(given.get("code", ""), None)
            _kind, _space, pair = (self.headers["Authorization"] or "").partition(" ")
            named = [unquote_plus(x) for x in b64decode(pair).decode().split(":")] if pair else []
            challenge = urlsafe_b64encode(sha256(given["code_verifier"].encode()).digest())
            is_right = (
                asked is not None
                and named == [CLIENT, SECRET]
                and asked["code_challenge"] == challenge.rstrip(b"=").decode()
                and asked["code_challenge_method"] == "S256"
                and asked["redirect_uri"] == given["redirect_uri"]
            )
            if not is_right or asked is None:
                self.say({"error": "invalid_grant"}, 400)
                return
            claims = it.claims(asked["nonce"])
            token = it.token(claims, it) if it.token else it.signed(claims)
            self.say({"access_token": "a", "token_type": "Bearer", "id_token": token})

        def say(self, what: Any, status: int = 200) -> None:
            body = json.dumps(what).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_told: Any) -> None:
            pass

    return Handler
