from tongxin.center.kit import rooms


class Hours(rooms.Room):
    name = "tongxin.service.hours"
