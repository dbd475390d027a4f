"""How a purchase is named after what it pays for."""


def purchase_id_of(subject_ref: str) -> str:
    """The id of the purchase of a subject: `trm_X` gives `pur_X`, so its owner needs not ask."""
    return "pur_" + subject_ref.partition("_")[2]


def term_id_of(purchase_id: str) -> str:
    """The term that a purchase with such an id pays for."""
    return "trm_" + purchase_id.partition("_")[2]
