from django.urls import path

from tongxin.faces.desk.people import acts, duplicates, imports, lists, organizations, person

urlpatterns = [
    path("", lists.page, name="people"),
    path("organizations/", organizations.page, name="organizations"),
    path("organizations/<str:organization>/", organizations.one, name="organization"),
    path(
        "organizations/<str:organization>/change/", organizations.change, name="organization_change"
    ),
    path(
        "organizations/<str:organization>/archive/",
        organizations.archive,
        name="organization_archive",
    ),
    path(
        "organizations/<str:organization>/restore/",
        organizations.restore,
        name="organization_restore",
    ),
    path("imports/", imports.page, name="imports"),
    path("imports/template.csv", imports.template, name="import_template"),
    path("imports/<str:table>/", imports.one, name="import"),
    path("imports/<str:table>/check/", imports.check, name="import_check"),
    path("imports/<str:table>/begin/", imports.begin, name="import_begin"),
    path("imports/<str:table>/cancel/", imports.cancel, name="import_cancel"),
    path("imports/<str:table>/undo/", imports.undo, name="import_undo"),
    path("imports/<str:table>/discard/", imports.discard, name="import_discard"),
    path("imports/<str:table>/errors.csv", imports.failures, name="import_errors"),
    path("blocked/", lists.blocked, name="blocked"),
    path("duplicates/", duplicates.page, name="duplicates"),
    path("duplicates/<str:duplicate>/dismiss/", duplicates.dismiss, name="dismiss"),
    path("reveal/<str:identity>/", acts.reveal, name="reveal"),
    path("<str:person>/", person.page, name="person_page"),
    path("<str:person>/name/", acts.rename, name="rename"),
    path("<str:person>/describe/", acts.describe, name="describe"),
    path("<str:person>/join/", acts.join, name="join"),
    path("<str:person>/leave/", acts.leave, name="leave"),
    path("<str:person>/address/", acts.note_address, name="note_address"),
    path("<str:person>/compare/<str:other>/", duplicates.compare, name="compare"),
    path("<str:person>/merge/<str:other>/", duplicates.merge, name="merge"),
    path("<str:person>/part/<str:merge>/", duplicates.part, name="part"),
    path("<str:person>/tag/", acts.tag, name="tag_person"),
    path("<str:person>/block/", acts.block, name="block"),
    path("<str:person>/unblock/", acts.unblock, name="unblock"),
    path("<str:person>/consent/", acts.consent, name="consent"),
    path("<str:person>/prefer/", acts.prefer, name="prefer"),
]
