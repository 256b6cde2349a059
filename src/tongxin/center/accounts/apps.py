from tongxin.center.kit import rooms


class Accounts(rooms.Room):
    name = "tongxin.center.accounts"
