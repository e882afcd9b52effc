"""Who may do what: the caller's level on a site, and the level an operation needs (sharepoint-rest.md §8).

Levels are those of Sites.Selected: read, write (items), manage (list schema), fullcontrol (permissions, site settings).
They say what the token allows; what a person may do besides is weighed in `access`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from projectlists.sandbox.sharepoint import scopes
from projectlists.sandbox.sharepoint.model import Segment

READ, WRITE, MANAGE, FULL_CONTROL = 1, 2, 3, 4
# The same levels as base permissions: Read, Contribute, Design with the lists of Edit, everything.
CEILINGS: Mapping[int, int] = {
    0: 0,
    READ: scopes.ROLES[scopes.READ].rights,
    WRITE: scopes.ROLES[scopes.CONTRIBUTE].rights,
    MANAGE: scopes.ROLES[scopes.DESIGN].rights | scopes.ROLES[scopes.EDIT].rights,
    FULL_CONTROL: scopes.ROLES[scopes.FULL].rights,
}
GRANTS: Mapping[str, int] = {"read": READ, "write": WRITE, "manage": MANAGE, "owner": FULL_CONTROL, "fullcontrol": 4}
ROLES: Mapping[str, int] = {
    "Sites.Read.All": READ,
    "Sites.ReadWrite.All": WRITE,
    "Sites.Manage.All": MANAGE,
    "Sites.FullControl.All": FULL_CONTROL,
}
SCOPES: Mapping[str, int] = {
    "AllSites.Read": READ,
    "AllSites.Write": WRITE,
    "AllSites.Manage": MANAGE,
    "AllSites.FullControl": FULL_CONTROL,
}
_COPIES = tuple(
    f"{verb}{kind}{form}" for verb in ("copy", "move") for kind in ("file", "folder") for form in ("", "bypath")
)
_DOCUMENTS = frozenset(
    {"getfolderbyserverrelativeurl", "getfolderbyserverrelativepath", "getfolderbyid", "getfilebyserverrelativeurl"}
    | {"createcopyjobs", "getcopyjobprogress", *(f"sp.movecopyutil.{name}" for name in _COPIES)}
    | {"getfilebyserverrelativepath", "getfilebyid", "rootfolder", "folders", "files", "recyclebin"}
)
_ITEMS = _DOCUMENTS | frozenset(
    {"items", "getitembyid", "getitembyuniqueid", "additem", "ensureuser"}
    | {"addvalidateupdateitem", "addvalidateupdateitemusingpath", "reservelistitemid"}
)
_READING_POSTS = frozenset(
    {
        "contextinfo",
        "menustate",
        "$batch",
        "getitems",
        "renderlistdataasstream",
        "renderlistdata",
        "utctolocaltime",
        "localtimetoutc",
        "getchanges",
        "getlistitemchangessincetoken",
        "getlistusingpath",
        "getvalueforuiculture",
        "getresourceentries",
        "getusereffectivepermissions",
        "doesuserhavepermissions",
        "sp.web.getweburlfrompageurl",
        "sp.site.exists",
        # Each action in it is weighed by itself.
        "processquery",
    }
)
_OF_SITE = frozenset({"spsitemanager", "groupsitemanager", "navigation"})
_PERMISSIONS = frozenset({"breakroleinheritance", "resetroleinheritance", "roleassignments", "roledefinitions"})


def level_of(held: Collection[str], levels: Mapping[str, int]) -> int:
    """The highest level among roles or scopes; 0 for none."""
    return max((levels.get(name, 0) for name in held), default=0)


def level_needed(method: str, segments: tuple[Segment, ...]) -> int:
    """The level an operation needs. `method` is the effective verb."""
    keys = [segment.key for segment in segments]
    if method in {"GET", "HEAD"} or (keys and keys[-1] in _READING_POSTS):
        return READ
    if _needs_full_control(keys):
        return FULL_CONTROL
    return WRITE if any(key in _ITEMS for key in keys) else MANAGE


def _needs_full_control(keys: list[str]) -> bool:
    """Permissions, and what belongs to the site rather than to one of its lists."""
    if any(key in _PERMISSIONS for key in keys) or (bool(keys) and keys[0] in _OF_SITE):
        return True
    return _is_of_site(keys)


def is_of_site(segments: tuple[Segment, ...]) -> bool:
    """Whether an operation concerns the site itself rather than a list, an item or a file on it."""
    return _is_of_site([segment.key for segment in segments])


def _is_of_site(keys: list[str]) -> bool:
    below = any(key.startswith(("lists", "getlist")) for key in keys[1:])
    # Who may make lists may make site columns too.
    columns = "fields" in keys[1:3]
    return keys[:1] in (["web"], ["site"]) and not (below or columns) and not any(key in _ITEMS for key in keys)
