"""``docassay key``: API keys, managed on the machine that holds the data folder."""

from __future__ import annotations

from typing import Annotated

import typer

from docassay.cli.connection import load_settings
from docassay.cli.options import DataDirOption, JsonOption
from docassay.cli.output import Column, note, print_json, print_line, print_table

app = typer.Typer(help="API keys of this data folder.", no_args_is_help=True)


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="What the key is for.")] = "unnamed",
    team: Annotated[str, typer.Option(help="Team that it opens; made when new.")] = "default",
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key and show it, this once."""
    from docassay import server
    from docassay.keys import service

    with server.admin_session(load_settings(data_dir)) as session:
        row, secret = service.create_key(session, team, name)
        key_id = row.id
    if as_json:
        print_json({"id": key_id, "name": name, "team": team, "key": secret})
        return
    note("Keep this key now; it cannot be shown again:")
    print_line(secret)


@app.command("list")
def list_keys(data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """List all keys, revoked ones too."""
    from docassay import server
    from docassay.keys import service

    with server.admin_session(load_settings(data_dir)) as session:
        keys = [
            {
                "id": key.id,
                "prefix": key.prefix,
                "name": key.name,
                "team": team.name,
                "created": key.created.isoformat(timespec="seconds"),
                "revoked": key.revoked.isoformat(timespec="seconds") if key.revoked else None,
            }
            for key, team in service.list_keys(session)
        ]
    if as_json:
        print_json(keys)
        return
    print_table(
        (
            Column("Id", "right", True),
            Column("Key", is_fixed=True),
            Column("Name"),
            Column("Team"),
            Column("Created", is_fixed=True),
            Column("Revoked", is_fixed=True),
        ),
        [
            (
                k["id"],
                f"{k['prefix']}...",
                k["name"],
                k["team"],
                str(k["created"])[:10],
                str(k["revoked"] or "")[:10],
            )
            for k in keys
        ],
    )


@app.command("revoke")
def revoke(
    key_id: Annotated[int, typer.Argument(help="Id of the key, from `key list`.")],
    data_dir: DataDirOption = None,
) -> None:
    """Make a key useless at once."""
    from docassay import server
    from docassay.keys import service

    with server.admin_session(load_settings(data_dir)) as session:
        service.revoke_key(session, key_id)
    note(f"Key {key_id} is revoked.")
