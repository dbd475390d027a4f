"""What only a process of its own may do with the toy: print its topology, make its databases.

python -m tests.kit.toy.prepare topology
python -m tests.kit.toy.prepare migrate <owner url> <database>  (once per service)
"""

import json
import sys

from chassis import mongo
from chassis.migrate import migrate
from chassis.topology import build
from tests.kit.toy.services import EVENTS, GATEWAY, NOTIFICATIONS


def main(command: str, *arguments: str) -> None:
    if command == "topology":
        print(json.dumps(build([EVENTS, NOTIFICATIONS, GATEWAY])))
        return
    for service in (EVENTS, NOTIFICATIONS):
        url, name = arguments[:2]
        arguments = arguments[2:]
        client = mongo.connect(url, application="toy-migrate")
        assert service.schema is not None
        migrate(mongo.open_database(client, name), service.schema, print)


main(*sys.argv[1:])
