"""`projectlists sandbox`: serve a local tenant until stopped (contract.md §4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from projectlists.cli.session import Session
from projectlists.errors import UsageError
from projectlists.language import _


def make() -> click.Command:
    """Build the command."""

    @click.command(
        "sandbox",
        help=_(
            "Run a practice environment on this computer. It has lists, mail and sign-in, and nothing leaves your "
            "computer. Use the config folder that it names with every other command. Stop it with Ctrl-C."
        ),
    )
    @click.option(
        "--data",
        metavar="DIR",
        type=click.Path(file_okay=False, path_type=Path),
        help=_("Keep everything in this folder. Without it, everything is gone afterwards."),
    )
    @click.option(
        "--port",
        type=click.IntRange(0, 65535),
        metavar="PORT",
        default=0,
        help=_("Port of the proxy. Default: a free one."),
    )
    @click.option(
        "--ready",
        type=click.Path(dir_okay=False, path_type=Path),
        help=_("Write all addresses to this file when everything is ready."),
    )
    @click.option(
        "--tenant",
        metavar="NAME",
        default="lindervoort",
        show_default=True,
        help=_("Name of the environment: NAME.sharepoint.com."),
    )
    @click.option(
        "--latency", type=click.IntRange(0), metavar="MS", default=0, help=_("Extra time per request, in milliseconds.")
    )
    @click.option(
        "--resource-units",
        type=click.IntRange(1),
        metavar="N",
        help=_("Resource units per minute; above that, requests must wait."),
    )
    @click.option(
        "--seed",
        metavar="none|sample|fleet:N",
        default="none",
        show_default=True,
        help=_("What is in it at the start."),
    )
    @click.pass_obj
    def sandbox(
        session: Session,
        *,
        data: Path | None,
        port: int,
        ready: Path | None,
        tenant: str,
        latency: int,
        resource_units: int | None,
        seed: str,
    ) -> None:
        serve, refusal = _serve_function()
        from projectlists.definitions.loading import shipped_folder  # noqa: PLC0415

        def announce(document: Mapping[str, Any]) -> None:
            click.echo(json.dumps(document, ensure_ascii=False))
            session.note(_("The sandbox is ready. Look at {web}. Stop it with Ctrl-C.").format(web=document["web"]))

        try:
            serve(
                data=data,
                port=port,
                ready=ready,
                tenant=tenant,
                latency_ms=latency,
                resource_units=resource_units,
                seed=seed,
                sample=shipped_folder("config") / "sample-project.yaml",
                on_ready=announce,
            )
        except refusal as error:
            raise UsageError(_("The sandbox did not start: {reason}").format(reason=error)) from error

    return sandbox


def _serve_function() -> tuple[Any, type[Exception]]:
    try:
        from projectlists.sandbox.main import SandboxError, serve  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("projectlists"):
            raise
        raise UsageError(
            _("The sandbox needs extra packages. Install them with: pip install 'projectlists[sandbox]'")
        ) from error
    return serve, SandboxError
