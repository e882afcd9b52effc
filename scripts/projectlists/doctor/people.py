"""Who can put something right, in words."""

from __future__ import annotations

from projectlists.language import _


def you() -> str:
    """Whoever runs the command, and may change the config folder and this machine."""
    return _("you")


def entra() -> str:
    """Who manages app registrations and consent."""
    return _("an administrator of Entra")


def exchange() -> str:
    """Who manages mailboxes."""
    return _("an Exchange administrator")


def sharepoint() -> str:
    """Who grants an app access to a site."""
    return _("a SharePoint administrator")


def network() -> str:
    """Who manages proxies and certificates of the municipal network."""
    return _("the network administrator")


def owner() -> str:
    """Who manages the site of the project."""
    return _("an owner of the site")
