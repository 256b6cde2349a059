from tongxin.center.kit import rooms


class Replies(rooms.Room):
    name = "tongxin.service.replies"
