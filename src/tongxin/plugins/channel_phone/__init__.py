"""Calls, by any service that speaks TwiML."""
