"""Every code the check-up can give has a sentence that its facts can fill."""

import ast
import string
from pathlib import Path
from typing import Final

from khms_trader import errors
from khms_trader.cli.sentences import SENTENCES
from khms_trader.cli.texts.doctor_texts import DOCTOR_TEXTS

SOURCE: Final = Path(errors.__file__).parent
FILES: Final = [SOURCE / "planning/checkup.py", *SOURCE.glob("bootstrap/doctor*.py")]
NOT_CHECKS: Final = {"init_secrets_exist", "init_texts_missing", "practice_needs_init"}


def codes() -> set[str]:
    """Return every text that looks like a code of ours, wherever it stands."""
    trees = [ast.parse(path.read_text("utf-8")) for path in FILES]
    trees.append(ast.parse((SOURCE / "cli/doctor.py").read_text("utf-8")))
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith("check_")
        and node.value != "check_"
    }


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    given = {code for code in DOCTOR_TEXTS if code.startswith("check_")}

    assert codes() == given
    assert set(DOCTOR_TEXTS) - given == NOT_CHECKS | {"database_damaged"}


def test_the_texts_are_among_all_sentences() -> None:
    assert {code: SENTENCES[code] for code in DOCTOR_TEXTS} == DOCTOR_TEXTS


def test_a_problem_says_what_to_do() -> None:
    no_remedy = {"check_keys_real", "check_lock_held"}  # nothing is to be mended
    stems = ("세요", "만듭니다", "받습니다", "씁니다")
    fine = ("_fits", "_fit", "_fresh", "_free")
    warnings = [
        code
        for code, text in DOCTOR_TEXTS.items()
        if any(word in code for word in ("too_", "wrong", "stale", "missing", "tracks"))
        and code not in no_remedy
        and not code.endswith(fine)
        and not any(stem in text for stem in stems)
    ]

    assert warnings == []


def test_no_sentence_asks_for_a_fact_that_is_secret() -> None:
    names = {
        name
        for text in DOCTOR_TEXTS.values()
        for _, name, _, _ in string.Formatter().parse(text)
        if name
    }

    assert names.isdisjoint({"app_key", "app_secret", "account_no", "token", "value"})
