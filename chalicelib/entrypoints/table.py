"""Every route there is: what it answers, to whom, and the function that does.

The module of a function is imported when its first request comes: a container that starts for the
overview has no use for what prices an estimate.
"""

from chalicelib.accounts import Role
from chalicelib.entrypoints.routes import ANYONE, Route

TENANT, OPERATOR = Role.TENANT, Role.OPERATOR
_ACCOUNT, _ISSUER = "/admin/accounts/{account}", "/admin/issuers/{issuer}"
_AGREEMENTS = _ACCOUNT + "/agreements"
_INVOICE, _STATEMENT = "/invoices/{document}", "/statements/{period}"
_RUNS, _BANK = "/admin/billing-runs", "/admin/bank-statements"
_UNPOSTED = "/admin/gateways/unposted/{event}"
_RUN_OF_ACCOUNT = _RUNS + "/{period}/accounts/{account}"

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
    Route("GET", "/invoices", TENANT, "invoice_routes.list_invoices"),
    Route("GET", _INVOICE, TENANT, "invoice_routes.show_invoice"),
    Route("GET", _INVOICE + "/pdf", TENANT, "invoice_routes.download_invoice"),
    Route("GET", _INVOICE + "/xml", TENANT, "invoice_routes.download_electronic_invoice"),
    Route("POST", _INVOICE + "/pay", TENANT, "invoice_routes.pay_invoice"),
    Route("GET", "/wallet", TENANT, "wallet_routes.show_wallet"),
    Route("POST", "/wallet/top-ups", TENANT, "wallet_routes.buy_top_up"),
    Route("GET", _STATEMENT, TENANT, "statement_routes.show_statement"),
    Route("GET", _STATEMENT + "/csv", TENANT, "statement_routes.download_statement_table"),
    Route("GET", _STATEMENT + "/pdf", TENANT, "statement_routes.download_statement"),
    Route("POST", "/webhooks/stripe", ANYONE, "gateway_routes.take_stripe_event"),
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
    Route("GET", "/admin/issuers", OPERATOR, "issuer_routes.list_issuers"),
    Route("GET", _ISSUER, OPERATOR, "issuer_routes.show_issuer"),
    Route("PUT", _ISSUER, OPERATOR, "issuer_routes.put_issuer"),
    Route("PUT", _ISSUER + "/logo", OPERATOR, "issuer_routes.put_logo"),
    Route("GET", _ACCOUNT + "/billing", OPERATOR, "billing_detail_routes.show_billing_details"),
    Route("PUT", _ACCOUNT + "/billing", OPERATOR, "billing_detail_routes.put_billing_details"),
    Route("POST", _ACCOUNT + "/enforcement", OPERATOR, "dunning_routes.enforce"),
    Route("GET", _RUNS, OPERATOR, "billing_run_routes.show_billing_run"),
    Route("POST", _RUNS, OPERATOR, "billing_run_routes.start_billing_run"),
    Route("POST", _RUN_OF_ACCOUNT, OPERATOR, "billing_run_routes.issue_anyway"),
    Route("GET", "/admin/documents", OPERATOR, "number_routes.list_documents"),
    Route("GET", "/admin/payments", OPERATOR, "payment_routes.list_payments"),
    Route("POST", "/admin/payments", OPERATOR, "payment_routes.record_payment"),
    Route("POST", "/admin/refunds", OPERATOR, "payment_routes.record_refund"),
    Route("POST", "/admin/allocations", OPERATOR, "payment_routes.allocate_credit"),
    Route("POST", _BANK, OPERATOR, "bank_statement_routes.record_bank_statement"),
    Route("POST", _BANK + "/preview", OPERATOR, "bank_statement_routes.preview_bank_statement"),
    Route("GET", "/admin/top-ups", OPERATOR, "top_up_routes.list_top_ups"),
    Route("POST", "/admin/top-ups", OPERATOR, "top_up_routes.record_top_up"),
    Route("POST", "/admin/credit-notes", OPERATOR, "correction_routes.issue_credit_note"),
    Route("POST", "/admin/write-offs", OPERATOR, "correction_routes.write_off"),
    Route("POST", "/admin/void", OPERATOR, "correction_routes.void_invoice"),
    Route("GET", "/admin/dunning", OPERATOR, "dunning_routes.list_dunning"),
    Route("GET", "/admin/trial-balance", OPERATOR, "trial_balance_routes.show_trial_balance"),
    Route("GET", "/admin/gateways", OPERATOR, "gateway_routes.show_gateways"),
    Route("POST", _UNPOSTED, OPERATOR, "gateway_routes.try_again"),
    Route("DELETE", _UNPOSTED, OPERATOR, "gateway_routes.dismiss"),
)
