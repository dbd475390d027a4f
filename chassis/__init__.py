"""What every deployable needs and no business: built on nameko extensions, kombu and pymongo."""
