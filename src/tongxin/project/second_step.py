"""The second step of logging in, as our house has it: what is secret lies encrypted."""

from base64 import urlsafe_b64encode
from functools import cache
from hashlib import sha256

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings


class SecondStep(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Keys of authenticator apps and recovery codes are encrypted with the house's own key."""

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()


@cache
def _fernet() -> Fernet:
    key = sha256(b"tongxin second step " + settings.SECRET_KEY.encode()).digest()
    return Fernet(urlsafe_b64encode(key))
