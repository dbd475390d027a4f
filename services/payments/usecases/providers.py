"""The payment providers of this process, by name."""

from collections.abc import Mapping

from services.payments.adapters.provider import Provider

Providers = Mapping[str, Provider]
