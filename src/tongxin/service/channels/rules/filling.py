"""What is put into the holes of a template."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.text import clean
from tongxin.service.channels.ports.templates import Template


def filled(template: Template, values: Mapping[str, str]) -> dict[str, str]:
    """Return a value for every hole, in their order, each one line: no vendor takes more.

    Raises Refused: ``template.unfilled`` where one is empty.
    """
    given = {hole: " ".join(clean(values.get(hole, "")).split()) for hole in template.holes}
    if empty := [hole for hole, value in given.items() if not value]:
        told = {"names": ", ".join(empty)}
        raise Refused("template.unfilled", _("Fill in first: %(names)s") % told)
    return given
