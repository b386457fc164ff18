"""Short trials on copies of a network: the cheapest experiments that tell."""
