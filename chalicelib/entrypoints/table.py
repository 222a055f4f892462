"""Every route there is: what it answers, to whom, and the function that does.

The module of a function is imported when its first request comes: a container that starts for the
overview has no use for what prices an estimate.
"""

from chalicelib.accounts import Role
from chalicelib.entrypoints.routes import ANYONE, Route

TENANT, OPERATOR = Role.TENANT, Role.OPERATOR
_AGREEMENTS = "/admin/accounts/{account}/agreements"

ROUTES = (
    Route("POST", "/session", ANYONE, "session_routes.open_session"),
    Route("GET", "/session", TENANT, "session_routes.who_am_i"),
    Route("DELETE", "/session", ANYONE, "session_routes.close_session"),
    Route("GET", "/overview", TENANT, "cost_routes.show_overview"),
    Route("GET", "/costs", TENANT, "cost_routes.show_costs"),
    Route("GET", "/charges", TENANT, "charge_routes.show_charges"),
    Route("GET", "/charges/{line}", TENANT, "charge_routes.show_workings"),
    Route("POST", "/estimates", TENANT, "estimate_routes.show_estimate"),
    Route("GET", "/usage", TENANT, "usage_routes.show_usage"),
    Route("GET", "/budgets", TENANT, "budget_routes.list_budgets"),
    Route("PUT", "/budgets/{budget_id}", TENANT, "budget_routes.put_budget"),
    Route("DELETE", "/budgets/{budget_id}", TENANT, "budget_routes.delete_budget"),
    Route("GET", "/alerts", TENANT, "budget_routes.list_alerts"),
    Route("GET", "/catalogue", TENANT, "catalogue_routes.show_catalogue"),
    Route("GET", "/admin/accounts", OPERATOR, "operator_routes.list_accounts"),
    Route("PUT", "/admin/accounts/{account}", OPERATOR, "operator_routes.put_terms"),
    Route("GET", _AGREEMENTS, OPERATOR, "agreement_routes.list_agreements"),
    Route("POST", _AGREEMENTS, OPERATOR, "agreement_routes.agree"),
    Route("POST", _AGREEMENTS + "/{agreement}/end", OPERATOR, "agreement_routes.end_agreement"),
    Route("GET", "/admin/rate-cards", OPERATOR, "rate_card_routes.list_rate_cards"),
    Route("POST", "/admin/rate-cards", OPERATOR, "rate_card_routes.add_rate_card"),
    Route("GET", "/admin/rate-cards/file", OPERATOR, "rate_card_routes.download_rate_card"),
    Route("GET", "/admin/missing-prices", OPERATOR, "missing_routes.list_missing_prices"),
    Route("GET", "/admin/quota-tariffs", OPERATOR, "quota_routes.draft_rate_card"),
    Route("GET", "/admin/exchange-rates", OPERATOR, "exchange_rate_routes.list_exchange_rates"),
    Route("POST", "/admin/exchange-rates", OPERATOR, "exchange_rate_routes.add_exchange_rate"),
    Route("GET", "/admin/windows", OPERATOR, "collection_routes.list_windows"),
    Route("GET", "/admin/holds", OPERATOR, "collection_routes.list_holds"),
    Route("GET", "/admin/rejects", OPERATOR, "collection_routes.list_rejects"),
    Route("GET", "/admin/decisions", OPERATOR, "collection_routes.list_decisions"),
    Route("POST", "/admin/decisions", OPERATOR, "collection_routes.add_decision"),
    Route("POST", "/admin/runs", OPERATOR, "collection_routes.start_run"),
    Route("GET", "/admin/roll-ups", OPERATOR, "roll_up_routes.list_roll_ups"),
    Route("POST", "/admin/roll-ups", OPERATOR, "roll_up_routes.create_roll_up"),
    Route("POST", "/admin/roll-ups/{roll_up}/end", OPERATOR, "roll_up_routes.set_end"),
)
