"""Try a connection before anybody needs it: what a provider publishes, looked at in one go."""

from base64 import b64decode
from datetime import datetime

from cryptography.x509 import load_der_x509_certificate
from django.utils.translation import gettext as _

from tongxin.center.federation.values import Kind, Provider
from tongxin.faces.doors.sso import documents, oidc, saml
from tongxin.faces.doors.sso.trouble import trouble


def tried(provider: Provider, now: datetime) -> str:
    """Return, in a sentence, what is right. Raises Refused with what is wrong."""
    return _oidc(provider) if provider.kind is Kind.OIDC else _saml(provider, now)


def _oidc(provider: Provider) -> str:
    documents.forget(provider.address.rstrip("/") + oidc.WELL_KNOWN)
    there = oidc.discovered(provider.address)
    documents.forget(there.keys_at)
    many = len(oidc.keys(there))
    return _("%(issuer)s answers, with %(many)s signing key(s).") % {
        "issuer": there.issuer, "many": many
    }  # fmt: skip


def _saml(provider: Provider, now: datetime) -> str:
    documents.forget(provider.address)
    there = saml.theirs(provider)
    ends = [_end_of(text) for text in there.certificates]
    good = [end for end in ends if end is not None]
    if not good:
        raise trouble("sso.keys")
    if max(good) < now:
        return _("%(entity)s is known, but all its certificates are past their end.") % {
            "entity": there.entity_id
        }
    return _("%(entity)s is known, with %(many)s signing key(s), good until %(end)s.") % {
        "entity": there.entity_id, "many": len(good), "end": max(good).date().isoformat()
    }  # fmt: skip


def _end_of(certificate: str) -> datetime | None:
    try:
        return load_der_x509_certificate(b64decode(certificate)).not_valid_after_utc
    except ValueError:
        return None
