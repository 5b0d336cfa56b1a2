"""The overseer's window: what it tells, to whom, and that a browser finds out by itself when an entry was changed."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from starlette.testclient import TestClient

from sayso.archive import facts
from sayso.errors import RefusedError
from sayso.ledger import merkle, verify_proof
from sayso.values import Role
from tests.house import COLLECTION, CONTROLLER, WREN, House

from .serving import PASSWORDS, Server, sign_in, visiting

PAGES = ("", "/collections", "/figures", "/consent", "/ledger", "/documents", "/documents/record", "/end")


def come_in(client: TestClient, name: str) -> TestClient:
    client.post("/sign-in", data={"name": name, "password": PASSWORDS[name]})
    return client


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_overseer_reads_every_page_in_both_languages(client: TestClient, language: str) -> None:
    come_in(client, "vito")
    for path in PAGES:
        answer = client.get(f"/window{path}", params={"lang": language})
        assert answer.status_code == 200, path
        assert answer.url.path == f"/window{path}"
        assert len(re.findall("<h1", answer.text)) == 1, path
        assert " style=" not in answer.text, path
        assert WREN not in answer.text, path


def test_nobody_else_looks_through_the_window(client: TestClient) -> None:
    for path in (*PAGES, "/ledger/checkpoint", "/ledger/0.tlog-proof", "/figures/counted.svg", "/end/report"):
        assert client.get(f"/window{path}").url.path == "/sign-in", path


def test_the_window_tells_what_a_reach_rests_on_and_what_was_counted(client: TestClient, web_house: House) -> None:
    come_in(client, "vito")
    text = client.get("/window/collections").text
    with web_house.open() as archive:
        (held,) = archive.collections.list()
        counts = archive.status().counts
    for told in (COLLECTION, "synthetic-people", held.assessment_sha256, "swept", "ben", f"{counts.measured} measured"):
        assert str(told) in text, told
    figures = client.get("/window/figures").text
    assert f"<td>{counts.exposure}</td>" in figures
    picture = client.get("/window/figures/counted.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert "script" not in picture.headers["content-security-policy"]
    assert COLLECTION in picture.text
    for name in ("exposure", "accuracy", "nothing"):
        assert client.get(f"/window/figures/{name}.svg").status_code == 404


def test_what_was_measured_is_shown_as_a_picture_and_as_a_table(client: TestClient, web_house: House) -> None:
    with web_house.open() as archive:
        report = archive.collections.measure_exposure(COLLECTION).to_json()
    sweep = next(one for one in report["curves"] if one["cue"] == "none")["points"][0]
    come_in(client, "vito")
    row = re.search(rf"<th scope=\"row\">{COLLECTION}</th><td>a sweep</td>.*?</tr>", client.get("/window/figures").text)
    assert row is not None
    assert f"<td>{sweep['measured']}</td>" in row.group(0)
    known = sweep["different_bystanders"] is not None
    assert client.get("/window/figures/exposure.svg").status_code == (200 if known else 404)


def test_error_rates_are_shown_with_their_intervals_and_why_one_is_missing(
    client: TestClient, web_house: House
) -> None:
    rate, none = {"rate": 0.0241, "interval_95": [0.019, 0.0305]}, {"rate": None, "note": "too few searches"}
    report = {
        "persons": 40,
        "photos": 160,
        "basis": "synthetic-people",
        "model": {"id": "some-model", "version": "1", "precision": "int8"},
        "verification": [{"photos_enrolled": 1, "EER": rate, "FNMR_at_FMR": [{"FMR": 0.01, "FNMR": rate}], "DET": []}],
        "identification": [{"photos_enrolled": 3, "FNIR_at_FPIR": [{"FPIR": 0.01, "FNIR": none}]}],
    }
    with web_house.open() as archive, archive._door.ground.database.begin() as session:
        facts.keep_accuracy(session, report, web_house.clock())
    come_in(client, "vito")
    text = client.get("/window/figures", params={"lang": "fr"}).text
    assert "2,41 % (1,90 – 3,05)" in text
    assert "too few searches" in text
    assert "some-model" in text


def test_consents_are_numbers_and_witnesses_are_marked(client: TestClient, web_house: House) -> None:
    come_in(client, "vito")
    text = client.get("/window/consent").text
    find = re.search(r"find: .*?</tr>", text)
    assert find is not None
    assert re.findall(r"<td>(\d+)</td>", find.group(0)) == ["2", "0", "0"]
    assert "clara: 2 times" in text
    with web_house.open() as archive:
        archive.people.withdraw(WREN)
        assert all(one.id not in text for one in archive.people.list())
    find = re.search(r"find: .*?</tr>", client.get("/window/consent").text)
    assert find is not None
    assert re.findall(r"<td>(\d+)</td>", find.group(0)) == ["1", "1", "0"]


def test_the_ledger_is_read_newest_first_by_verb_by_actor_and_on_from_any_place(client: TestClient) -> None:
    come_in(client, "vito")

    def shown(**wanted: object) -> list[tuple[int, str, str]]:
        text = client.get("/window/ledger", params=wanted).text
        found = re.findall(r'data-index="(\d+)".*?class="verb">([^<]+)<.*?class="actor">([^<]+)<', text, re.DOTALL)
        return [(int(index), verb, actor) for index, verb, actor in found]

    every = shown()
    assert every == sorted(every, reverse=True)
    assert {verb for _, verb, _ in shown(verb="enrol")} == {"enrol"}
    text = client.get("/window/ledger").text
    ben = re.search(r'<option value="(\w+)">ben<', text)
    assert ben is not None
    assert {actor for _, _, actor in shown(by=ben[1])} == {"ben"}
    assert shown(verb="enrol", by=ben[1]) == []
    assert client.get("/window/ledger", params={"by": "ben"}).status_code == 404
    assert [index for index, _, _ in shown(at=3)] == [3, 2, 1, 0]
    assert [index for index, _, _ in shown(before=3)] == [2, 1, 0]


def test_what_the_window_hands_out_verifies_elsewhere(client: TestClient, web_house: House) -> None:
    come_in(client, "vito")
    proof = client.get("/window/ledger/1.tlog-proof")
    assert "attachment" in proof.headers["content-disposition"]
    with web_house.open() as archive:
        body, key = archive.ledger.list(start=1, limit=1)[0].body, archive.ledger.verifier_key
    verify_proof(proof.text, body, key)
    assert key in client.get("/window/ledger").text
    assert client.get("/window/ledger/checkpoint").text.startswith("sayso/")
    assert client.get("/window/ledger/growth", params={"old": 2}).text.startswith("old 2\n")
    for wrong in ("growth?old=1000000", "growth?old=-1", "999999.tlog-proof", f"{10**30}.tlog-proof", "proofs?index=x"):
        assert client.get(f"/window/ledger/{wrong}").status_code in (400, 404, 422), wrong


def test_the_whole_ledger_is_checked_on_the_server_and_a_change_is_named(client: TestClient, web_house: House) -> None:
    come_in(client, "vito")
    assert "entries are as they were signed" in client.post("/window/ledger").text
    tamper(web_house, 2, b'"actor":"anna"', b'"actor":"fred"')
    assert "Entry 2 was changed" in client.post("/window/ledger").text


def test_an_entry_that_was_made_unreadable_is_shown_at_its_place(client: TestClient, web_house: House) -> None:
    come_in(client, "vito")
    tamper(web_house, 2, b"{", b"<script>")
    text = client.get("/window/ledger", params={"at": 2}).text
    assert "cannot be read: somebody changed it" in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize("kind", ["policy", "record", "assessment", "transparency", "bystander-notice"])
def test_every_document_is_there_to_read_and_to_take_away(client: TestClient, kind: str) -> None:
    come_in(client, "vito")
    assert CONTROLLER in client.get(f"/window/documents/{kind}").text
    text = client.get(f"/window/documents/{kind}.md", params={"lang": "fr", "collection": COLLECTION})
    assert text.headers["content-disposition"] == f'attachment; filename="{kind}-fr.md"'
    assert text.text.startswith("# ")
    assert client.get(f"/window/documents/{kind}.pdf").content.startswith(b"%PDF-")


def test_a_document_or_collection_that_is_not_there_is_said_so(client: TestClient) -> None:
    come_in(client, "vito")
    assert client.get("/window/documents/diary").status_code == 422
    assert client.get("/window/documents/record", params={"collection": "no such party"}).status_code == 404


def test_F5_the_end_takes_two_operators_who_type_its_name_and_leaves_a_signed_report(
    client: TestClient, web_house: House
) -> None:
    end = "/window/end"
    come_in(client, "vito")
    assert "Nobody has asked for the end" in client.get(end).text
    assert '<form class="card narrow"' not in client.get(end).text
    assert client.post(end, data={"typed": CONTROLLER}).status_code == 401
    come_in(client, "anna")
    assert client.post(end, data={"typed": "yes"}).status_code == 400
    assert "anna asked for the end" in client.post(end, data={"typed": CONTROLLER.upper()}).text
    assert "Somebody else must approve" in client.get(end).text
    assert client.post(end, data={"typed": CONTROLLER}).status_code == 403
    with web_house.open() as archive:
        assert archive.status().templates
        before = archive.oversight.drill()
    come_in(client, "ben")
    assert "The archive ceased on" in client.post(end, data={"typed": CONTROLLER}).text
    come_in(client, "vito")
    report = client.get(f"{end}/report").text
    assert "This archive has ceased" in client.get("/window").text
    for path in PAGES:
        assert client.get(f"/window{path}").status_code == 200, path
    with web_house.open() as archive:
        told = next(one for one in archive.ledger.list() if one.verb == "cease")
        verify_proof(report, told.body, archive.ledger.verifier_key)
        after = archive.oversight.drill()
    assert (dict(told.facts)["keys_destroyed"], dict(told.facts)["templates_deleted"]) == (
        before.keys,
        before.templates,
    )
    assert (after.keys, after.templates, after.people, after.photos) == (0, 0, 0, before.photos)


def test_F10_what_an_overseer_may_read_a_reviewer_may_not(web_house: House) -> None:
    with web_house.open("clara") as archive:
        for look in (
            archive.oversight.consents,
            archive.oversight.vouched,
            archive.oversight.figures,
            archive.oversight.browse,
            archive.oversight.drill,
        ):
            with pytest.raises(RefusedError, match="reviewer may not"):
                look()


def test_a_browser_checks_the_ledger_and_finds_what_was_changed(browser: Browser, server: Server) -> None:
    with visiting(browser, server, width=1280, height=900) as page:
        sign_in(page, "vito")
        page.goto("/window/ledger")
        said(page, "are in the signed ledger, letter for letter")
        assert "First look: this browser remembers the key" in page.locator("#told").inner_text()
        assert "is signed with this key" in page.locator("#told").inner_text()
        marks = page.locator(".entries .mark").all_inner_texts()
        assert marks
        assert {one.strip() for one in marks} == {"Verified"}

        # The ledger grows; what this browser remembers is its beginning.
        page.goto("/window/ledger")
        said(page, "Nothing was rewritten")

        with page.expect_download() as kept:
            page.locator(".entries summary").first.click()
            page.get_by_role("link", name="Proof of entry").first.click()
        page.get_by_label("Proof file").set_input_files(kept.value.path())
        page.locator("#kept-told").get_by_text("Verified: entry").wait_for()

        index = int(page.locator(".entries [data-index]").nth(3).get_attribute("data-index") or "0")
        tamper(server.house, index, b'"verb":"', b'"verb":"not ')
        page.reload()
        said(page, "entries on this page do not verify")
        changed = page.locator(f'[data-index="{index}"] .mark')
        assert changed.inner_text().strip() == "Does not verify"
        page.get_by_role("heading", name="It does not verify. What now?").wait_for()


def test_a_browser_notices_that_the_ledger_was_rewritten(browser: Browser, server: Server, tmp_path: Path) -> None:
    """An older copy that is put back is first too short, and then goes on otherwise."""
    house = server.house
    with visiting(browser, server, width=1280, height=900) as page:
        sign_in(page, "vito")
        copy_database(house.database, tmp_path / "older.db")
        open_account(house, "eve")
        page.goto("/window/ledger")
        said(page, "First look: this browser remembers the checkpoint")
        copy_database(tmp_path / "older.db", house.database)
        page.reload()
        said(page, "The ledger is shorter than the")
        for name in ("fay", "gil"):
            open_account(house, name)
        page.reload()
        said(page, "The ledger does not begin with the")
        page.get_by_role("heading", name="It does not verify. What now?").wait_for()
        page.get_by_role("button", name="Remember today’s checkpoint instead").click()
        said(page, "Nothing was rewritten")


def test_F5_a_browser_checks_the_signed_report_of_the_end(browser: Browser, server: Server) -> None:
    for name in ("anna", "ben"):
        with server.house.open(name) as archive:
            archive.cease()
    with visiting(browser, server) as page:
        sign_in(page, "vito")
        page.goto("/window/end")
        page.locator("#check.good").wait_for()
        assert '"verb":"cease"' in page.locator("#entry").inner_text()


def test_the_browsers_arithmetic_is_that_of_the_ledger(browser: Browser, server: Server) -> None:
    """Every proof over small trees verifies in the page's own script, and none with a hash or a size that is wrong."""
    most = 12
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(most)]
    tails, nodes = [merkle.Tail()], {(0, number): leaf for number, leaf in enumerate(leaves)}
    for leaf in leaves:
        tail = merkle.Tail(tails[-1].size, tails[-1].peaks)
        nodes |= {(level, position): node for level, position, node in tail.append(leaf)}
        tails.append(tail)
    roots = [tail.root().hex() for tail in tails]

    def read(level: int, position: int) -> bytes:
        return nodes[level, position]

    inclusion = [
        [
            index,
            size,
            leaves[index].hex(),
            [one.hex() for one in merkle.inclusion_proof(index, size, read)],
            roots[size],
        ]
        for size in range(1, most + 1)
        for index in range(size)
    ]
    growth = [
        [old, size, [one.hex() for one in merkle.consistency_proof(old, size, read)], roots[old], roots[size]]
        for size in range(most + 1)
        for old in range(size + 1)
    ]
    with visiting(browser, server) as page:
        page.goto("/sign-in")
        right, wrong = page.evaluate(_CHECK_ALL, [inclusion, growth])
    assert right == len(inclusion) + len(growth)
    assert wrong == 0


_CHECK_ALL = """async ([inclusion, growth]) => {
    const { includes, extendsTree } = await import("/static/verify.js");
    const bytes = (hex) => Uint8Array.from(hex.match(/../g), (two) => parseInt(two, 16));
    const spoilt = (hash) => Uint8Array.from(hash, (byte, at) => (at ? byte : byte ^ 1));
    let [right, wrong] = [0, 0];
    for (const [index, size, leaf, path, root] of inclusion) {
        const hashes = path.map(bytes);
        right += await includes(index, size, bytes(leaf), hashes, bytes(root));
        wrong += await includes(index, size, spoilt(bytes(leaf)), hashes, bytes(root));
        wrong += await includes(index, size, bytes(leaf), [...hashes, bytes(root)], bytes(root));
        for (let at = 0; at < hashes.length; at += 1) {
            wrong += await includes(index, size, bytes(leaf), hashes.with(at, spoilt(hashes[at])), bytes(root));
        }
    }
    for (const [old, size, path, before, after] of growth) {
        const hashes = path.map(bytes);
        right += await extendsTree(old, size, hashes, bytes(before), bytes(after));
        wrong += await extendsTree(old, size, hashes, spoilt(bytes(before)), bytes(after));
        wrong += await extendsTree(old, size, [...hashes, bytes(after)], bytes(before), bytes(after));
        if (old) wrong += await extendsTree(old, size, hashes, bytes(before), spoilt(bytes(after)));
        for (let at = 0; at < hashes.length; at += 1) {
            wrong += await extendsTree(old, size, hashes.with(at, spoilt(hashes[at])), bytes(before), bytes(after));
        }
    }
    return [right, wrong];
}"""


def test_every_page_of_the_window_can_be_used_by_everybody(browser: Browser, server: Server) -> None:
    """No serious finding of axe, and nothing that scrolls sideways on a narrow phone."""
    context = browser.new_context(base_url=server.url, bypass_csp=True, viewport={"width": 320, "height": 700})
    page = context.new_page()
    sign_in(page, "vito")
    found = []
    for path in PAGES:
        page.goto(f"/window{path}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, f"{path} is {wide} pixels wide"
        found += [
            (path, one["id"], [node["html"][:120] for node in one["nodes"][:2]])
            for one in Axe().run(page).response["violations"]
            if one["impact"] in ("serious", "critical")
        ]
    context.close()
    assert found == []


def said(page: Page, words: str) -> None:
    page.locator("#told").get_by_text(words).wait_for()


def open_account(house: House, name: str) -> None:
    with house.open() as archive:
        archive.accounts.new(name, Role.REVIEWER)


def copy_database(source: Path, target: Path) -> None:
    """The whole database, while others have it open."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def tamper(house: House, index: int, was: bytes, becomes: bytes) -> None:
    """Change an entry behind the program's back, with the triggers out of the way."""
    with closing(sqlite3.connect(house.database)) as raw:
        for (trigger,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f'DROP TRIGGER "{trigger}"')
        (body,) = raw.execute("SELECT body FROM ledger_entries WHERE idx = ?", (index,)).fetchone()
        changed = body.replace(was, becomes, 1)
        assert changed != body
        raw.execute("UPDATE ledger_entries SET body = ? WHERE idx = ?", (changed, index))
        raw.commit()
