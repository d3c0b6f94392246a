"""Local servers that speak the remote systems' HTTP contracts, for trying the product and for its tests."""
