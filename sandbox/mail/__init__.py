"""The mail sink: an SMTP server that delivers nothing and a web inbox that shows everything."""
