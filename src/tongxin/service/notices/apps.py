from tongxin.center.kit import rooms


class Notices(rooms.Room):
    name = "tongxin.service.notices"
