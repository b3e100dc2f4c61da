"""Which language a page is in, by a library's model."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_SURE = 0.9  # probability below which the model's answer is not taken
_SAMPLE = 400  # characters; the model is as sure of every page seen as with all of them


@cache
def _identifier() -> LanguageIdentifier:
    # With numpy it takes a second to load, and most pages come with their language.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def detect_language(text: str) -> str | None:
    """Returns the ISO 639-1 code of a text's language, or None if that is not certain.

    Judged by the middle of the text, where a page has sentences rather than labels.
    """
    start = max(0, (len(text) - _SAMPLE) // 2)
    language, probability = _identifier().classify(text[start : start + _SAMPLE])
    return str(language) if probability >= _SURE else None
