"""Cities, products and campaigns of the sample sales. Cities and climates are real, the chain is made up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class City:
    """A city and its climate: the year's mean in °C, how far summer lies above it, the share of wet days."""

    name: str
    country: str
    warmth: float
    swing: float
    wet: float


@dataclass(frozen=True, kw_only=True)
class Product:
    """A product: its price in U.S. dollars, the quantity sold on an ordinary day, and when demand differs."""

    name: str
    category: str
    price: float
    daily: float
    heat: float = 0.0
    """Change of demand per 10 °C above 12 °C."""
    weekend: float = 1.0
    """Demand on a weekend day, of that on a weekday."""
    months: tuple[int, ...] = tuple(range(1, 13))
    """When it is on the menu."""


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """A promotion: how much more is sold, for how much less."""

    name: str
    uplift: float
    discount: float


CAMPAIGNS = (
    Campaign(name="None", uplift=1.0, discount=0.0),
    Campaign(name="Discount 20%", uplift=1.38, discount=0.2),
    Campaign(name="Two for One", uplift=1.7, discount=0.4),
    Campaign(name="Loyalty Week", uplift=1.15, discount=0.0),
)

# Ordered so that the first few stores are already in all three countries.
CITIES = (
    City(name="Seattle", country="USA", warmth=11.5, swing=7, wet=0.42),
    City(name="Québec", country="Canada", warmth=4.5, swing=15.5, wet=0.45),
    City(name="Ciudad de México", country="Mexico", warmth=16.5, swing=2.5, wet=0.33),
    City(name="New York", country="USA", warmth=13, swing=12, wet=0.33),
    City(name="Toronto", country="Canada", warmth=9, swing=13, wet=0.38),
    City(name="Guadalajara", country="Mexico", warmth=20, swing=3.5, wet=0.28),
    City(name="Chicago", country="USA", warmth=10.5, swing=13.5, wet=0.34),
    City(name="Montréal", country="Canada", warmth=7, swing=15.5, wet=0.42),
    City(name="Mérida", country="Mexico", warmth=26.5, swing=3, wet=0.30),
    City(name="Austin", country="USA", warmth=20.5, swing=9.5, wet=0.23),
    City(name="Vancouver", country="Canada", warmth=10.5, swing=7, wet=0.45),
    City(name="Monterrey", country="Mexico", warmth=22.5, swing=7, wet=0.19),
    City(name="Miami", country="USA", warmth=25, swing=4.5, wet=0.37),
    City(name="Calgary", country="Canada", warmth=4.5, swing=12.5, wet=0.30),
    City(name="Querétaro", country="Mexico", warmth=18.5, swing=3, wet=0.22),
    City(name="San Diego", country="USA", warmth=17.5, swing=4, wet=0.11),
    City(name="Trois-Rivières", country="Canada", warmth=5.5, swing=15.5, wet=0.43),
    City(name="Cancún", country="Mexico", warmth=26.5, swing=2.5, wet=0.36),
)

PRICES = {"USA": 1.0, "Canada": 1.05, "Mexico": 0.62}
"""Level of prices and of wages; all prices are in one currency."""

PRODUCTS = (
    Product(name="Espresso", category="Coffee", price=2.9, daily=38, weekend=0.8),
    Product(name="Americano", category="Coffee", price=3.4, daily=46, heat=-0.05, weekend=0.8),
    Product(name="Caffè Latte", category="Coffee", price=4.6, daily=64, heat=-0.08),
    Product(name="Cappuccino", category="Coffee", price=4.4, daily=48, heat=-0.08),
    Product(name="Flat White", category="Coffee", price=4.7, daily=22, heat=-0.05),
    Product(name="Café de Olla", category="Coffee", price=3.8, daily=14, heat=-0.08, weekend=1.3),
    Product(name="Cold Brew", category="Cold Drinks", price=4.9, daily=26, heat=0.35),
    Product(name="Iced Latte", category="Cold Drinks", price=5.1, daily=24, heat=0.4, weekend=1.1),
    Product(name="Chai Latte", category="Tea", price=4.5, daily=13, heat=-0.1, weekend=1.1),
    Product(name="Green Tea", category="Tea", price=3.2, daily=9),
    Product(
        name="Hot Chocolate", category="Seasonal", price=4.2, daily=18, weekend=1.4, months=(1, 2, 11, 12)
    ),
    Product(name="Pumpkin Spice Latte", category="Seasonal", price=5.6, daily=30, months=(9, 10, 11)),
    Product(name="Croissant", category="Bakery", price=3.3, daily=34, weekend=1.2),
    Product(name="Blueberry Muffin", category="Bakery", price=3.6, daily=21, weekend=1.2),
    Product(name="House Blend 340 g", category="Beans", price=14.5, daily=6, weekend=1.6),
    Product(name="Single Origin 250 g", category="Beans", price=17.9, daily=3, weekend=1.6),
)
