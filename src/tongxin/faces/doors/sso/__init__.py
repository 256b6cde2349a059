"""Logging in by a company's own identity provider: OpenID Connect and SAML 2.0.

``views`` are the doors, ``trips`` what a browser has under way, ``oidc`` and ``saml`` the protocols: they
prove what a provider says (``Claims``), and decide nothing. Whom that lets in decides ``center/federation``;
``entering`` begins the session, which opens one workspace and no account (``guard``).
"""
