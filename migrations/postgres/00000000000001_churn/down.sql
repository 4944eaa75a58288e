DROP TABLE IF EXISTS churn_totals;
DROP TABLE IF EXISTS churn_days;
DROP TABLE IF EXISTS churn_path_months;
