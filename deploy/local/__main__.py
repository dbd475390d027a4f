import sys
from deploy.local.nodes import Nodes
from pathlib import Path

n = Nodes(Path(sys.argv[1]))
n.control.launch()
print(n.start())
print(n.ports)
