"""What the payments service answers and tells: plans, prices, purchases, orders, money.

One module for each aggregate; callers import from here. Rules: `product.md` §3; purchases across
services: `architecture.md` §5a.
"""

from contracts.payments.accounts import *
from contracts.payments.attempts import *
from contracts.payments.changes import *
from contracts.payments.coupons import *
from contracts.payments.events import *
from contracts.payments.ledger import *
from contracts.payments.offers import *
from contracts.payments.order_lists import *
from contracts.payments.orders import *
from contracts.payments.plans import *
from contracts.payments.progress import *
from contracts.payments.purchases import *
from contracts.payments.refund_requests import *
from contracts.payments.revenue import *
from contracts.payments.transfers import *
