"""Which language a page is in, by a library's model."""

from __future__ import annotations

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_SURE = 0.9  # probability below which the model's answer is not taken


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def detect_language(text: str) -> str | None:
    """Returns the ISO 639-1 code of a text's language, or None if that is not certain."""
    language, probability = _identifier().classify(text)
    return str(language) if probability >= _SURE else None
