"""`python -m sandbox.provider`: whom Coterie asks, as a process: the payment provider, and who
vouches for people when they sign in."""

import os
import sys

from sandbox.clock import BusinessClock
from sandbox.database import Database
from sandbox.identity.oidc import OpenIdProvider
from sandbox.identity.wechat import WeChat
from sandbox.provider import signing
from sandbox.provider.api import MerchantApi
from sandbox.provider.control import ControlPlane
from sandbox.provider.courier import Courier
from sandbox.provider.payer import PayerPages
from sandbox.provider.schema import SCHEMA
from sandbox.settings import Settings, SettingsError
from sandbox.web import Program, WebApplication


def main() -> int:
    """Serve until SIGTERM; 2 when a setting is wrong."""
    try:
        settings = Settings.from_environment(os.environ)
    except SettingsError as error:
        print(f"sandbox provider: {error}", file=sys.stderr)
        return 2
    program = Program("sandbox-provider")
    database = Database(settings.data_dir / "provider.db", SCHEMA)
    with database.transaction() as db:
        signing.ensure_key(db)
    clock = BusinessClock(settings.clock_file)
    courier = Courier(database, clock)
    api = MerchantApi(database, clock, courier, settings.public_url, program.stopping)
    application = WebApplication(
        ready=lambda: None if courier.alive else "the callback courier has ended"
    )
    application.add(api.routes())
    application.add(ControlPlane(database).routes())
    application.add(PayerPages(database, clock, courier, application.page).routes())
    application.add(OpenIdProvider(settings.public_url, application.page).routes())
    application.add(WeChat(application.page).routes())
    server = program.bind(application, settings.host, settings.provider_port)
    courier.start()
    try:
        program.serve(server, application)
    finally:
        courier.stop()
        database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
