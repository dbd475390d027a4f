"""`python -m sandbox.mail`: the mail sink as a process."""

import os
import sys

from sandbox.clock import BusinessClock
from sandbox.database import Database
from sandbox.mail.inbox import SCHEMA
from sandbox.mail.sms import SmsGateway
from sandbox.mail.smtp import smtp_server
from sandbox.mail.web import InboxPages
from sandbox.settings import Settings, SettingsError
from sandbox.web import Program, WebApplication


def main() -> int:
    """Serve until SIGTERM; 2 when a setting is wrong, 1 when a port is in use."""
    try:
        settings = Settings.from_environment(os.environ)
    except SettingsError as error:
        print(f"sandbox mail: {error}", file=sys.stderr)
        return 2
    program = Program("sandbox-mail")
    database = Database(settings.data_dir / "mail.db", SCHEMA)
    application = WebApplication(ready=lambda: None)
    application.add(InboxPages(database, application.page).routes())
    clock = BusinessClock(settings.clock_file)
    application.add(SmsGateway(database, clock).routes())
    server = program.bind(application, settings.host, settings.mail_port)
    smtp = smtp_server(database, clock, settings.host, settings.smtp_port)
    try:
        smtp.start()
    except OSError as error:
        print(f"sandbox mail: SMTP port {settings.smtp_port}: {error}", file=sys.stderr)
        return 1
    try:
        program.serve(server, application)
    finally:
        smtp.stop()
        database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
