"""Files applicants bring, sealed; and the promises to bring them later."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select

from kaiban.domain.papers.material import Holder, Material, Upload
from kaiban.domain.papers.obligation import Forward, ForwardState
from kaiban.ports import MaterialNotFound
from kaiban.storage import codec
from kaiban.storage.database import Database, inserting
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.filings import place_of
from kaiban.storage.schema import late_materials
from kaiban.storage.schema import materials as table

_NOTE = ("id", "key", "at", "name", "media_type", "pages", "size", "digest", "commitment")


class SqlMaterials:
    """Where the files of filings and cases are kept (kaiban.ports.Materials)."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._cells = Cells(keyring)

    def put(
        self,
        connection: Connection,
        holder: Holder,
        material: Material,
        upload: Upload | None = None,
    ) -> None:
        """Keep a file, or a promise (no upload)."""
        row = {
            **{name: getattr(material, name) for name in _NOTE},
            "name": material.name.encode(),
            "filing": self._place(holder) if holder.filing else None,
            "case_no": holder.case_no or None,
            "deferred_until": _day(material.deferred_until),
            "content": upload.content if upload else None,
            "about": _documents(material.about),
        }
        self._cells.insert(connection, table, row)

    def remove(self, connection: Connection, holder: Holder, material_id: str) -> None:
        """Drop one; raises MaterialNotFound."""
        gone = delete(table).where(self._held(holder), table.c.id == material_id)
        if connection.execute(gone).rowcount != 1:
            raise MaterialNotFound(material_id)

    def tell(
        self, connection: Connection, holder: Holder, material_id: str, about: tuple[str, ...]
    ) -> None:
        """Write who is on a file; raises MaterialNotFound."""
        file = select(table.c.id).where(self._held(holder), table.c.id == material_id)
        if connection.execute(file.where(table.c.digest != "")).first() is None:
            raise MaterialNotFound(material_id)
        self._cells.update(connection, table, (material_id,), {"about": _documents(about)})

    def total(self, connection: Connection, holder: Holder) -> int:
        """How many bytes the holder's files have together."""
        summed = select(func.coalesce(func.sum(table.c.size), 0)).where(self._held(holder))
        return int(connection.execute(summed).scalar_one())

    def bind(
        self,
        connection: Connection,
        filing: str,
        case_no: str,
        due: date,
        others: Mapping[str, date] = MappingProxyType({}),
    ) -> list[Material]:
        """Let all of a filing be the case's; every promise is due that day, ``others`` by key. Gives what there is."""
        ours = table.update().where(self._held(Holder(filing)))
        promised = ours.where(table.c.digest == "")
        connection.execute(promised.values(deferred_until=_day(due)))
        for key, day in others.items():
            connection.execute(promised.where(table.c.key == key).values(deferred_until=_day(day)))
        connection.execute(ours.values(case_no=case_no))
        return self._listed(connection, Holder(case_no=case_no))

    def forward(self, connection: Connection, forward: Forward) -> None:
        """Let a late material be on its way to a department, in the place of what was before."""
        waits = forward.state is ForwardState.WAITING
        row = {
            **vars(forward),
            "state": forward.state.value,
            "due_at": forward.at if waits else None,
        }
        new = inserting(connection, late_materials).values(row)
        again = new.on_conflict_do_update(index_elements=["case_no", "key", "link"], set_=row)
        connection.execute(again)

    def listed(self, holder: Holder) -> list[Material]:
        """What the holder has, the oldest first, unopened."""
        with self._database.reading() as connection:
            return self._listed(connection, holder)

    def get(self, holder: Holder, material_id: str) -> Upload:
        """One file; raises MaterialNotFound."""
        wanted = select(table).where(self._held(holder), table.c.id == material_id)
        with self._database.reading() as connection:
            found = connection.execute(wanted).mappings().first()
        if found is None or found["content"] is None:
            raise MaterialNotFound(material_id)
        row = self._cells.opened(table, found)
        return Upload(
            row["name"].decode(), row["media_type"], row["content"], row["pages"], _about(row)
        )

    def _held(self, holder: Holder) -> ColumnElement[bool]:
        """A filing's until it has become a case; from then on only the case's."""
        if holder.case_no:
            return table.c.case_no == holder.case_no
        return (table.c.filing == self._place(holder)) & table.c.case_no.is_(None)

    def _place(self, holder: Holder) -> str:
        return place_of(self._cells.keyring, holder.filing)

    def _listed(self, connection: Connection, holder: Holder) -> list[Material]:
        noted = [table.c[name] for name in (*_NOTE, "deferred_until", "about")]
        wanted = select(*noted).where(self._held(holder)).order_by(table.c.at, table.c.id)
        rows = connection.execute(wanted).mappings().all()
        return [_material(self._cells.opened(table, row)) for row in rows]


def _material(row: Mapping[str, Any]) -> Material:
    until = row["deferred_until"]
    return Material(
        **{name: row[name] for name in _NOTE if name != "name"},
        name=row["name"].decode(),
        deferred_until=date.fromisoformat(until) if until else None,
        about=_about(row),
    )


def _about(row: Mapping[str, Any]) -> tuple[str, ...] | None:
    return None if row["about"] is None else tuple(codec.loads(row["about"]))


def _documents(about: tuple[str, ...] | None) -> bytes | None:
    return None if about is None else codec.dumps(list(about)).encode()


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
