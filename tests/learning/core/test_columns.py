"""Column types that both databases store alike."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from learning.core.columns import Hundredths, Ratio, UtcDateTime

DIALECTS = [sqlite.dialect(), postgresql.dialect()]
ZONES = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))


EARLIEST, LATEST = datetime(1900, 1, 2), datetime(2999, 1, 1)  # noqa: DTZ001 - bounds without a zone


@given(st.datetimes(min_value=EARLIEST, max_value=LATEST, timezones=ZONES))
def test_a_moment_comes_back_as_the_same_moment_in_utc(moment: datetime) -> None:
    for dialect in DIALECTS:
        column = UtcDateTime()
        back = column.process_result_value(column.process_bind_param(moment, dialect), dialect)
        assert back == moment
        assert back is not None
        assert back.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), DIALECTS[0])  # noqa: DTZ001 - the point


@given(st.decimals(min_value=-9999, max_value=9999, places=2))
def test_two_places_are_kept_exactly(number: Decimal) -> None:
    column = Hundredths()
    assert column.process_result_value(column.process_bind_param(number, DIALECTS[0]), DIALECTS[0]) == number


def test_a_third_place_is_refused_rather_than_rounded() -> None:
    with pytest.raises(ValueError, match="two places"):
        Hundredths().process_bind_param(Decimal("0.125"), DIALECTS[0])


@given(st.fractions())
def test_a_fraction_is_kept_exactly(fraction: Fraction) -> None:
    column = Ratio()
    assert (
        column.process_result_value(column.process_bind_param(fraction, DIALECTS[0]), DIALECTS[0]) == fraction
    )
