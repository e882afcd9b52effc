"""The token with which a workflow or a pod proves who it is, instead of a secret (identity-mail-teams.md §2.3).

GitHub Actions hands one out at an address of its own; Kubernetes keeps a fresh one in a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import requests

from projectlists.config.model import Network
from projectlists.errors import SignInRefused
from projectlists.farend.network import Session
from projectlists.language import _

AUDIENCE = "api://AzureADTokenExchange"
FILE_VARIABLE = "AZURE_FEDERATED_TOKEN_FILE"
URL_VARIABLE, BEARER_VARIABLE = "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"


def workload_token(environment: Mapping[str, str], network: Network) -> str:
    """The token of the place where this runs: a JWT. Read anew each time, because it lives for minutes.

    Raises:
        SignInRefused: this runs in neither of the known places, or the place gives no token.
    """
    if environment.get(URL_VARIABLE) and environment.get(BEARER_VARIABLE):
        return _from_github(environment[URL_VARIABLE], environment[BEARER_VARIABLE], network)
    if environment.get(FILE_VARIABLE):
        return _from_file(Path(environment[FILE_VARIABLE]))
    raise SignInRefused(
        _(
            "There is no workload identity here. In GitHub Actions give the job `id-token: write`; in Kubernetes label "
            "the pod azure.workload.identity/use."
        )
    )


def _from_github(url: str, bearer: str, network: Network) -> str:
    try:
        answer = Session(network).get(url, params={"audience": AUDIENCE}, headers={"Authorization": f"bearer {bearer}"})
        answer.raise_for_status()
        return str(answer.json()["value"])
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise SignInRefused(
            _("GitHub gave no token for this job. Give the job the permission `id-token: write`."),
            detail=type(error).__name__,
        ) from error


def _from_file(path: Path) -> str:
    try:
        token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SignInRefused(
            _("The token file {path} of this pod cannot be read. Check its service account.").format(path=path),
            detail=type(error).__name__,
        ) from error
    if not token:
        raise SignInRefused(
            _("The token file {path} of this pod is empty. Check its service account.").format(path=path)
        )
    return token
