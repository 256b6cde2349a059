from django.apps import AppConfig


class People(AppConfig):
    name = "tongxin.center.people"
