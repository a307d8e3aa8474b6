"""Words, sentences, paragraphs."""

from typing import Final

from hubbub.templates import draws
from hubbub.templates.faker.words import listed
from hubbub.templates.limits import MOST_ITEMS
from hubbub.templates.problems import Unfit
from hubbub.templates.scope import Scope
from hubbub.templates.signature import Draw, Function, Known, Param, count

FEWEST, MOST = 6, 12
"""Words of a sentence."""


def _words() -> list[str]:
    return [word for word in listed("text", "words") if len(word) > 1 and word.isalpha()]


def _word() -> Draw:
    return draws.picked(_words())


def _some_words(number: int) -> Draw:
    words = _words()
    size = len(words)
    return lambda scope: " ".join([words[int(scope.draw() * size)] for _ in range(number)])


def _sentence(number: int | None) -> Draw:
    words = _words()
    size = len(words)

    def draw(scope: Scope) -> str:
        length = FEWEST + int(scope.draw() * (MOST - FEWEST + 1)) if number is None else number
        said = " ".join([words[int(scope.draw() * size)] for _ in range(length)])
        return f"{said[:1].upper()}{said[1:]}."

    return draw


def _sentences(number: int) -> Draw:
    if number > MOST_ITEMS // MOST:
        raise Unfit(f"more than {MOST_ITEMS // MOST} sentences")
    return draws.joined(" ".join(["%s"] * number), *[_sentence(None)] * number)


def _slug(number: int) -> Draw:
    return draws.changed(_some_words(number), lambda words: words.lower().replace(" ", "-"))


PROSE: Final = (
    Function("faker.word", _word, "A word.", "faker.word", gives=Known.PLAIN),
    Function("faker.words", _some_words, "Some words.", "faker.words 3", (Param("number", count, 3),), gives=Known.PLAIN),
    Function("faker.sentence", _sentence, "A sentence of 6 to 12 words, or of so many.", "faker.sentence", (Param("words", count, None),), gives=Known.PLAIN),
    Function("faker.sentences", _sentences, "Some sentences.", "faker.sentences 2", (Param("number", count, 3),), gives=Known.PLAIN),
    Function("faker.paragraph", _sentences, "Four sentences, or so many.", "faker.paragraph", (Param("sentences", count, 4),), gives=Known.PLAIN),
    Function("faker.slug", _slug, "Words as they stand in a URL.", "faker.slug", (Param("words", count, 3),), gives=Known.PLAIN),
)  # fmt: skip
