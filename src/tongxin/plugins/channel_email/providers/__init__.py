"""Providers of mail by interface: what they post to us. django-anymail speaks their languages."""
