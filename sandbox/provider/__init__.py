"""The payment provider: merchants' API, payer's page, signed callbacks, scripted faults."""
