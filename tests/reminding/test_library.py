"""The scheduled job on a document library: its address has no `Lists/`, and its rows come with files."""

from __future__ import annotations

from datetime import date

from projectlists.definitions.model import Definitions
from projectlists.farend import wire
from projectlists.farend.batch import Operation
from projectlists.item import Value
from projectlists.provisioning.job import Wish, provision
from tests.conftest import FarEnd
from tests.reminded import FENNA, TODAY, Project


def upload(project: Project, name: str, **values: Value) -> None:
    """A file as somebody puts it in the library, and what they fill in."""
    site = project.far_end.open(project.url)
    folder = f"{site.path}/ProjectDocuments"
    site.run([Operation("POST", f"web/GetFolderByServerRelativeUrl('{folder}')/Files/add(url='{name}')", {})])
    definition = project.definitions.lists["ProjectDocuments"]
    number = max(item.id for item in site.items(definition, names=("DocStatus",)))
    body = wire.values_for(definition, "nl", site.about().zone, values)
    site.run([site.change("ProjectDocuments", number, body, None, library=True)])[0].checked()


def test_documents_are_guarded_like_rows(far_end: FarEnd, definitions: Definitions) -> None:
    project = Project(far_end, definitions, alone=True)
    assert provision(far_end.open(), definitions, Wish(None, ("ProjectDocuments",))).ok
    # guide.md §2.10: V-R1, set D on ReviewDueOn while under review; V-S1 and V-S2 when the date of adoption is there.
    upload(project, "plan.txt", DocStatus="review", ReviewDueOn=TODAY, DocOwner=project.person(FENNA))
    upload(project, "besluit.txt", DocStatus="to_adopt", ArchiveStatus="working", AdoptedOn=date(2026, 11, 30))
    result = project.run()
    assert result.ok
    assert [(one.item, one.rule, one.stage, one.recipient) for one in result.reminders] == [(1, "D", "D0", FENNA)]
    assert "/sites/demo/ProjectDocuments/Forms/DispForm.aspx?ID=1" in project.mails()[0]["text"]
    assert [(flip.item, flip.rule, flip.outcome) for flip in result.flips] == [(2, "V-S1", "done"), (2, "V-S2", "done")]
