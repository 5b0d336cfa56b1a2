"""Command: serve.

May know: the front door, the web's settings. Must not know: pages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..values import Route
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, whoami
from .output import notes
from .proving import own_proof


def register(app: typer.Typer) -> None:
    app.command()(serve)


def serve(
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Listen on this address of the machine.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="NUMBER", min=0, max=65535, help="0 lets the system choose.")] = 8000,
    public_url: Annotated[
        str,
        typer.Option(
            metavar="URL", help="How people reach it: https://… of the proxy in front. Without it: this machine."
        ),
    ] = "",
    proxy: Annotated[
        str, typer.Option(metavar="ADDRESS", help="The proxy's address, whose word on who is calling is taken.")
    ] = "",
    mail: Annotated[
        str, typer.Option(metavar="WHERE", envvar="SAYSO_MAIL", help="smtp://user:password@host:port, or a folder.")
    ] = "",
    sender: Annotated[str, typer.Option(metavar="ADDRESS", help="Whom letters are from.")] = "",
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
) -> None:
    """Serve the pages and the REST API until ctrl-C: for people, the desk, and the overseer.

    Speaks plain HTTP; a proxy in front speaks TLS (docs/server.md). Everybody signs in for themselves: the account
    that starts it lends its name to nobody.
    """
    # Not needed for a page of help, and slow to load.
    from ..archive import open_archive
    from ..web import Settings, serve
    from ..web.serving import listen

    name = as_ or whoami()
    with open_archive(archive, name=name, route=Route.WEB, password=own_proof(name)) as house:
        where = listen(host, port)
        reached = where.getsockname()
        url = public_url or f"http://{f'[{reached[0]}]' if ':' in reached[0] else reached[0]}:{reached[1]}"
        settings = Settings(
            url.rstrip("/"),
            controller=house.controller,
            contact=house.contact,
            mail=mail if "://" in mail else (Path(mail).absolute() if mail else None),
            sender=sender,
        )
        if public_url:
            # What is delivered from now on bears links to this address.
            house.hiding.publish_address(settings.origin)
        with where:
            serve(
                house,
                settings,
                where,
                proxy=proxy or None,
                ready=lambda: notes.print(f"Ready: {settings.public_url}", markup=False, soft_wrap=True),
            )
