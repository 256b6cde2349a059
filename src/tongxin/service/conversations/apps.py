from tongxin.center.kit import rooms


class Conversations(rooms.Room):
    name = "tongxin.service.conversations"
