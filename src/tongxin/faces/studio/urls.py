from django.urls import path, re_path

from tongxin.faces.studio import (
    aside,
    attributes,
    inboxes,
    macros,
    members,
    plugins,
    replies,
    roles,
    tokens,
    workspace,
)

app_name = "studio"
urlpatterns = [
    path("", workspace.page, name="workspace"),
    path("members/", members.page, name="members"),
    path("members/<str:member>/role/", members.role, name="role"),
    path("members/<str:member>/capacity/", members.capacity, name="capacity"),
    path("members/<str:member>/skills/", members.skills, name="skills"),
    path("members/<str:member>/remove/", members.remove, name="remove"),
    path("roles/", roles.page, name="roles"),
    path("roles/<str:role>/", roles.one, name="role_one"),
    path("roles/<str:role>/remove/", roles.remove, name="role_remove"),
    path("inboxes/", inboxes.page, name="inboxes"),
    path("inboxes/new/<slug:channel>/", inboxes.new, name="inbox_new"),
    path("inboxes/<str:inbox>/", inboxes.one, name="inbox"),
    path("inboxes/<str:inbox>/routing/", inboxes.routing, name="routing"),
    path("inboxes/<str:inbox>/keys/", inboxes.create_key, name="create_key"),
    path("inboxes/<str:inbox>/keys/retire/", inboxes.retire_key, name="retire_key"),
    path("attributes/", attributes.page, name="attributes"),
    path("attributes/<str:attribute>/", attributes.change, name="attribute"),
    path("attributes/<str:attribute>/archive/", attributes.archive, name="attribute_archive"),
    path("attributes/<str:attribute>/restore/", attributes.restore, name="attribute_restore"),
    path("replies/", replies.page, name="replies"),
    path("replies/new/", replies.new, name="reply_new"),
    path("replies/preview/", replies.preview, name="reply_preview"),
    path("replies/<str:canned>/", replies.one, name="reply"),
    re_path(
        r"^replies/(?P<canned>\w+)/(?P<verb>archive|restore)/$", replies.turn, name="reply_turn"
    ),
    path("macros/", macros.page, name="macros"),
    path("macros/new/", macros.new, name="macro_new"),
    path("macros/<str:macro>/", macros.one, name="macro"),
    path("macros/<str:macro>/archive/", macros.archive, name="macro_archive"),
    path("plugins/", plugins.page, name="plugins"),
    path("tokens/", tokens.page, name="tokens"),
    path("tokens/<str:token>/revoke/", tokens.revoke, name="revoke"),
    path("aside/", aside.page, name="aside"),
    path("aside/retry/", aside.retry, name="retry"),
    path("aside/drop/", aside.drop, name="drop"),
]
