"""What was planned: budgets, their thresholds, forecasts and alerts."""
