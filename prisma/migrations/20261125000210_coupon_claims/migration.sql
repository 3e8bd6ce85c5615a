-- What a supplier bears of the coupons it funds stands on its statement as a claim; what a refund gives back of it, as a negative one.
alter type claim_kind add value 'coupon';
create index coupon_share_funder_id_idx on coupon_share (funder_id) where funder_id is not null;
