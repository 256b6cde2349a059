from tongxin.center.kit import rooms


class Federation(rooms.Room):
    name = "tongxin.center.federation"
