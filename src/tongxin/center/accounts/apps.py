from django.apps import AppConfig


class Accounts(AppConfig):
    name = "tongxin.center.accounts"
