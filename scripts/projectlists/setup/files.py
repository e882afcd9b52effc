"""The files of a new config folder. Nothing that is there is overwritten."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt

from projectlists.config.configfile import SITES_FILE, TENANT_FILE
from projectlists.errors import UsageError
from projectlists.language import LANGUAGES, Language, _
from projectlists.setup.answers import NOT_YET, Answers

PAGE = "administrator"


def write(folder: Path, answers: Answers, language: Language) -> tuple[Path, ...]:
    """Write the config, and the administrator's page in both languages as Markdown and HTML; their paths.

    `language` is that of the comments in the config. Nothing secret is written.

    Raises:
        UsageError: one of the files is there already; then nothing is written.
    """
    texts = {TENANT_FILE: tenant_file(answers, language), SITES_FILE: sites_file(answers)}
    for each in LANGUAGES:
        page = administrator_page(answers, each)
        texts[f"{PAGE}.{each}.md"] = page
        texts[f"{PAGE}.{each}.html"] = as_html(page, each)
    refuse_overwriting(folder)
    folder.mkdir(parents=True, exist_ok=True)
    # The config itself last: as long as it is not there, whoever was stopped halfway can start anew.
    for name, text in reversed(texts.items()):
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return tuple(folder / name for name in texts)


def refuse_overwriting(folder: Path) -> None:
    """Raise UsageError when the folder has a config already."""
    for name in (TENANT_FILE, SITES_FILE):
        if (folder / name).exists():
            raise UsageError(
                _(
                    "{file} is there already, and nothing was changed. Edit it, or choose another folder with --config."
                ).format(file=folder / name)
            )


def tenant_file(answers: Answers, language: Language) -> str:
    """`tenant.yaml` with a comment at every setting."""
    return _rendered(f"tenant.{language}.yaml.jinja", answers)


def sites_file(answers: Answers) -> str:
    """`sites.csv` with one site."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["key", "name", "url", "profile", "language"])
    writer.writerow([answers.key, answers.name, answers.site, answers.profile, answers.language])
    return text.getvalue()


def administrator_page(answers: Answers, language: Language) -> str:
    """What an administrator must do, step by step, with commands to copy (identity-mail-teams.md §2.2, §2.5)."""
    return _rendered(f"{PAGE}.{language}.md.jinja", answers)


def as_html(page: str, language: Language) -> str:
    """The page as HTML that stands by itself."""
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(page)
    title = page.partition("\n")[0].lstrip("# ")
    return _templates().get_template("page.html.jinja").render(body=body, title=title, language=language)


def _rendered(template: str, answers: Answers) -> str:
    host = urlsplit(answers.sharepoint).netloc
    return (
        _templates()
        .get_template(template)
        .render(
            answers=answers,
            host=host,
            client_id=answers.client_id or NOT_YET,
            certificate_file=answers.certificate.rsplit(".", 1)[0] + ".cer",
            known=bool(answers.client_id),
        )
    )


@cache
def _templates() -> Environment:
    # Text goes into YAML and Markdown here, so nothing is escaped for HTML: Markdown's own renderer does that.
    environment = Environment(  # noqa: S701
        loader=PackageLoader("projectlists.setup", "pages"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # A JSON text is a YAML text as well, and PowerShell doubles the quote it stands in.
    environment.filters["yaml"] = lambda text: json.dumps(text, ensure_ascii=False)
    environment.filters["powershell"] = lambda text: text.replace("'", "''")
    return environment
