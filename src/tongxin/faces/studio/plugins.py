"""What is installed, as its manifests say."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tongxin.center.kit.plugins import manifests
from tongxin.faces.doors.actors import members_only
from tongxin.faces.doors.pages import render


@require_safe
@members_only("plugin.read")
def page(request: HttpRequest) -> HttpResponse:
    """Show a card for every plugin, without running its code."""
    return render(request, "studio/plugins.html", {"plugins": list(manifests().values())})
