"""What each operation needs a token or an API key to be good for: that of what it reads or changes.

A scope that reads more than its name says would give a key that was made for one thing all others,
so the table stands here once more, to be read.
"""

from gateway.routes import ROUTES

# Of the operations that take API keys, all.
OF_KEYS = {
    "communities:read": (
        "get_dashboard get_membership_report export_membership_report"
        " get_community_history list_blocks"
    ),
    "communities:write": "create_community change_community change_form change_reasons",
    "roles:read": "list_roles get_role_history",
    "applications:read": "get_application get_application_file",
    "reviews:read": (
        "list_applications list_review_queue get_screening try_screening get_voucher_record"
        " get_reasons"
    ),
    "memberships:read": (
        "get_join get_membership list_memberships export_memberships get_membership_counts"
        " get_import list_import_rows export_import_rows"
    ),
    "memberships:write": "change_profile create_import import_upload",
    "meetups:read": "get_meetup list_meetups count_meetups get_meetup_history",
    "meetups:host": (
        "create_meetup change_meetup publish_meetup close_registration cancel_meetup"
        " select_registrations check_in undo_check_in"
    ),
    "registrations:read": (
        "get_registration list_registrations count_registrations list_guests"
        " get_registration_history"
    ),
    "payments:read": (
        "get_order list_orders count_orders get_order_history get_purchase get_refund_preview"
        " get_refund_request list_refund_requests count_refund_requests get_refund_request_history"
        " list_due_refunds list_transfers count_transfers get_provider_account"
        " list_provider_accounts get_ledger get_sales get_revenue"
        " get_coupon list_coupons count_coupons get_coupon_history get_plan_history"
    ),
    "payments:write": (
        "create_plan change_plan put_plan_on_sale pause_plan close_plan"
        " create_coupon change_coupon pause_coupon resume_coupon end_coupon"
    ),
    "notifications:read": "get_delivery_summary",
    "requests:read": "get_request",
    "operators:read": "list_operators get_erasure",
}
# Of those that people alone do, what is not about the person themselves.
OF_PEOPLE = {
    "communities:read": "list_api_keys list_invitations",
    "communities:write": (
        "create_api_key revoke_api_key change_link_hosts create_invitation revoke_invitation"
    ),
    "roles:write": "grant_role revoke_role",
    "reviews:read": "get_application_history list_notes",
    "reviews:write": (
        "claim_application approve_application reject_application request_info"
        " add_note remove_note decide_applications"
    ),
    "memberships:read": "get_membership_history",
    "operators:read": (
        "list_system_api_keys export_person_membership_data export_person_payments_data"
        " export_person_events_data export_person_notifications_data"
    ),
    "operators:write": (
        "create_system_api_key grant_operator revoke_operator start_erasure withdraw_erasure"
        " end_sessions"
    ),
}


def test_a_key_is_good_for_what_its_scopes_are_called() -> None:
    """H-33: members by that of members, money by that of money; none reads nearly everything."""
    found: dict[str, set[str]] = {}
    for route in ROUTES:
        if route.rpc.who.takes_keys:
            found.setdefault(str(route.scope), set()).add(route.operation_id)
    assert found == {scope: set(names.split()) for scope, names in OF_KEYS.items()}


def test_what_people_alone_do_has_the_scope_of_its_object() -> None:
    by_name = {route.operation_id: route for route in ROUTES}
    for scope, names in OF_PEOPLE.items():
        for name in names.split():
            assert by_name[name].scope == scope, name
            assert not by_name[name].rpc.who.takes_keys, name


def test_what_only_reads_needs_a_scope_that_only_reads() -> None:
    """H-33: so a key for lists changes nothing, and one to change something reads nothing by it."""
    for route in ROUTES:
        if route.scope is not None:
            reads = route.scope.endswith(":read")
            asks = route.method == "GET" or route.operation_id == "try_screening"
            assert reads == asks, route.operation_id
