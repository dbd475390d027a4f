"""What the tests of every level share: nodes, fresh environments, probes."""
