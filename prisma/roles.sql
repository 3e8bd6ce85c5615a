-- The application's role owns nothing; the books and the audit log only grow (house decision 4).
grant usage on schema public to lintuan_app;
grant select, insert, update, delete on all tables in schema public to lintuan_app;
grant usage, select on all sequences in schema public to lintuan_app;
grant execute on all functions in schema public to lintuan_app;
revoke update, delete, truncate on journal, posting, journal_seal, audit_entry, stock_allotment, refund_line, price_change from lintuan_app;
revoke delete, truncate on comment from lintuan_app;
revoke all on _prisma_migrations, sql_function_source from lintuan_app;
-- the health check asks whether every migration has been applied
grant select on _prisma_migrations to lintuan_app;
