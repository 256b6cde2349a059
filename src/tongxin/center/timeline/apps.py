from django.apps import AppConfig


class Timeline(AppConfig):
    name = "tongxin.center.timeline"
