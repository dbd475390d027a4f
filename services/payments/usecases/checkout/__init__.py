"""From a purchase over a quote to an order."""
