"""`{% load access %}{% if user|can:"editor" %}`: the same question in templates."""

from __future__ import annotations

from django import template

from dashboard import access

register = template.Library()
register.filter("can", access.can)
register.filter("right", access.right_of)
