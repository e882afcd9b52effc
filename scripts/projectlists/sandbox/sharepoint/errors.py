"""The refusals of the service: status, code and text of each (sharepoint-rest.md §1.8).

Rule of thumb there: what is wrong in the OData layer is a 400, what the core of SharePoint refuses is a 500.
Where the facts leave a code open, `-2147467259` (unspecified failure) stands with the real text.
"""

from __future__ import annotations

from projectlists.sandbox.sharepoint.model import ServiceError

CLIENT = "Microsoft.SharePoint.Client"
CORE = "Microsoft.SharePoint.SPException"
QUERY = f"-1, {CLIENT}.InvalidClientQueryException"
ARGUMENT = "-2147024809, System.ArgumentException"
UNSPECIFIED = f"-2147467259, {CORE}"


def not_implemented(what: str) -> ServiceError:
    """Something the real service has and this one does not: 501, never an invented success."""
    return ServiceError(501, "-1, System.NotImplementedException", f"This service does not implement {what}.")


def access_denied() -> ServiceError:
    """The caller lacks the right, or the site has not been granted to the app."""
    return ServiceError(
        403,
        "-2147024891, System.UnauthorizedAccessException",
        "Access is denied. (Exception from HRESULT: 0x80070005 (E_ACCESSDENIED))",
    )


def unknown_resource(name: str) -> ServiceError:
    """A path segment or property that does not exist."""
    return ServiceError(404, f"-1, {CLIENT}.ResourceNotFoundException", f"Resource not found for the request {name}.")


def unsupported_verb(type_name: str, verb: str) -> ServiceError:
    """A verb the type does not have."""
    return ServiceError(
        405, f"-1, {CLIENT}.InvalidClientQueryException", f"The type {type_name} does not support HTTP {verb} method."
    )


def bad_request(text: str) -> ServiceError:
    """The OData layer cannot read the request."""
    return ServiceError(400, QUERY, text)


def unknown_property(name: str, type_name: str) -> ServiceError:
    """A body names a property the type does not have."""
    return bad_request(
        f"The property '{name}' does not exist on type '{type_name}'."
        " Make sure to only use property names that are defined by the type."
    )


def missing_type() -> ServiceError:
    """A verbose body without `__metadata.type`."""
    return bad_request(
        "An entry without a type name was found, but no expected type was specified. To allow entries without type"
        " information, the expected type must also be specified when the model is specified."
    )


def wrong_node(found: str = "PrimitiveValue") -> ServiceError:
    """A bare value or array where a verbose body needs an object."""
    return bad_request(
        f"A node of type '{found}' was read from the JSON reader when trying to read the start of an entry."
        " A 'StartObject' node was expected."
    )


def unknown_parameter(name: str, method: str) -> ServiceError:
    """A method has no parameter of that name."""
    return bad_request(f"The parameter {name} does not exist in method {method}.")


def unknown_option(name: str) -> ServiceError:
    """A query option that OData does not know. The real answer is not recorded (§11.1); this one is strict."""
    return bad_request(f"The query option '{name}' is not supported.")


def unknown_column(name: str) -> ServiceError:
    """A query names a property that does not exist."""
    return ServiceError(400, f"-1, {CORE}", f"The field or property '{name}' does not exist.")


def invalid_argument(text: str = "Value does not fall within the expected range.") -> ServiceError:
    """An argument outside what the method takes."""
    return ServiceError(400, ARGUMENT, text)


def read_only_property(name: str) -> ServiceError:
    """A property that exists and cannot be set."""
    return bad_request(f"The property '{name}' is read only and cannot be set.")


# Lists


def no_list_titled(title: str, web_absolute_url: str) -> ServiceError:
    """`GetByTitle` without such a list."""
    return ServiceError(
        404, "-1, System.ArgumentException", f"List '{title}' does not exist at site with URL '{web_absolute_url}'."
    )


def no_list() -> ServiceError:
    """A list id that does not exist."""
    return ServiceError(
        404,
        f"-2130575322, {CORE}",
        "List does not exist.\n\nThe page you selected contains a list that does not exist."
        " It may have been deleted by another user.",
    )


def no_file() -> ServiceError:
    """A server-relative URL that leads nowhere."""
    return ServiceError(404, "-2147024894, System.IO.FileNotFoundException", "File Not Found.")


def duplicate_list() -> ServiceError:
    """The title is taken on this site."""
    return ServiceError(
        500,
        f"-2130575342, {CORE}",
        "A list, survey, discussion board, or document library with the specified title already exists in this Web"
        " site.  Please choose another title.",
    )


def etag_mismatch(asked: str, actual: str) -> ServiceError:
    """`If-Match` names another version (§1.7)."""
    return ServiceError(
        412,
        f"-1, {CLIENT}.ClientServiceException",
        f"The request ETag value '{asked}' does not match the object's ETag value '{actual}'.",
    )


def save_conflict() -> ServiceError:
    """Two writers inside one transaction window (§1.7)."""
    return ServiceError(
        409,
        f"-2130246326, {CORE}",
        "Save Conflict\n\nYour changes conflict with those made concurrently by another user. If you want your changes "
        "to be applied, click Back in your Web browser, refresh the page, and resubmit your changes.",
    )


def no_item() -> ServiceError:
    """An item id that does not exist."""
    return ServiceError(404, f"-2130575338, {CORE}", "Item does not exist. It may have been deleted by another user.")


# Files and sites


def locked(url: str, login: str) -> ServiceError:
    """Somebody has the file open in an application."""
    return ServiceError(
        423,
        "-2147018894, Microsoft.SharePoint.SPFileLockException",
        f'The file "{url}" is locked for shared use by {login} [membership].',
    )


def checked_out(url: str, login: str) -> ServiceError:
    """Somebody has checked the file out."""
    return ServiceError(
        423,
        "-2130575306, Microsoft.SharePoint.SPFileCheckOutException",
        f'The file "{url}" is checked out for editing by {login}.',
    )


def not_checked_out(url: str) -> ServiceError:
    """A check-in of a file that nobody has checked out; the facts do not name the code."""
    return refused(f'The file "{url}" is not checked out.')


def site_locked(what: str = "Access") -> ServiceError:
    """The administration has locked the site. The code is known; status and text are inferred, 423 from Graph's."""
    return ServiceError(
        423,
        f"-2130575247, {CORE}",
        f"{what} to this Web site has been blocked.\n\nPlease contact the administrator to resolve this problem.",
    )


def digest_missing() -> ServiceError:
    """A write without form digest (sharepoint-rest.md §1.4; status and text inferred, as of the next two)."""
    return ServiceError(403, f"-2146232832, {CORE}", "The security validation for this page is missing.")


def digest_invalid() -> ServiceError:
    """A form digest this site did not give."""
    return ServiceError(
        403,
        f"-2130575251, {CORE}",
        "The security validation for this page is invalid and might be corrupted. Please use your web browser's Back"
        " button to try your operation again.",
    )


def digest_expired() -> ServiceError:
    """A form digest older than its time."""
    return ServiceError(
        403,
        f"-2130575252, {CORE}",
        "The security validation for this page has timed out. Click Back in your Web browser, refresh the page, and try"
        " your operation again.",
    )


# Fields and views


def no_field_with_id(field_id: str, place: str) -> ServiceError:
    """A field id that does not exist; two blanks stand before a list's URL, one before and behind a site's."""
    where = f"{place} " if "://" in place else f" {place}"
    return ServiceError(404, ARGUMENT, f"Invalid field name. {{{field_id}}} {where}")


def no_field(name: str, place: str) -> ServiceError:
    """An internal name or title that does not exist; two blanks stand before the list's URL."""
    return ServiceError(
        400, ARGUMENT, f"Column '{name}' does not exist. It may have been deleted by another user.  {place}"
    )


def duplicate_field(name: str) -> ServiceError:
    """The internal name or id is taken on this list."""
    return ServiceError(500, UNSPECIFIED, f'A duplicate field name "{name}" was found.')


def hidden_field_kept() -> ServiceError:
    """A hidden column cannot be deleted."""
    return ServiceError(500, f"-2130575214, {CORE}", "You cannot delete a hidden column.")


def refused(text: str, code: str = UNSPECIFIED) -> ServiceError:
    """A rule of the core forbids it: always a 500 with the rule's text."""
    return ServiceError(500, code, text)


def not_indexable() -> ServiceError:
    """The column type cannot be indexed."""
    return refused("This column type is not supported for indexing.")


def too_many_indexes() -> ServiceError:
    """A list has 20 indexed columns at most (§4.6)."""
    return refused("You cannot have more than 20 indices on a list. Please delete an existing one and try again.")


def not_unique_type() -> ServiceError:
    """The column type cannot be unique."""
    return refused("This field type does not support enforcing unique values.")


def formula_type() -> ServiceError:
    """A formula refers to a column of a type formulas cannot use."""
    return refused(
        "One or more column references are not allowed, because the columns are defined as a data type that is not"
        " supported in formulas."
    )


def formula_column() -> ServiceError:
    """A formula refers to a column that is not there."""
    return refused(
        "The formula refers to a column that does not exist. Check the formula for spelling mistakes or change the"
        " non-existing column to an existing column."
    )


def no_validation_formula() -> ServiceError:
    """The column type has no validation formula."""
    return refused("This field type does not support validation formulas.")


def unknown_group() -> ServiceError:
    """`GroupBy` a column the list does not have [probe of RenderListDataAsStream]; `GetItems` inferred alike."""
    return ServiceError(500, f"-1, {CLIENT}.UnknownError", "Unknown Error")


def no_view() -> ServiceError:
    """A view id that does not exist."""
    return ServiceError(404, ARGUMENT, "The specified view is invalid.")


# People and permissions


def unknown_user(name: str) -> ServiceError:
    """Neither the site nor the directory knows this person."""
    return ServiceError(404, f"-2146232832, {CORE}", f"The specified user {name} could not be found.")


def address_taken(url: str) -> ServiceError:
    """A sub-site at an address that is in use."""
    return ServiceError(500, f"-2147024713, {CORE}", f'The Web site address "{url}" is already in use.')


def no_principal() -> ServiceError:
    """A user or group the site does not have."""
    return ServiceError(404, f"-2130575276, {CORE}", "The user does not exist or is not unique.")


def no_group() -> ServiceError:
    """A SharePoint group the site does not have."""
    return ServiceError(404, f"-2146232832, {CORE}", "Group cannot be found.")


def no_role(given: object) -> ServiceError:
    """A permission level the site does not have."""
    return ServiceError(404, ARGUMENT, f"Can not find the Permission Level: {given}")


def long_description() -> ServiceError:
    """A description of a group or role over 512 characters."""
    return refused("The parameter Description cannot be (null or) bigger than 512 characters.", f"-2146232832, {CORE}")


def inherits() -> ServiceError:
    """Permissions of something that still inherits them cannot be changed."""
    return ServiceError(
        400,
        "-2146233079, System.InvalidOperationException",
        "This operation is not allowed on an object that inherits permissions.",
    )
