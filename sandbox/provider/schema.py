"""Tables of the provider. Times are business time in milliseconds, amounts minor units."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS signing_keys (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    serial TEXT NOT NULL UNIQUE,
    private_key_pem TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS merchants (
    merchant_id TEXT PRIMARY KEY,
    api_key_sha256 TEXT NOT NULL UNIQUE
);

CREATE TABLE IF NOT EXISTS payments (
    provider_payment_id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL,
    out_trade_no TEXT NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    description TEXT NOT NULL,
    notify_url TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER,
    closed_ms INTEGER,
    UNIQUE (merchant_id, out_trade_no)
);

-- Where the page leads its payer afterwards, and payments that failed there.
CREATE TABLE IF NOT EXISTS ways_back (
    provider_payment_id TEXT PRIMARY KEY REFERENCES payments,
    return_url TEXT,
    cancel_url TEXT
);
CREATE TABLE IF NOT EXISTS failures (
    provider_payment_id TEXT PRIMARY KEY REFERENCES payments,
    failed_ms INTEGER NOT NULL
);

-- Money that a payer gave. A second row for one payment is "paid in two channels".
CREATE TABLE IF NOT EXISTS captures (
    transaction_id TEXT PRIMARY KEY,
    provider_payment_id TEXT NOT NULL REFERENCES payments,
    amount INTEGER NOT NULL,
    captured_ms INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS captures_of_payment ON captures (provider_payment_id);

CREATE TABLE IF NOT EXISTS refunds (
    merchant_id TEXT NOT NULL,
    out_refund_no TEXT NOT NULL,
    provider_refund_id TEXT NOT NULL,
    provider_payment_id TEXT NOT NULL REFERENCES payments,
    amount INTEGER NOT NULL,
    reason TEXT NOT NULL,
    notify_url TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('processing', 'succeeded', 'failed')),
    created_ms INTEGER NOT NULL,
    settle_ms INTEGER NOT NULL,
    settled_ms INTEGER,
    PRIMARY KEY (merchant_id, out_refund_no)
);
CREATE INDEX IF NOT EXISTS refunds_of_payment ON refunds (provider_payment_id);
CREATE INDEX IF NOT EXISTS refunds_to_settle ON refunds (settle_ms) WHERE state = 'processing';

-- The schedule of callbacks: one row per copy to be sent, kept when it is done.
CREATE TABLE IF NOT EXISTS deliveries (
    delivery_id INTEGER PRIMARY KEY AUTOINCREMENT,
    merchant_id TEXT NOT NULL,
    out_trade_no TEXT NOT NULL,
    notification_id TEXT NOT NULL,
    type TEXT NOT NULL,
    variant TEXT NOT NULL,
    notify_url TEXT NOT NULL,
    body BLOB NOT NULL,
    retried INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    -- What must be answered before this one may leave: 'delivery:<id>' or 'refund:<payment id>'.
    held_by TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due_ms)
    WHERE done = 0 AND held_by IS NULL;
CREATE INDEX IF NOT EXISTS deliveries_held ON deliveries (held_by) WHERE held_by IS NOT NULL;

CREATE TABLE IF NOT EXISTS scripts (
    scope TEXT NOT NULL CHECK (scope IN ('merchant', 'trade', 'payment')),
    key TEXT NOT NULL,
    script TEXT NOT NULL,
    PRIMARY KEY (scope, key)
);

CREATE TABLE IF NOT EXISTS faults (
    merchant_id TEXT NOT NULL,
    operation TEXT NOT NULL,
    kind TEXT NOT NULL,
    times INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    PRIMARY KEY (merchant_id, operation)
);

-- What happened, in order; only ever appended to.
CREATE TABLE IF NOT EXISTS journal (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    merchant_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS journal_of_merchant ON journal (merchant_id, position);
"""

# Emptied by DELETE /control. Signing keys stay: receivers have fetched their public halves.
RESET_TABLES = (
    "journal",
    "faults",
    "scripts",
    "deliveries",
    "refunds",
    "captures",
    "failures",
    "ways_back",
    "payments",
    "merchants",
)
