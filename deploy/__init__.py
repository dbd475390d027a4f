"""Everything that runs Coterie: local development, provisioning, containers."""
