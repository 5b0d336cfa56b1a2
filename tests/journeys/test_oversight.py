from __future__ import annotations

from datetime import timedelta

from sayso.values import Purpose
from tests.house import COLLECTION, ROBIN, WREN, House


def test_each_purpose_is_counted_by_how_it_stands_now(house: House) -> None:
    house.enrol(WREN, None, purposes=(Purpose.FIND, Purpose.SHARE), collections=(COLLECTION,))
    house.enrol(ROBIN, None, purposes=(Purpose.SHARE,), collections=(COLLECTION,))
    with house.open() as archive:
        archive.people.withdraw(ROBIN)
        now = {one.purpose: (one.given, one.withdrawn, one.expired) for one in archive.oversight.consents()}
        assert list(now) == list(Purpose)
        assert (now[Purpose.FIND], now[Purpose.SHARE], now[Purpose.TEST]) == ((1, 0, 0), (1, 1, 0), (0, 0, 0))
        # What ran out counts so before the daily run has come by.
        house.clock.move(timedelta(days=3000))
        later = {one.purpose: (one.given, one.withdrawn, one.expired) for one in archive.oversight.consents()}
        assert (later[Purpose.FIND], later[Purpose.SHARE]) == ((0, 0, 1), (0, 1, 1))
