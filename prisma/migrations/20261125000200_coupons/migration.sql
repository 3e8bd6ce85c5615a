-- Coupons: who last changed and who activated a template, the sweep's path to what expires, and when a home was named.
alter table coupon_template
  add column changed_by text, add column activated_by text, add column activated_at timestamptz(3), add column ended_at timestamptz(3);
create index coupon_expiring on coupon (expires_at) where state = 'open';
alter table resident add column household_at timestamptz(3);
