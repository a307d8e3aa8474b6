"""Commerce: companies, products, money."""

from typing import Final

from hubbub.templates import draws
from hubbub.templates.faker.codes import CURRENCIES
from hubbub.templates.faker.people import last_names
from hubbub.templates.faker.words import listed
from hubbub.templates.problems import Unfit
from hubbub.templates.scope import Scope
from hubbub.templates.signature import Draw, Function, Known, Param, number

QUALITIES: Final = (
    "Awesome", "Classic", "Compact", "Durable", "Elegant", "Ergonomic", "Fantastic", "Generic", "Gorgeous", "Handcrafted", "Handmade",
    "Incredible", "Intelligent", "Licensed", "Lightweight", "Modern", "Practical", "Recycled", "Refined", "Rustic", "Sleek", "Small",
    "Smart", "Sturdy", "Tasty", "Unbranded", "Vintage", "Wireless",
)  # fmt: skip
MATERIALS: Final = (
    "Aluminum", "Bamboo", "Bronze", "Ceramic", "Concrete", "Cotton", "Glass", "Gold", "Granite", "Leather", "Linen", "Marble", "Metal",
    "Paper", "Plastic", "Rubber", "Silk", "Steel", "Wooden", "Wool",
)  # fmt: skip
THINGS: Final = (
    "Backpack", "Ball", "Bike", "Bottle", "Bowl", "Camera", "Chair", "Clock", "Computer", "Desk", "Gloves", "Hat", "Headphones", "Jacket",
    "Kettle", "Keyboard", "Knife", "Lamp", "Mouse", "Mug", "Notebook", "Pants", "Pen", "Pillow", "Plate", "Shelf", "Shirt", "Shoes", "Soap",
    "Sofa", "Speaker", "Table", "Towel", "Umbrella", "Wallet", "Watch",
)  # fmt: skip
DEPARTMENTS: Final = (
    "Automotive", "Baby", "Beauty", "Books", "Clothing", "Computers", "Electronics", "Games", "Garden", "Grocery", "Health", "Home",
    "Jewelry", "Movies", "Music", "Outdoors", "Shoes", "Sports", "Tools", "Toys",
)  # fmt: skip
COMPANIES: Final = (
    "%s Inc",
    "%s LLC",
    "%s Ltd",
    "%s Group",
    "%s and Sons",
    "%s Brothers",
    "%s Partners",
    "%s Industries",
)
CARDS: Final = ("Visa", "Mastercard", "American Express", "Discover")


def _product_name() -> Draw:
    qualities, materials, things = len(QUALITIES), len(MATERIALS), len(THINGS)

    def draw(scope: Scope) -> str:
        dice = scope.draw
        quality, material = QUALITIES[int(dice() * qualities)], MATERIALS[int(dice() * materials)]
        return f"{quality} {material} {THINGS[int(dice() * things)]}"

    return draw


def _quality() -> Draw:
    return draws.picked(QUALITIES)


def _material() -> Draw:
    return draws.picked(MATERIALS)


def _department() -> Draw:
    return draws.picked(DEPARTMENTS)


def _sku() -> Draw:
    return draws.joined("%s-%s", draws.characters(draws.SMALL.upper(), 3), draws.digits(5))


def _ean() -> Draw:
    return draws.changed(draws.digits(12), lambda digits: digits + _ean_check(digits))


def _ean_check(digits: str) -> str:
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return str(-weighted % 10)


def _price(low: float, high: float) -> Draw:
    draw = draws.whole(round(low * 100), round(high * 100))

    def price(scope: Scope) -> float:
        cents = draw(scope)
        return cents / 100 if isinstance(cents, int) else low

    return price


def _company() -> Draw:
    names, forms = last_names(), COMPANIES
    many, kinds = len(names), len(forms)
    return lambda scope: forms[int(scope.draw() * kinds)] % names[int(scope.draw() * many)]


def _currency_code() -> Draw:
    return draws.picked(CURRENCIES)


def _bank() -> Draw:
    return draws.joined("%s Bank", draws.picked(last_names()))


def _iban() -> Draw:
    """German, with digits that check out (ISO 7064)."""
    return draws.changed(draws.digits(18), lambda digits: f"DE{98 - int(f'{digits}131400') % 97:02}{digits}")


def _bic() -> Draw:
    return draws.joined("%sDE%s", draws.characters(draws.SMALL.upper(), 4), draws.digits(2))


def _card_number() -> Draw:
    """Sixteen digits that begin with 4 and check out (ISO 7812)."""
    return draws.changed(draws.digits(14), lambda digits: f"4{digits}{_luhn(f'4{digits}')}")


def _luhn(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 if place % 2 else 2)
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10


def _card_type() -> Draw:
    return draws.picked(CARDS)


def _food() -> Draw:
    return draws.picked(listed("food", "dishes"))


PRICES: Final = (Param("min", number, 1), Param("max", number, 1000))


def _checked_price(low: float, high: float) -> Draw:
    if not -1e12 <= low <= high <= 1e12:
        raise Unfit("prices reach to 1e12, the lower first")
    return _price(low, high)


COMMERCE: Final = (
    Function("faker.productName", _product_name, "As in Ergonomic Steel Lamp.", "faker.productName", gives=Known.PLAIN),
    Function("faker.productAdjective", _quality, "As in Ergonomic.", "faker.productAdjective", gives=Known.PLAIN),
    Function("faker.productMaterial", _material, "As in Steel.", "faker.productMaterial", gives=Known.PLAIN),
    Function("faker.department", _department, "Of a shop.", "faker.department", gives=Known.PLAIN),
    Function("faker.sku", _sku, "A number in stock, as in ABC-12345.", "faker.sku", gives=Known.PLAIN),
    Function("faker.ean", _ean, "An article number of 13 digits that check out.", "faker.ean", gives=Known.PLAIN),
    Function("faker.price", _checked_price, "A number with two digits behind the point.", "faker.price 5 100", PRICES, gives=Known.NUMBER),
    Function("faker.company", _company, "A company.", "faker.company", gives=Known.PLAIN),
    Function("faker.currencyCode", _currency_code, "Three letters (ISO 4217).", "faker.currencyCode", gives=Known.PLAIN),
    Function("faker.bank", _bank, "A bank.", "faker.bank", gives=Known.PLAIN),
    Function("faker.iban", _iban, "An account number that checks out.", "faker.iban", gives=Known.PLAIN),
    Function("faker.bic", _bic, "The code of a bank.", "faker.bic", gives=Known.PLAIN),
    Function("faker.creditCardNumber", _card_number, "A card number that checks out.", "faker.creditCardNumber", gives=Known.PLAIN),
    Function("faker.creditCardType", _card_type, "Who issues the card.", "faker.creditCardType", gives=Known.PLAIN),
    Function("faker.dish", _food, "Something to eat.", "faker.dish", gives=Known.PLAIN),
)  # fmt: skip
