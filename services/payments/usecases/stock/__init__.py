"""What is held for whom: places of the ladder and uses of coupons."""
