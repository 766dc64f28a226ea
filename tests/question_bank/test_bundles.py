"""Evidence bundles: genuine ones pass, every change is found; the command that says so."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from question_bank import blueprints, bundles, items, scoring, types, verify
from question_bank.blueprints import Blueprint, Cell, Section
from question_bank.bundles.checks import Outcome, check
from question_bank.bundles.reading import loaded
from question_bank.corrections import Correction, CorrectionKind
from question_bank.draw import Draw, draw
from question_bank.paper import assemble
from question_bank.pool import Pool
from question_bank.scoring import Entry, Place
from tests.question_bank.test_paper import CANDIDATES, ITEMS

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw().hex()
START = datetime(2026, 11, 23, 9, tzinfo=UTC)
BLUEPRINT = Blueprint(
    (
        Cell(types=("single_choice",), count=2),
        Cell(types=("multiple_choice",), count=2, marks=Decimal(2)),
        Cell(types=("fill_blank",), marks=Decimal("1.5")),
        Cell(types=("short_answer",), marks=Decimal(10)),
    ),
    (Section("一、选择题", cells=2), Section("二、笔答题", cells=2)),
    difficulty_bound=Decimal(2),
    exposure_percent=50,
)


def _attempt() -> dict[str, Any]:
    """Return the evidence of an attempt as the application puts it together."""
    pool = Pool(BLUEPRINT, CANDIDATES).limited("sitting")
    avoided, barred = [1000], [1028]
    drawn = draw(pool, "feed", avoided, barred)
    assert isinstance(drawn, Draw)
    slots = assemble(BLUEPRINT, drawn, "feed", ITEMS)
    used = {slot.item: ITEMS[slot.item] for slot in slots}
    content = {slot.number: (types.get(used[slot.item].type), used[slot.item].content) for slot in slots}
    responses = {number: type_.right_response(each) for number, (type_, each) in content.items()}
    answers = [
        (1, "A"),
        (2, "B"),
        (1, responses[1]),
        (3, "ABCD"),
        (4, None),
        (5, responses[5]),
        (6, "我的看法"),
    ]
    corrections = [Correction(slots[2].item, CorrectionKind.FULL_MARKS)]
    marks = scoring.score(
        [Place(slot.number, slot.item, slot.marks) for slot in slots],
        [Entry(seq, *answer) for seq, answer in enumerate(answers, 1)],
        used,
        corrections=corrections,
        given={6: Fraction(3, 4)},
    )
    assert marks.score is not None
    before = scoring.score(
        [Place(slot.number, slot.item, slot.marks) for slot in slots],
        [Entry(seq, *answer) for seq, answer in enumerate(answers, 1)],
        used,
    )
    by_key = [
        {"slot": slot.number, "kind": "machine", "fraction": slot.share, "mark": slot.mark}
        for slot in before.slots
        if slot.share is not None
    ]
    return bundles.build(
        exam={
            "blueprint": blueprints.to_dict(BLUEPRINT),
            "choice_policy": "all_or_nothing",
            "pass_percent": 60,
            "markers": 2,
            "marker_tolerance_percent": 20,
            "tolerance_seconds": 5,
        },
        sitting={"id": 3, "opens_at": START, "closes_at": START + timedelta(hours=2)},
        attempt={
            "id": 7,
            "number": 2,
            "seed": "feed",
            "started_at": START,
            "closes_at": START + timedelta(hours=1),
            "ended_at": START + timedelta(minutes=50),
            "state": "submitted",
            "avoided": avoided,
            "barred": barred,
        },
        pool=pool.rows(),
        items=used,
        slots=slots,
        journal=[
            {
                "seq": seq,
                "key": f"k{seq}",
                "slot": slot,
                "response": response,
                "received_at": START + timedelta(minutes=seq),
                "client_time": "2026-11-23T17:00:00",
                "place": "p1",
                "device": "d1",
            }
            for seq, (slot, response) in enumerate(answers, 1)
        ],
        events=[{"kind": "started", "happened_at": START}],
        corrections=[(corrections[0], {"decided_at": START + timedelta(days=1), "cause": "两个选项都对"})],
        marks=[
            *by_key,
            {
                "slot": 6,
                "kind": "first",
                "fraction": Fraction(7, 10),
                "mark": Decimal("7.00"),
                "marker": "m1",
            },
            {
                "slot": 6,
                "kind": "second",
                "fraction": Fraction(4, 5),
                "mark": Decimal("8.00"),
                "marker": "m2",
            },
            {"slot": 3, "kind": "regrade", "fraction": Fraction(1), "mark": Decimal("2.00")},
        ],
        results=[
            {
                "score": marks.score,
                "max_score": marks.full_marks,
                "is_passed": marks.is_passed,
                "computed_at": START + timedelta(days=1),
            }
        ],
    )


ATTEMPT = _attempt()
DRAWN = [slot["item"] for slot in ATTEMPT["slots"]]


def signed(bundle: dict[str, Any]) -> dict[str, Any]:
    return loaded(bundles.signed(bundle, PUBLIC, lambda message: KEY.sign(message).hex()))


GENUINE = signed(ATTEMPT)


def wrong(bundle: dict[str, Any], key: str | None = PUBLIC) -> set[str]:
    return {finding.check for finding in check(bundle, key) if finding.outcome is Outcome.WRONG}


def test_a_genuine_bundle_has_nothing_wrong_and_says_what_was_checked() -> None:
    found = check(GENUINE, PUBLIC)
    assert [(each.check, each.outcome) for each in found] == [
        (name, Outcome.OK) for name in ("signature", "items", "paper", "journal", "scores", "result")
    ]
    assert GENUINE["results"][0]["score"] == "12.00"
    assert GENUINE["format"] == "attempt-evidence/1"
    assert GENUINE["scorer"] == scoring.SCORER


def test_without_a_key_the_report_says_that_the_key_is_that_of_the_bundle() -> None:
    notes = [each for each in check(GENUINE) if each.outcome is Outcome.NOTE]
    assert [each.check for each in notes] == ["signature"]
    assert PUBLIC in notes[0].words
    assert wrong(GENUINE, PUBLIC.upper()) == set()
    assert wrong(GENUINE, "00" * 32) == {"signature"}


def test_the_file_is_one_form_of_json_only() -> None:
    data = bundles.canonical(GENUINE)
    assert bundles.canonical(json.loads(data)) == data
    assert b": " not in data
    assert "两个选项都对".encode() in data


def _set(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(bundle: dict[str, Any]) -> None:
        *outer, last = path.split(".")
        place: Any = bundle
        for name in outer:
            place = place[int(name) if isinstance(place, list) else name]
        place[int(last) if isinstance(place, list) else last] = value

    return change


def _change(act: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], None]:
    def change(bundle: dict[str, Any]) -> None:
        act(bundle)

    return change


def _other_key(bundle: dict[str, Any]) -> None:
    """Change the key of a question, and its digest so that it fits again."""
    stated = bundle["items"][str(bundle["slots"][0]["item"])]
    stated["item"]["key"] = "A" if stated["item"]["key"] != "A" else "B"
    item = items.from_dict(stated["item"])
    assert isinstance(item, items.Item)
    stated["digest"] = items.digest(item)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (_set("attempt.seed", "feef"), {"paper"}),
        (_set("attempt.avoided", DRAWN), {"paper"}),
        (_set("attempt.barred", DRAWN[:1]), {"paper"}),
        (_change(lambda bundle: bundle["slots"].reverse()), {"paper"}),
        (_change(lambda bundle: bundle["slots"][0]["arrangement"].reverse()), {"paper"}),
        (_set("slots.0.max_mark", "2"), {"paper", "scores", "result"}),
        (_set("pool", [row for row in ATTEMPT["pool"] if row[1] != DRAWN[2]]), {"paper"}),
        (_set("pool.0", [99, 1000, 3]), {"paper"}),
        (_change(lambda bundle: bundle["journal"].pop(1)), {"journal"}),
        (_change(lambda bundle: bundle["journal"].reverse()), {"journal"}),
        (_set("journal", ATTEMPT["journal"][:5]), {"scores", "result"}),
        (_set("journal.0.key", "k2"), {"journal"}),
        (_set("journal.0.slot", 99), {"journal"}),
        (_set("journal.0.response", "Z"), {"journal"}),
        (_set("journal.6.received_at", "2026-11-23T09:50:01+00:00"), {"journal"}),
        (_set("journal.0.received_at", "2026-11-23T08:59:59+00:00"), {"journal"}),
        (_set("journal.2.response", None), {"scores", "result"}),
        (_other_key, {"scores", "result"}),
        (_set("marks.0.fraction", "1/2"), {"scores"}),
        (_set("marks.0.mark", "0.50"), {"scores"}),
        (_set("marks.0.slot", 99), {"scores"}),
        (_set("marks.0.kind", "gift"), {"scores"}),
        (_set("marks.5.fraction", "11/10"), {"scores", "result"}),
        (_set("marks.5.fraction", "-1/10"), {"scores", "result"}),
        (_set("marks.5.fraction", "1/2"), {"scores", "result"}),
        (_change(lambda bundle: bundle["marks"].pop(5)), {"result"}),
        (_set("exam.marker_tolerance_percent", 5), {"result"}),
        (_change(lambda bundle: bundle["corrections"].clear()), {"scores", "result"}),
        (_set("results.0.score", "13.01"), {"result"}),
        (_set("results.0.max_score", "17.00"), {"result"}),
        (_set("results.0.is_passed", False), {"result"}),
        (_set("exam.pass_percent", 90), {"result"}),
        (_set("exam.choice_policy", "generous"), {"form"}),
        (_set("attempt.started_at", "9 o'clock"), {"form"}),
        (_set("attempt.started_at", "2026-11-23T09:00:00"), {"form"}),
        (_set("marks.0.mark", 0.5), {"form"}),
        (_set("slots", {}), {"form"}),
    ],
)
def test_a_change_is_found_even_if_somebody_signs_it_again(
    change: Callable[[dict[str, Any]], None], found: set[str]
) -> None:
    bundle = copy.deepcopy(ATTEMPT)
    change(bundle)
    assert bundle != ATTEMPT
    assert wrong(signed(bundle)) == found
    assert "signature" in wrong({**bundle, "signature": GENUINE["signature"]})


def test_a_question_that_is_not_the_one_of_its_digest_is_found() -> None:
    bundle = copy.deepcopy(ATTEMPT)
    id_ = str(bundle["slots"][0]["item"])
    bundle["items"][id_]["item"]["stem"] += "？"
    assert wrong(signed(bundle)) == {"items"}
    del bundle["items"][id_]
    assert "items" in wrong(signed(bundle))


def test_a_draw_that_was_not_recorded_and_another_scorer_are_noted() -> None:
    bundle = copy.deepcopy(ATTEMPT)
    del bundle["attempt"]["avoided"]
    bundle["scorer"] = "scorer/0"
    found = check(signed(bundle), PUBLIC)
    assert [each.check for each in found if each.outcome is Outcome.NOTE] == ["scorer", "paper"]
    assert not [each for each in found if each.outcome is Outcome.WRONG]


def test_a_late_save_within_the_tolerance_and_an_attempt_without_a_result_are_in_order() -> None:
    bundle = copy.deepcopy(ATTEMPT)
    bundle["attempt"]["ended_at"] = bundle["attempt"]["closes_at"]
    bundle["journal"][6]["received_at"] = "2026-11-23T10:00:05+00:00"
    assert wrong(signed(bundle)) == set()
    bundle["journal"][6]["received_at"] = "2026-11-23T10:00:05.001+00:00"
    assert wrong(signed(bundle)) == {"journal"}
    bundle = copy.deepcopy(ATTEMPT)
    bundle["results"], bundle["marks"], bundle["attempt"]["ended_at"] = [], [], None
    assert wrong(signed(bundle)) == set()


@pytest.mark.parametrize(
    "signature",
    [
        None,
        {},
        {**GENUINE["signature"], "algorithm": "none"},
        {**GENUINE["signature"], "value": "00" * 64},
        {**GENUINE["signature"], "value": "xyz"},
        {**GENUINE["signature"], "value": 5},
        {**GENUINE["signature"], "public_key": "00"},
        {**GENUINE["signature"], "public_key": "11" * 32},
    ],
)
def test_no_signature_and_a_made_up_one_are_found(signature: object) -> None:
    assert wrong({**GENUINE, "signature": signature}, None) == {"signature"}


def test_the_command_reports_and_returns_its_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bundle.json"
    path.write_bytes(bundles.canonical(GENUINE))
    assert verify.main([str(path), "--key", PUBLIC]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines][:2] == [["ok", "signature"], ["ok", "items"]]
    assert verify.main([str(path), "--key", "00" * 32]) == 1
    assert "wrong  signature" in capsys.readouterr().out
    assert verify.main([str(tmp_path / "nothing.json")]) == 2
    assert "unreadable" in capsys.readouterr().err


def test_what_a_bundle_says_cannot_write_to_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bundle.json"
    path.write_bytes(bundles.canonical(signed({**ATTEMPT, "scorer": "\x1b[2Jok"})))
    verify.main([str(path)])
    assert "\x1b" not in capsys.readouterr().out


def test_the_verifier_stands_alone(tmp_path: Path) -> None:
    """It is meant for somebody who has neither the site nor its database."""
    path = tmp_path / "bundle.json"
    path.write_bytes(bundles.canonical(GENUINE))
    program = (
        "import sys; from question_bank import verify; status = verify.main(sys.argv[1:]);"
        "assert not {'flask', 'sqlalchemy', 'learning'} & set(sys.modules); sys.exit(status)"
    )
    root = Path(__file__).parents[2]
    words = [sys.executable, "-c", program, str(path), "--key", PUBLIC]
    done = subprocess.run(words, cwd=root, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    module = [sys.executable, "-m", "question_bank.verify", str(path)]
    assert subprocess.run(module, cwd=root, capture_output=True, timeout=120).returncode == 0
