"""The second step of logging in, as our house has it: what is secret lies encrypted."""

from allauth.mfa.adapter import DefaultMFAAdapter

from tongxin.center.kit.sealing import seal, unseal


class SecondStep(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Keys of authenticator apps and recovery codes are sealed as the house's other secrets are."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)
