from tongxin.center.kit import rooms


class Channels(rooms.Room):
    name = "tongxin.service.channels"
