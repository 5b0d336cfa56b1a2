"""What a server writes where others may read it: that it is ready, and nothing of who asked for what."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import httpx2

from sayso.values import Purpose
from tests.house import COLLECTION, House

from .serving import PASSWORDS, served

LABEL = "iris.the.person@example.org"


def test_no_secret_and_no_name_is_in_what_a_server_writes(web_house: House) -> None:
    with web_house.open() as archive:
        invite = archive.people.invite(LABEL, purposes=[Purpose.FIND], collections=[COLLECTION])
        token = archive.accounts.new_token("a program")[1]
    with served(web_house) as server:
        with httpx2.Client(base_url=server.url, headers={"origin": server.url}) as client:
            signed_in = client.post("/sign-in", data={"name": "ben", "password": PASSWORDS["ben"]})
            assert signed_in.status_code == 303
            cookie = signed_in.cookies["sayso-desk"]
            codes = [
                client.post("/sign-in", data={"name": "ben", "password": "ben mistyped his password"}).status_code,
                client.get(f"/i/{invite}").status_code,
                client.post(f"/i/{invite}", data={"version": "none"}).status_code,
                client.post("/l/a-link-that-is-no-link").status_code,
                client.post("/enter", data={"contact": LABEL}).status_code,
                client.get("/api/v1/status", headers={"authorization": f"Bearer {token}"}).status_code,
                client.get("/api/v1/status", headers={"authorization": "Bearer sayso_wrong_token"}).status_code,
            ]
        assert codes == [403, 200, 422, 403, 200, 200, 401]
        address = urlsplit(server.url)
        with socket.create_connection((address.hostname or "", address.port or 0)) as raw:
            raw.sendall(f"GET /i/{invite}\r\n\r\n".encode())
            assert b"400" in raw.recv(200)
        server.process.terminate()
        assert server.process.stderr is not None
        said = server.process.stderr.read()
    secrets = [invite, token, cookie, LABEL, "mistyped", "no-link", "wrong_token", "ben", *PASSWORDS.values()]
    assert [one for one in secrets if one in said] == []
