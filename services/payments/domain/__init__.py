"""What is true about prices, coupons, orders and money: pure, without clock or database."""
