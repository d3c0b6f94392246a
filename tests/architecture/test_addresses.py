"""Who may come to an address is decided when the address is made."""

from tests.web.addresses import ADDRESSES, addresses


def test_each_address_of_the_product_stands_in_the_table_of_who_is_let_in() -> None:
    """`tests/web/test_every_address.py` knocks at each of them."""
    assert {name for name, _ in addresses()} == set(ADDRESSES)
