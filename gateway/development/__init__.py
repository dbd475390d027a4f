"""What a gateway has in development only: a page to start from, and the business clock."""
