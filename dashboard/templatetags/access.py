"""`{% load access %}{% if user|can:"editor" %}`: the same question in templates."""

from __future__ import annotations

from django import template

from dashboard.models import rights

register = template.Library()
register.filter("can", rights.can)
register.filter("right", rights.right_of)
