"""What a docstring says first."""


def headline_of(docstring: str) -> str:
    """Return the first paragraph of a docstring on one line, without its refusals and its marks."""
    paragraph = " ".join(docstring.partition("\n\n")[0].split())
    return paragraph.partition("Raises Refused")[0].replace("``", "").strip()
