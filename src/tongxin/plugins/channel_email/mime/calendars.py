"""An invitation as lines to read (RFC 5545): what, when, where, from whom."""

import re

FOLDED = re.compile(r"\r?\n[ \t]")
NAME = re.compile(r"[A-Za-z-]{1,40}(?=[;:])")
TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d{0,2}(Z?))?")
ESCAPED = re.compile(r"\\([nN\\,;])")
ZONE = re.compile(r"TZID=\"?([^;:\"]{1,80})", re.IGNORECASE)
SHOWN = ("SUMMARY", "LOCATION", "ORGANIZER", "DESCRIPTION")
LONGEST, MOST = 100_000, 2000


def readable(calendar: str) -> str:
    """Return the first event of a calendar as lines without labels; empty if there is none."""
    told = _event(FOLDED.sub("", calendar[:LONGEST]))
    times = [told[name] for name in ("DTSTART", "DTEND") if told.get(name)]
    lines = [
        told.get("SUMMARY", ""),
        " – ".join(times),
        told.get("LOCATION", ""),
        told.get("ORGANIZER", ""),
    ]
    first = "\n".join(line for line in lines if line)
    return "\n\n".join(part for part in (first, told.get("DESCRIPTION", "")) if part)


def _event(calendar: str) -> dict[str, str]:
    told: dict[str, str] = {}
    inside: list[str] = []
    for line in calendar.splitlines()[:MOST]:
        name, parameters, value = _parted(line)
        if name == "BEGIN":
            inside.append(value.upper())
        elif name == "END" and inside:
            if inside.pop() in ("VEVENT", "VTODO"):
                break
        elif name and inside[-1:] in (["VEVENT"], ["VTODO"]) and name not in told:
            told[name] = _said(name, parameters, value)
    return told


def _parted(line: str) -> tuple[str, str, str]:
    """Part a line into its name, its parameters and its value: at the first colon outside of quotes."""
    found = NAME.match(line)
    if not found:
        return "", "", ""
    at = found.end()
    for number, piece in enumerate(line[found.end() :].split('"')):
        colon = piece.find(":") if number % 2 == 0 else -1
        if colon >= 0:
            return found[0].upper(), line[found.end() : at + colon], line[at + colon + 1 :].strip()
        at += len(piece) + 1
    return "", "", ""


def _said(name: str, parameters: str, value: str) -> str:
    if name in ("DTSTART", "DTEND"):
        return _time(value, parameters)
    if name == "ORGANIZER":
        return value.partition(":")[2] if value.lower().startswith("mailto:") else value
    return ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], value)


def _time(value: str, parameters: str) -> str:
    found = TIME.match(value)
    if not found:
        return value
    day = f"{found[1]}-{found[2]}-{found[3]}"
    zone = ZONE.search(parameters)
    where = "UTC" if found[6] else zone[1] if zone else ""
    return f"{day} {found[4]}:{found[5]} {where}".strip() if found[4] else day
