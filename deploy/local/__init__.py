"""The whole system on one developer's machine: private broker and database, supervisor, set-up."""
