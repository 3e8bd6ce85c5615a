-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "after_sale_state" AS ENUM ('applied', 'approved', 'rejected', 'refunding', 'refunded', 'cancelled');

-- CreateEnum
CREATE TYPE "after_sale_reason" AS ENUM ('quality', 'damaged', 'missing', 'wrong', 'noReason');

-- CreateEnum
CREATE TYPE "session_state" AS ENUM ('draft', 'published', 'cutOff', 'locked', 'finished', 'cancelled');

-- CreateEnum
CREATE TYPE "offer_layer" AS ENUM ('session', 'flash', 'group');

-- CreateEnum
CREATE TYPE "offer_state" AS ENUM ('draft', 'active', 'paused', 'closed');

-- CreateEnum
CREATE TYPE "slot_state" AS ENUM ('draft', 'published', 'cancelled');

-- CreateEnum
CREATE TYPE "product_state" AS ENUM ('draft', 'submitted', 'returned', 'approved', 'archived');

-- CreateEnum
CREATE TYPE "uncollected_policy" AS ENUM ('writeOff', 'return');

-- CreateEnum
CREATE TYPE "bearer" AS ENUM ('supplier', 'warehouse', 'driver', 'leader', 'platform', 'customer');

-- CreateEnum
CREATE TYPE "import_state" AS ENUM ('checking', 'ready', 'committed', 'failed');

-- CreateEnum
CREATE TYPE "rule_scope" AS ENUM ('default', 'level', 'category', 'product', 'campaign');

-- CreateEnum
CREATE TYPE "delivery_state" AS ENUM ('preparing', 'loaded', 'arrived', 'signed');

-- CreateEnum
CREATE TYPE "uncollected_outcome" AS ENUM ('collected', 'writtenOff', 'refunded', 'returned');

-- CreateEnum
CREATE TYPE "user_kind" AS ENUM ('operator', 'supplier', 'leader');

-- CreateEnum
CREATE TYPE "user_state" AS ENUM ('invited', 'active', 'disabled');

-- CreateEnum
CREATE TYPE "role" AS ENUM ('administrator', 'merchandiser', 'operations', 'finance', 'support', 'auditor', 'warehouse', 'driver');

-- CreateEnum
CREATE TYPE "supplier_role" AS ENUM ('owner', 'staff');

-- CreateEnum
CREATE TYPE "leader_state" AS ENUM ('active', 'paused', 'left');

-- CreateEnum
CREATE TYPE "account_kind" AS ENUM ('asset', 'liability', 'revenue', 'expense');

-- CreateEnum
CREATE TYPE "message_channel" AS ENUM ('sms', 'mail', 'wechat');

-- CreateEnum
CREATE TYPE "message_state" AS ENUM ('queued', 'sent', 'failed');

-- CreateEnum
CREATE TYPE "order_state" AS ENUM ('pendingPayment', 'paid', 'locked', 'inTransit', 'arrived', 'completed', 'cancelled', 'refunded');

-- CreateEnum
CREATE TYPE "commission_state" AS ENUM ('none', 'frozen', 'released', 'reversed');

-- CreateEnum
CREATE TYPE "completed_by" AS ENUM ('scan', 'clock', 'uncollected', 'refund');

-- CreateEnum
CREATE TYPE "payment_state" AS ENUM ('created', 'prepaid', 'paid', 'closing', 'closed');

-- CreateEnum
CREATE TYPE "refund_state" AS ENUM ('requested', 'submitted', 'processing', 'success', 'abnormal', 'closed');

-- CreateEnum
CREATE TYPE "transfer_state" AS ENUM ('created', 'accepted', 'processing', 'waitUserConfirm', 'transferring', 'success', 'fail', 'cancelling', 'cancelled');

-- CreateEnum
CREATE TYPE "shipping_state" AS ENUM ('pending', 'uploaded', 'failed');

-- CreateEnum
CREATE TYPE "region_level" AS ENUM ('province', 'city', 'district', 'town', 'village');

-- CreateEnum
CREATE TYPE "point_state" AS ENUM ('draft', 'open', 'paused', 'closed');

-- CreateEnum
CREATE TYPE "warehouse_kind" AS ENUM ('central', 'grid');

-- CreateEnum
CREATE TYPE "purchase_state" AS ENUM ('issued', 'accepted', 'receiving', 'received', 'cancelled');

-- CreateEnum
CREATE TYPE "statement_state" AS ENUM ('draft', 'sent', 'confirmed', 'disputed', 'approved', 'paying', 'paid');

-- CreateEnum
CREATE TYPE "withdrawal_state" AS ENUM ('requested', 'batched', 'approved', 'rejected', 'submitted', 'waitUserConfirm', 'succeeded', 'failed', 'expired', 'cancelled', 'returned');

-- CreateEnum
CREATE TYPE "batch_state" AS ENUM ('draft', 'approved', 'executed', 'cancelled');

-- CreateEnum
CREATE TYPE "subject_type" AS ENUM ('company', 'soleTrader', 'cooperative', 'farmer');

-- CreateEnum
CREATE TYPE "application_state" AS ENUM ('draft', 'submitted', 'returned', 'approved', 'rejected');

-- CreateEnum
CREATE TYPE "supplier_state" AS ENUM ('active', 'suspended');

-- CreateEnum
CREATE TYPE "contract_model" AS ENUM ('supplyPrice', 'takeRate');

-- CreateEnum
CREATE TYPE "claim_kind" AS ENUM ('shortage', 'damage', 'quality', 'penalty');

-- CreateEnum
CREATE TYPE "claim_state" AS ENUM ('open', 'stated', 'cancelled');

-- CreateTable
CREATE TABLE "after_sale" (
    "id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "order_line_id" TEXT NOT NULL,
    "resident_id" TEXT NOT NULL,
    "leader_id" TEXT NOT NULL,
    "supplier_id" TEXT NOT NULL,
    "city_id" TEXT NOT NULL,
    "reported_by" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "reason" "after_sale_reason" NOT NULL,
    "description" TEXT NOT NULL,
    "photo_file_ids" TEXT[],
    "requested_fen" BIGINT NOT NULL,
    "approved_fen" BIGINT,
    "state" "after_sale_state" NOT NULL,
    "responsible" "bearer",
    "claim_fen" BIGINT NOT NULL DEFAULT 0,
    "is_automatic" BOOLEAN NOT NULL DEFAULT false,
    "decision" TEXT,
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "refund_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "after_sale_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "origin" TEXT,
    "deed" TEXT NOT NULL,
    "subject_type" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,
    "reason" TEXT,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sale_session" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "business_day" DATE NOT NULL,
    "opens_at" TIMESTAMPTZ(3) NOT NULL,
    "cutoff_at" TIMESTAMPTZ(3) NOT NULL,
    "planned_cutoff_at" TIMESTAMPTZ(3),
    "late_notice_minutes" INTEGER NOT NULL DEFAULT 15,
    "state" "session_state" NOT NULL,
    "city_ids" TEXT[],
    "published_at" TIMESTAMPTZ(3),
    "cut_off_at" TIMESTAMPTZ(3),
    "locked_at" TIMESTAMPTZ(3),
    "snapshot_hash" TEXT,
    "cloned_from_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "sale_session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "flash_slot" (
    "id" TEXT NOT NULL,
    "sale_session_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "state" "slot_state" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,

    CONSTRAINT "flash_slot_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "offer" (
    "id" TEXT NOT NULL,
    "layer" "offer_layer" NOT NULL,
    "sale_session_id" TEXT NOT NULL,
    "flash_slot_id" TEXT,
    "sku_id" TEXT NOT NULL,
    "city_id" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "state" "offer_state" NOT NULL,
    "price_fen" BIGINT NOT NULL,
    "list_price_fen" BIGINT,
    "list_price_basis" TEXT,
    "supply_price_fen" BIGINT NOT NULL,
    "commission_bp" INTEGER,
    "per_person_limit" INTEGER,
    "stock_pool_id" TEXT NOT NULL,
    "lead_days" INTEGER NOT NULL DEFAULT 0,
    "sort" INTEGER NOT NULL DEFAULT 0,
    "successor_of_id" TEXT,

    CONSTRAINT "offer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "price_change" (
    "id" BIGSERIAL NOT NULL,
    "offer_id" TEXT NOT NULL,
    "sku_id" TEXT NOT NULL,
    "from_fen" BIGINT,
    "to_fen" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "by" TEXT NOT NULL,
    "reason" TEXT,

    CONSTRAINT "price_change_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "category" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_en" TEXT NOT NULL,
    "parent_id" TEXT,
    "picture" TEXT NOT NULL,
    "is_fresh" BOOLEAN NOT NULL,
    "completion_days" INTEGER NOT NULL,
    "after_sale_hours" INTEGER NOT NULL,
    "uncollected_policy" "uncollected_policy" NOT NULL,
    "uncollected_bearer" "bearer" NOT NULL,
    "tax_class" TEXT NOT NULL,
    "sort" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "category_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "product" (
    "id" TEXT NOT NULL,
    "supplier_id" TEXT NOT NULL,
    "category_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "spec" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "storage" TEXT NOT NULL,
    "shelf_life_days" INTEGER,
    "description" TEXT NOT NULL,
    "picture" TEXT,
    "picture_file_id" TEXT,
    "state" "product_state" NOT NULL,
    "decision" TEXT,
    "search_text" TEXT NOT NULL,
    "identity_key" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "product_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sku" (
    "id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "supplier_id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "case_pack" INTEGER NOT NULL DEFAULT 1,
    "lead_days" INTEGER NOT NULL DEFAULT 0,
    "nominal_grams" INTEGER,
    "tolerance_bp" INTEGER,
    "tax_class" TEXT NOT NULL,
    "supply_price_fen" BIGINT NOT NULL,
    "sale_price_fen" BIGINT,
    "msrp_fen" BIGINT,
    "commission_bp" INTEGER,
    "is_listed" BOOLEAN NOT NULL DEFAULT false,
    "daily_quota" INTEGER,
    "proposed_supply_fen" BIGINT,
    "proposed_at" TIMESTAMPTZ(3),

    CONSTRAINT "sku_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "price_quote" (
    "sku_id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "price_fen" BIGINT NOT NULL,
    "low_fen" BIGINT,
    "high_fen" BIGINT,
    "import_id" TEXT,

    CONSTRAINT "price_quote_pkey" PRIMARY KEY ("sku_id","day")
);

-- CreateTable
CREATE TABLE "import_run" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "file_id" TEXT NOT NULL,
    "file_name" TEXT NOT NULL,
    "supplier_id" TEXT,
    "state" "import_state" NOT NULL,
    "totals" JSONB NOT NULL,
    "problems" JSONB NOT NULL,
    "problem_count" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "committed_at" TIMESTAMPTZ(3),

    CONSTRAINT "import_run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "commission_rule" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "scope" "rule_scope" NOT NULL,
    "scope_ref" TEXT,
    "rate_bp" INTEGER NOT NULL,
    "effective_from" TIMESTAMPTZ(3) NOT NULL,
    "effective_to" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "approved_by" TEXT,
    "reason" TEXT NOT NULL,

    CONSTRAINT "commission_rule_pkey" PRIMARY KEY ("id","version")
);

-- CreateTable
CREATE TABLE "commission_release" (
    "order_line_id" TEXT NOT NULL,
    "leader_id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "journal_key" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "commission_release_pkey" PRIMARY KEY ("order_line_id")
);

-- CreateTable
CREATE TABLE "delivery" (
    "id" TEXT NOT NULL,
    "sale_session_id" TEXT NOT NULL,
    "pickup_point_id" TEXT NOT NULL,
    "route_id" TEXT NOT NULL,
    "warehouse_id" TEXT NOT NULL,
    "leader_id" TEXT,
    "city_id" TEXT NOT NULL,
    "pickup_day" DATE NOT NULL,
    "state" "delivery_state" NOT NULL,
    "token" TEXT NOT NULL,
    "pieces" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "loaded_at" TIMESTAMPTZ(3),
    "arrived_at" TIMESTAMPTZ(3),
    "due_at" TIMESTAMPTZ(3),
    "sign_due_at" TIMESTAMPTZ(3),
    "signed_at" TIMESTAMPTZ(3),
    "signed_by" TEXT,
    "notified_at" TIMESTAMPTZ(3),
    "reminded_at" TIMESTAMPTZ(3),

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery_line" (
    "id" TEXT NOT NULL,
    "delivery_id" TEXT NOT NULL,
    "sku_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "spec" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "picture" TEXT NOT NULL,
    "expected" INTEGER NOT NULL,
    "signed" INTEGER NOT NULL DEFAULT 0,
    "short" INTEGER NOT NULL DEFAULT 0,
    "damaged" INTEGER NOT NULL DEFAULT 0,
    "bearer" "bearer",
    "photo_file_id" TEXT,

    CONSTRAINT "delivery_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification" (
    "id" TEXT NOT NULL,
    "resident_id" TEXT NOT NULL,
    "pickup_point_id" TEXT NOT NULL,
    "leader_id" TEXT NOT NULL,
    "pickup_day" DATE NOT NULL,
    "request_key" TEXT NOT NULL,
    "input_hash" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "pieces" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "by" TEXT NOT NULL,
    "lines" JSONB NOT NULL,

    CONSTRAINT "verification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "uncollected_mark" (
    "order_line_id" TEXT NOT NULL,
    "pickup_point_id" TEXT NOT NULL,
    "city_id" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "policy" "uncollected_policy" NOT NULL,
    "bearer" "bearer" NOT NULL,
    "marked_at" TIMESTAMPTZ(3) NOT NULL,
    "marked_by" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),
    "outcome" "uncollected_outcome",

    CONSTRAINT "uncollected_mark_pkey" PRIMARY KEY ("order_line_id")
);

-- CreateTable
CREATE TABLE "app_user" (
    "id" TEXT NOT NULL,
    "kind" "user_kind" NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT,
    "phone_cipher" TEXT,
    "phone_index" TEXT,
    "phone_tail" TEXT,
    "password_hash" TEXT,
    "state" "user_state" NOT NULL DEFAULT 'active',
    "roles" "role"[],
    "city_ids" TEXT[],
    "site_ids" TEXT[],
    "supplier_id" TEXT,
    "supplier_role" "supplier_role",
    "leader_id" TEXT,
    "locale" TEXT,
    "failed_count" INTEGER NOT NULL DEFAULT 0,
    "locked_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_sign_in_at" TIMESTAMPTZ(3),

    CONSTRAINT "app_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_in" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "via" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "ip" TEXT,
    "user_agent" TEXT,

    CONSTRAINT "sign_in_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "one_time_code" (
    "id" TEXT NOT NULL,
    "phone_index" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "code_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "one_time_code_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invitation" (
    "token_hash" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "resident" (
    "id" TEXT NOT NULL,
    "openid" TEXT NOT NULL,
    "nickname" TEXT NOT NULL,
    "phone_cipher" TEXT,
    "phone_index" TEXT,
    "phone_tail" TEXT,
    "pickup_point_id" TEXT,
    "bound_leader_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "resident_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "refresh_token" (
    "hash" TEXT NOT NULL,
    "family" TEXT NOT NULL,
    "resident_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "refresh_token_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "attempt_guard" (
    "key" TEXT NOT NULL,
    "failures" INTEGER NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "locked_until" TIMESTAMPTZ(3),

    CONSTRAINT "attempt_guard_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "leader_application" (
    "id" TEXT NOT NULL,
    "resident_id" TEXT,
    "name" TEXT NOT NULL,
    "phone_cipher" TEXT NOT NULL,
    "phone_index" TEXT NOT NULL,
    "phone_tail" TEXT NOT NULL,
    "city_id" TEXT NOT NULL,
    "district" TEXT NOT NULL,
    "point_name" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "lat" DOUBLE PRECISION NOT NULL,
    "lng" DOUBLE PRECISION NOT NULL,
    "about" TEXT NOT NULL,
    "state" "application_state" NOT NULL,
    "decision" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "decided_by" TEXT,
    "leader_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "leader_application_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "leader" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "phone_cipher" TEXT NOT NULL,
    "phone_index" TEXT NOT NULL,
    "phone_tail" TEXT NOT NULL,
    "city_id" TEXT NOT NULL,
    "level" INTEGER NOT NULL DEFAULT 1,
    "state" "leader_state" NOT NULL,
    "openid" TEXT,
    "resident_id" TEXT,
    "real_name_cipher" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "leader_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" BIGSERIAL NOT NULL,
    "code" TEXT NOT NULL,
    "base" TEXT NOT NULL,
    "owner_id" TEXT,
    "kind" "account_kind" NOT NULL,
    "cached" BOOLEAN NOT NULL,
    "balance_fen" BIGINT NOT NULL DEFAULT 0,
    "min_fen" BIGINT,
    "max_fen" BIGINT,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "journal" (
    "id" BIGSERIAL NOT NULL,
    "idem_key" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "ref" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "business_day" DATE NOT NULL,
    "memo" TEXT,

    CONSTRAINT "journal_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "posting" (
    "id" BIGSERIAL NOT NULL,
    "journal_id" BIGINT NOT NULL,
    "account_id" BIGINT NOT NULL,
    "amount_fen" BIGINT NOT NULL,

    CONSTRAINT "posting_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "journal_seal" (
    "seq" BIGINT NOT NULL,
    "journal_id" BIGINT NOT NULL,
    "prev_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "sealed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "journal_seal_pkey" PRIMARY KEY ("journal_id")
);

-- CreateTable
CREATE TABLE "message" (
    "id" TEXT NOT NULL,
    "channel" "message_channel" NOT NULL,
    "state" "message_state" NOT NULL,
    "recipient_kind" TEXT NOT NULL,
    "recipient_id" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "template" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_try_at" TIMESTAMPTZ(3),

    CONSTRAINT "message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "customer_order" (
    "id" TEXT NOT NULL,
    "resident_id" TEXT NOT NULL,
    "request_key" TEXT NOT NULL,
    "input_hash" TEXT NOT NULL,
    "sale_session_id" TEXT NOT NULL,
    "business_day" DATE NOT NULL,
    "pickup_day" DATE NOT NULL,
    "city_id" TEXT NOT NULL,
    "pickup_point_id" TEXT NOT NULL,
    "route_id" TEXT NOT NULL,
    "warehouse_id" TEXT NOT NULL,
    "leader_id" TEXT NOT NULL,
    "attribution" TEXT NOT NULL,
    "state" "order_state" NOT NULL,
    "item_count" INTEGER NOT NULL,
    "summary" TEXT NOT NULL,
    "goods_fen" BIGINT NOT NULL,
    "coupon_fen" BIGINT NOT NULL DEFAULT 0,
    "payable_fen" BIGINT NOT NULL,
    "paid_fen" BIGINT NOT NULL DEFAULT 0,
    "refunded_fen" BIGINT NOT NULL DEFAULT 0,
    "contact_name" TEXT NOT NULL,
    "phone_tail" TEXT NOT NULL,
    "remark" TEXT,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "paid_at" TIMESTAMPTZ(3),
    "locked_at" TIMESTAMPTZ(3),
    "arrived_at" TIMESTAMPTZ(3),
    "completed_at" TIMESTAMPTZ(3),
    "cancelled_at" TIMESTAMPTZ(3),
    "cancel_reason" TEXT,

    CONSTRAINT "customer_order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_line" (
    "id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "resident_id" TEXT NOT NULL,
    "leader_id" TEXT NOT NULL,
    "pickup_point_id" TEXT NOT NULL,
    "sale_session_id" TEXT NOT NULL,
    "pickup_day" DATE NOT NULL,
    "offer_id" TEXT NOT NULL,
    "stock_pool_id" TEXT NOT NULL,
    "sku_id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "supplier_id" TEXT NOT NULL,
    "category_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "spec" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "picture" TEXT NOT NULL,
    "is_fresh" BOOLEAN NOT NULL,
    "ordered" INTEGER NOT NULL,
    "cancelled" INTEGER NOT NULL DEFAULT 0,
    "short" INTEGER NOT NULL DEFAULT 0,
    "delivered" INTEGER NOT NULL DEFAULT 0,
    "picked" INTEGER NOT NULL DEFAULT 0,
    "unclaimed" INTEGER NOT NULL DEFAULT 0,
    "returned" INTEGER NOT NULL DEFAULT 0,
    "unit_price_fen" BIGINT NOT NULL,
    "list_price_fen" BIGINT,
    "goods_fen" BIGINT NOT NULL,
    "coupon_fen" BIGINT NOT NULL DEFAULT 0,
    "paid_fen" BIGINT NOT NULL,
    "supply_price_fen" BIGINT NOT NULL,
    "refunded_fen" BIGINT NOT NULL DEFAULT 0,
    "commission_rule_id" TEXT NOT NULL,
    "commission_rule_version" INTEGER NOT NULL,
    "commission_bp" INTEGER NOT NULL,
    "commission_base_fen" BIGINT NOT NULL,
    "commission_fen" BIGINT NOT NULL,
    "commission_reversed_fen" BIGINT NOT NULL DEFAULT 0,
    "commission_state" "commission_state" NOT NULL DEFAULT 'none',
    "disputed" BOOLEAN NOT NULL DEFAULT false,
    "completes_at" TIMESTAMPTZ(3),
    "completed_at" TIMESTAMPTZ(3),
    "completed_by" "completed_by",
    "after_sale_until" TIMESTAMPTZ(3),
    "release_at" TIMESTAMPTZ(3),
    "released_at" TIMESTAMPTZ(3),

    CONSTRAINT "order_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "buyer_count" (
    "offer_id" TEXT NOT NULL,
    "resident_id" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,

    CONSTRAINT "buyer_count_pkey" PRIMARY KEY ("offer_id","resident_id")
);

-- CreateTable
CREATE TABLE "refund_line" (
    "id" BIGSERIAL NOT NULL,
    "refund_id" TEXT NOT NULL,
    "order_line_id" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "coupon_fen" BIGINT NOT NULL,
    "commission_fen" BIGINT NOT NULL,
    "cause" TEXT NOT NULL,
    "bearer" "bearer" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "refund_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pickup_code" (
    "resident_id" TEXT NOT NULL,
    "pickup_point_id" TEXT NOT NULL,
    "pickup_day" DATE NOT NULL,
    "code" TEXT NOT NULL,
    "bag_no" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "pickup_code_pkey" PRIMARY KEY ("resident_id","pickup_point_id","pickup_day")
);

-- CreateTable
CREATE TABLE "payment" (
    "id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "out_trade_no" TEXT NOT NULL,
    "resident_id" TEXT NOT NULL,
    "openid" TEXT NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "state" "payment_state" NOT NULL,
    "prepay_id" TEXT,
    "prepaid_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "transaction_id" TEXT,
    "success_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "queries" INTEGER NOT NULL DEFAULT 0,
    "next_query_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "payment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "refund" (
    "id" TEXT NOT NULL,
    "out_refund_no" TEXT NOT NULL,
    "payment_id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "resident_id" TEXT NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "cause" TEXT NOT NULL,
    "cause_id" TEXT NOT NULL,
    "state" "refund_state" NOT NULL,
    "refund_no" TEXT,
    "funds_account" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "submitted_at" TIMESTAMPTZ(3),
    "success_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "refund_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "channel_notice" (
    "id" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "notice_id" TEXT NOT NULL,
    "event_type" TEXT NOT NULL,
    "business_key" TEXT NOT NULL,
    "resource" JSONB NOT NULL,
    "success_at" TIMESTAMPTZ(3),
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "applied_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,

    CONSTRAINT "channel_notice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "transfer" (
    "id" TEXT NOT NULL,
    "out_bill_no" TEXT NOT NULL,
    "payee_id" TEXT NOT NULL,
    "source_id" TEXT NOT NULL,
    "openid" TEXT NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "state" "transfer_state" NOT NULL,
    "transfer_bill_no" TEXT,
    "package_info" TEXT,
    "fail_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "submitted_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_query_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "transfer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shipping_report" (
    "id" TEXT NOT NULL,
    "payment_id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "state" "shipping_state" NOT NULL,
    "item_desc" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "uploaded_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "shipping_report_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "region" (
    "id" TEXT NOT NULL,
    "parent_id" TEXT,
    "level" "region_level" NOT NULL,
    "name" TEXT NOT NULL,
    "name_en" TEXT NOT NULL,
    "lead_days" INTEGER,

    CONSTRAINT "region_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "warehouse" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "warehouse_kind" NOT NULL,
    "city_id" TEXT NOT NULL,
    "parent_id" TEXT,
    "address" TEXT NOT NULL,
    "unload_from" TEXT NOT NULL DEFAULT '01:00',
    "unload_to" TEXT NOT NULL DEFAULT '04:00',

    CONSTRAINT "warehouse_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "route" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "warehouse_id" TEXT NOT NULL,
    "city_id" TEXT NOT NULL,
    "lead_days" INTEGER NOT NULL DEFAULT 1,
    "depart_at" TEXT NOT NULL DEFAULT '06:00',
    "driver_id" TEXT,

    CONSTRAINT "route_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pickup_point" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "city_id" TEXT NOT NULL,
    "district" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "lat" DOUBLE PRECISION NOT NULL,
    "lng" DOUBLE PRECISION NOT NULL,
    "route_id" TEXT NOT NULL,
    "leader_id" TEXT,
    "state" "point_state" NOT NULL,
    "opens_at" TEXT NOT NULL DEFAULT '16:00',
    "closes_at" TEXT NOT NULL DEFAULT '21:00',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "pickup_point_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "calendar_day" (
    "scope" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "open" BOOLEAN NOT NULL,
    "note" TEXT NOT NULL,

    CONSTRAINT "calendar_day_pkey" PRIMARY KEY ("scope","day")
);

-- CreateTable
CREATE TABLE "outbox_event" (
    "id" BIGSERIAL NOT NULL,
    "txid" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint,
    "type" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "delivered_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,

    CONSTRAINT "outbox_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reaction_done" (
    "reaction" TEXT NOT NULL,
    "event_id" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "reaction_done_pkey" PRIMARY KEY ("reaction","event_id")
);

-- CreateTable
CREATE TABLE "setting" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "changed_by" TEXT NOT NULL,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "stored_file" (
    "id" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "owner_kind" TEXT NOT NULL,
    "owner_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "mime" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,

    CONSTRAINT "stored_file_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "demo_clock" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "offset_ms" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "demo_clock_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_record" (
    "principal" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "input_hash" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "body" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_record_pkey" PRIMARY KEY ("principal","route","key")
);

-- CreateTable
CREATE TABLE "sql_function_source" (
    "name" TEXT NOT NULL,
    "checksum" TEXT NOT NULL,

    CONSTRAINT "sql_function_source_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "purchase_order" (
    "id" TEXT NOT NULL,
    "sale_session_id" TEXT NOT NULL,
    "supplier_id" TEXT NOT NULL,
    "warehouse_id" TEXT NOT NULL,
    "city_id" TEXT NOT NULL,
    "pickup_day" DATE NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "state" "purchase_state" NOT NULL,
    "snapshot_hash" TEXT NOT NULL,
    "pieces" INTEGER NOT NULL,
    "total_fen" BIGINT NOT NULL,
    "accepted_fen" BIGINT NOT NULL DEFAULT 0,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,
    "auto_accept_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),
    "accepted_by" TEXT,
    "unload_from_at" TIMESTAMPTZ(3) NOT NULL,
    "unload_to_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3),

    CONSTRAINT "purchase_order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "purchase_order_line" (
    "id" TEXT NOT NULL,
    "purchase_order_id" TEXT NOT NULL,
    "sku_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "spec" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "picture" TEXT NOT NULL,
    "needed" INTEGER NOT NULL,
    "from_remainder" INTEGER NOT NULL DEFAULT 0,
    "case_pack" INTEGER NOT NULL,
    "cases" INTEGER NOT NULL,
    "pieces" INTEGER NOT NULL,
    "supply_price_fen" BIGINT NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "accepted" INTEGER NOT NULL DEFAULT 0,
    "short" INTEGER NOT NULL DEFAULT 0,
    "damaged" INTEGER NOT NULL DEFAULT 0,
    "is_received" BOOLEAN NOT NULL DEFAULT false,
    "received_at" TIMESTAMPTZ(3),

    CONSTRAINT "purchase_order_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "receipt" (
    "id" TEXT NOT NULL,
    "purchase_order_id" TEXT NOT NULL,
    "request_key" TEXT NOT NULL,
    "input_hash" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "by" TEXT NOT NULL,

    CONSTRAINT "receipt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "receipt_line" (
    "id" BIGSERIAL NOT NULL,
    "receipt_id" TEXT NOT NULL,
    "purchase_order_line_id" TEXT NOT NULL,
    "sku_id" TEXT NOT NULL,
    "accepted" INTEGER NOT NULL,
    "short" INTEGER NOT NULL,
    "damaged" INTEGER NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "photo_file_id" TEXT,
    "note" TEXT,

    CONSTRAINT "receipt_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "case_remainder" (
    "supplier_id" TEXT NOT NULL,
    "sku_id" TEXT NOT NULL,
    "warehouse_id" TEXT NOT NULL,
    "pieces" INTEGER NOT NULL,
    "value_fen" BIGINT NOT NULL,

    CONSTRAINT "case_remainder_pkey" PRIMARY KEY ("supplier_id","sku_id","warehouse_id")
);

-- CreateTable
CREATE TABLE "supplier_statement" (
    "id" TEXT NOT NULL,
    "supplier_id" TEXT NOT NULL,
    "from_day" DATE NOT NULL,
    "to_day" DATE NOT NULL,
    "state" "statement_state" NOT NULL,
    "opening_fen" BIGINT NOT NULL,
    "receipts_fen" BIGINT NOT NULL,
    "claims_fen" BIGINT NOT NULL,
    "adjustments_fen" BIGINT NOT NULL,
    "closing_fen" BIGINT NOT NULL,
    "payable_fen" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "sent_at" TIMESTAMPTZ(3),
    "sent_by" TEXT,
    "disputed_at" TIMESTAMPTZ(3),
    "confirmed_at" TIMESTAMPTZ(3),
    "confirmed_by" TEXT,
    "approved_at" TIMESTAMPTZ(3),
    "approved_by" TEXT,
    "pay_attempts" INTEGER NOT NULL DEFAULT 0,
    "paid_at" TIMESTAMPTZ(3),
    "paid_by" TEXT,
    "payment_ref" TEXT,

    CONSTRAINT "supplier_statement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "statement_line" (
    "id" TEXT NOT NULL,
    "statement_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "source_id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "words" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "evidence" JSONB NOT NULL,

    CONSTRAINT "statement_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "statement_note" (
    "id" BIGSERIAL NOT NULL,
    "statement_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "author_name" TEXT NOT NULL,
    "author_kind" TEXT NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "statement_note_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "withdrawal" (
    "id" TEXT NOT NULL,
    "leader_id" TEXT NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "tax_fen" BIGINT NOT NULL DEFAULT 0,
    "net_fen" BIGINT NOT NULL,
    "state" "withdrawal_state" NOT NULL,
    "batch_id" TEXT,
    "out_bill_no" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "approved_at" TIMESTAMPTZ(3),
    "submitted_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "fail_reason" TEXT,

    CONSTRAINT "withdrawal_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payout_batch" (
    "id" TEXT NOT NULL,
    "state" "batch_state" NOT NULL,
    "count" INTEGER NOT NULL,
    "total_fen" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "made_by" TEXT NOT NULL,
    "made_by_name" TEXT NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,
    "checked_by" TEXT,
    "checked_by_name" TEXT,
    "checked_at" TIMESTAMPTZ(3),
    "executed_at" TIMESTAMPTZ(3),

    CONSTRAINT "payout_batch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stock_pool" (
    "id" TEXT NOT NULL,
    "sku_id" TEXT NOT NULL,
    "city_id" TEXT NOT NULL,
    "quota" INTEGER NOT NULL,
    "held" INTEGER NOT NULL DEFAULT 0,
    "sold" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stock_pool_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stock_allotment" (
    "id" BIGSERIAL NOT NULL,
    "pool_id" TEXT NOT NULL,
    "delta" INTEGER NOT NULL,
    "why" TEXT NOT NULL,
    "ref" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stock_allotment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "supplier_application" (
    "id" TEXT NOT NULL,
    "resume_hash" TEXT NOT NULL,
    "state" "application_state" NOT NULL,
    "subject_type" "subject_type" NOT NULL,
    "name" TEXT NOT NULL,
    "credit_code" TEXT,
    "contact_name" TEXT NOT NULL,
    "phone_cipher" TEXT,
    "phone_index" TEXT,
    "phone_tail" TEXT,
    "identity_index" TEXT,
    "fields" JSONB NOT NULL,
    "verdicts" JSONB NOT NULL,
    "agreement_version" TEXT,
    "agreed_at" TIMESTAMPTZ(3),
    "round" INTEGER NOT NULL DEFAULT 1,
    "supplier_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "submitted_at" TIMESTAMPTZ(3),
    "decided_at" TIMESTAMPTZ(3),
    "decided_by" TEXT,
    "decision" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "supplier_application_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "supplier" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "subject_type" "subject_type" NOT NULL,
    "credit_code" TEXT,
    "identity_cipher" TEXT,
    "identity_index" TEXT,
    "identity_tail" TEXT,
    "legal_name" TEXT,
    "address" TEXT,
    "contact_name" TEXT NOT NULL,
    "phone_cipher" TEXT NOT NULL,
    "phone_index" TEXT NOT NULL,
    "phone_tail" TEXT NOT NULL,
    "bank_name" TEXT,
    "bank_holder" TEXT,
    "bank_account_cipher" TEXT,
    "bank_account_tail" TEXT,
    "state" "supplier_state" NOT NULL,
    "category_ids" TEXT[],
    "city_ids" TEXT[],
    "auto_accept_minutes" INTEGER NOT NULL DEFAULT 20,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "supplier_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "supplier_document" (
    "id" TEXT NOT NULL,
    "application_id" TEXT,
    "supplier_id" TEXT,
    "kind" TEXT NOT NULL,
    "file_id" TEXT NOT NULL,
    "number" TEXT,
    "expires_day" DATE,
    "reminded_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "supplier_document_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "supplier_contract" (
    "id" TEXT NOT NULL,
    "supplier_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "model" "contract_model" NOT NULL,
    "take_rate_bp" INTEGER,
    "cycle_days" INTEGER NOT NULL,
    "shortage_penalty_bp" INTEGER NOT NULL DEFAULT 0,
    "effective_from" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,

    CONSTRAINT "supplier_contract_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "supplier_claim" (
    "id" TEXT NOT NULL,
    "supplier_id" TEXT NOT NULL,
    "kind" "claim_kind" NOT NULL,
    "state" "claim_state" NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "source_type" TEXT NOT NULL,
    "source_id" TEXT NOT NULL,
    "evidence" JSONB NOT NULL,
    "journal_key" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "supplier_claim_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "after_sale_state_due_at_idx" ON "after_sale"("state", "due_at");

-- CreateIndex
CREATE INDEX "after_sale_order_id_idx" ON "after_sale"("order_id");

-- CreateIndex
CREATE INDEX "after_sale_resident_id_id_idx" ON "after_sale"("resident_id", "id");

-- CreateIndex
CREATE INDEX "after_sale_leader_id_id_idx" ON "after_sale"("leader_id", "id");

-- CreateIndex
CREATE INDEX "after_sale_supplier_id_id_idx" ON "after_sale"("supplier_id", "id");

-- CreateIndex
CREATE INDEX "audit_entry_subject_type_subject_id_id_idx" ON "audit_entry"("subject_type", "subject_id", "id");

-- CreateIndex
CREATE INDEX "audit_entry_actor_id_id_idx" ON "audit_entry"("actor_id", "id");

-- CreateIndex
CREATE INDEX "audit_entry_deed_id_idx" ON "audit_entry"("deed", "id");

-- CreateIndex
CREATE INDEX "audit_entry_at_idx" ON "audit_entry"("at");

-- CreateIndex
CREATE INDEX "sale_session_business_day_id_idx" ON "sale_session"("business_day", "id");

-- CreateIndex
CREATE INDEX "sale_session_state_cutoff_at_idx" ON "sale_session"("state", "cutoff_at");

-- CreateIndex
CREATE INDEX "sale_session_cities" ON "sale_session" USING GIN ("city_ids");

-- CreateIndex
CREATE INDEX "flash_slot_sale_session_id_idx" ON "flash_slot"("sale_session_id");

-- CreateIndex
CREATE INDEX "flash_slot_starts_at_idx" ON "flash_slot"("starts_at");

-- CreateIndex
CREATE INDEX "offer_sale_session_id_layer_idx" ON "offer"("sale_session_id", "layer");

-- CreateIndex
CREATE INDEX "offer_flash_slot_id_idx" ON "offer"("flash_slot_id");

-- CreateIndex
CREATE INDEX "offer_sku_id_starts_at_idx" ON "offer"("sku_id", "starts_at");

-- CreateIndex
CREATE INDEX "offer_city_id_starts_at_idx" ON "offer"("city_id", "starts_at");

-- CreateIndex
CREATE INDEX "price_change_offer_id_idx" ON "price_change"("offer_id");

-- CreateIndex
CREATE INDEX "price_change_sku_id_at_idx" ON "price_change"("sku_id", "at");

-- CreateIndex
CREATE INDEX "product_state_id_idx" ON "product"("state", "id");

-- CreateIndex
CREATE INDEX "product_category_id_idx" ON "product"("category_id");

-- CreateIndex
CREATE INDEX "product_supplier_id_id_idx" ON "product"("supplier_id", "id");

-- CreateIndex
CREATE INDEX "product_search" ON "product" USING GIN ("search_text" gin_trgm_ops);

-- CreateIndex
CREATE UNIQUE INDEX "product_supplier_id_identity_key_key" ON "product"("supplier_id", "identity_key");

-- CreateIndex
CREATE INDEX "sku_product_id_idx" ON "sku"("product_id");

-- CreateIndex
CREATE INDEX "sku_supplier_id_idx" ON "sku"("supplier_id");

-- CreateIndex
CREATE INDEX "sku_is_listed_id_idx" ON "sku"("is_listed", "id");

-- CreateIndex
CREATE INDEX "sku_proposed_at_idx" ON "sku"("proposed_at");

-- CreateIndex
CREATE UNIQUE INDEX "sku_code_key" ON "sku"("code");

-- CreateIndex
CREATE INDEX "price_quote_import_id_idx" ON "price_quote"("import_id");

-- CreateIndex
CREATE INDEX "import_run_kind_id_idx" ON "import_run"("kind", "id");

-- CreateIndex
CREATE INDEX "import_run_supplier_id_id_idx" ON "import_run"("supplier_id", "id");

-- CreateIndex
CREATE INDEX "commission_rule_scope_scope_ref_idx" ON "commission_rule"("scope", "scope_ref");

-- CreateIndex
CREATE INDEX "commission_release_leader_id_day_idx" ON "commission_release"("leader_id", "day");

-- CreateIndex
CREATE INDEX "commission_release_journal_key_idx" ON "commission_release"("journal_key");

-- CreateIndex
CREATE UNIQUE INDEX "delivery_token_key" ON "delivery"("token");

-- CreateIndex
CREATE INDEX "delivery_pickup_day_state_idx" ON "delivery"("pickup_day", "state");

-- CreateIndex
CREATE INDEX "delivery_route_id_pickup_day_idx" ON "delivery"("route_id", "pickup_day");

-- CreateIndex
CREATE INDEX "delivery_leader_id_pickup_day_idx" ON "delivery"("leader_id", "pickup_day");

-- CreateIndex
CREATE INDEX "delivery_state_sign_due_at_idx" ON "delivery"("state", "sign_due_at");

-- CreateIndex
CREATE UNIQUE INDEX "delivery_sale_session_id_pickup_point_id_pickup_day_key" ON "delivery"("sale_session_id", "pickup_point_id", "pickup_day");

-- CreateIndex
CREATE UNIQUE INDEX "delivery_line_delivery_id_sku_id_key" ON "delivery_line"("delivery_id", "sku_id");

-- CreateIndex
CREATE UNIQUE INDEX "verification_request_key_key" ON "verification"("request_key");

-- CreateIndex
CREATE INDEX "verification_pickup_point_id_pickup_day_id_idx" ON "verification"("pickup_point_id", "pickup_day", "id");

-- CreateIndex
CREATE INDEX "verification_resident_id_pickup_day_idx" ON "verification"("resident_id", "pickup_day");

-- CreateIndex
CREATE INDEX "uncollected_mark_settled_at_due_at_idx" ON "uncollected_mark"("settled_at", "due_at");

-- CreateIndex
CREATE INDEX "uncollected_mark_pickup_point_id_idx" ON "uncollected_mark"("pickup_point_id");

-- CreateIndex
CREATE UNIQUE INDEX "app_user_email_key" ON "app_user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "app_user_leader_id_key" ON "app_user"("leader_id");

-- CreateIndex
CREATE INDEX "app_user_supplier_id_idx" ON "app_user"("supplier_id");

-- CreateIndex
CREATE INDEX "app_user_kind_id_idx" ON "app_user"("kind", "id");

-- CreateIndex
CREATE UNIQUE INDEX "app_user_kind_phone_index_key" ON "app_user"("kind", "phone_index");

-- CreateIndex
CREATE INDEX "sign_in_user_id_id_idx" ON "sign_in"("user_id", "id");

-- CreateIndex
CREATE INDEX "one_time_code_phone_index_purpose_created_at_idx" ON "one_time_code"("phone_index", "purpose", "created_at");

-- CreateIndex
CREATE INDEX "invitation_user_id_idx" ON "invitation"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "resident_openid_key" ON "resident"("openid");

-- CreateIndex
CREATE INDEX "resident_phone_index_idx" ON "resident"("phone_index");

-- CreateIndex
CREATE INDEX "resident_phone_tail_idx" ON "resident"("phone_tail");

-- CreateIndex
CREATE INDEX "refresh_token_family_idx" ON "refresh_token"("family");

-- CreateIndex
CREATE INDEX "refresh_token_resident_id_idx" ON "refresh_token"("resident_id");

-- CreateIndex
CREATE INDEX "attempt_guard_last_at_idx" ON "attempt_guard"("last_at");

-- CreateIndex
CREATE INDEX "leader_application_state_id_idx" ON "leader_application"("state", "id");

-- CreateIndex
CREATE INDEX "leader_application_phone_index_idx" ON "leader_application"("phone_index");

-- CreateIndex
CREATE INDEX "leader_application_resident_id_idx" ON "leader_application"("resident_id");

-- CreateIndex
CREATE UNIQUE INDEX "leader_phone_index_key" ON "leader"("phone_index");

-- CreateIndex
CREATE UNIQUE INDEX "leader_openid_key" ON "leader"("openid");

-- CreateIndex
CREATE UNIQUE INDEX "leader_resident_id_key" ON "leader"("resident_id");

-- CreateIndex
CREATE INDEX "leader_city_id_state_idx" ON "leader"("city_id", "state");

-- CreateIndex
CREATE UNIQUE INDEX "account_code_key" ON "account"("code");

-- CreateIndex
CREATE INDEX "account_base_owner_id_idx" ON "account"("base", "owner_id");

-- CreateIndex
CREATE INDEX "account_owner_id_idx" ON "account"("owner_id");

-- CreateIndex
CREATE UNIQUE INDEX "journal_idem_key_key" ON "journal"("idem_key");

-- CreateIndex
CREATE INDEX "journal_ref_idx" ON "journal"("ref");

-- CreateIndex
CREATE INDEX "journal_type_id_idx" ON "journal"("type", "id");

-- CreateIndex
CREATE INDEX "journal_business_day_idx" ON "journal"("business_day");

-- CreateIndex
CREATE INDEX "posting_journal_id_idx" ON "posting"("journal_id");

-- CreateIndex
CREATE INDEX "posting_account_id_id_idx" ON "posting"("account_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "journal_seal_seq_key" ON "journal_seal"("seq");

-- CreateIndex
CREATE INDEX "message_recipient_kind_recipient_id_id_idx" ON "message"("recipient_kind", "recipient_id", "id");

-- CreateIndex
CREATE INDEX "message_state_id_idx" ON "message"("state", "id");

-- CreateIndex
CREATE INDEX "customer_order_sale_session_id_state_idx" ON "customer_order"("sale_session_id", "state");

-- CreateIndex
CREATE INDEX "customer_order_state_id_idx" ON "customer_order"("state", "id");

-- CreateIndex
CREATE INDEX "customer_order_city_id_id_idx" ON "customer_order"("city_id", "id");

-- CreateIndex
CREATE INDEX "customer_order_leader_id_id_idx" ON "customer_order"("leader_id", "id");

-- CreateIndex
CREATE INDEX "customer_order_pickup_point_id_pickup_day_idx" ON "customer_order"("pickup_point_id", "pickup_day");

-- CreateIndex
CREATE INDEX "customer_order_pickup_day_state_idx" ON "customer_order"("pickup_day", "state");

-- CreateIndex
CREATE INDEX "customer_order_business_day_id_idx" ON "customer_order"("business_day", "id");

-- CreateIndex
CREATE INDEX "customer_order_resident_id_id_idx" ON "customer_order"("resident_id", "id");

-- CreateIndex
CREATE INDEX "customer_order_phone_tail_id_idx" ON "customer_order"("phone_tail", "id");

-- CreateIndex
CREATE INDEX "customer_order_paid_at_idx" ON "customer_order"("paid_at");

-- CreateIndex
CREATE UNIQUE INDEX "customer_order_resident_id_request_key_key" ON "customer_order"("resident_id", "request_key");

-- CreateIndex
CREATE INDEX "order_line_order_id_idx" ON "order_line"("order_id");

-- CreateIndex
CREATE INDEX "order_line_sku_id_sale_session_id_idx" ON "order_line"("sku_id", "sale_session_id");

-- CreateIndex
CREATE INDEX "order_line_leader_id_release_at_idx" ON "order_line"("leader_id", "release_at");

-- CreateIndex
CREATE INDEX "order_line_pickup_point_id_pickup_day_idx" ON "order_line"("pickup_point_id", "pickup_day");

-- CreateIndex
CREATE INDEX "order_line_supplier_id_sale_session_id_idx" ON "order_line"("supplier_id", "sale_session_id");

-- CreateIndex
CREATE INDEX "order_line_completed_at_completes_at_idx" ON "order_line"("completed_at", "completes_at");

-- CreateIndex
CREATE INDEX "order_line_commission_state_release_at_idx" ON "order_line"("commission_state", "release_at");

-- CreateIndex
CREATE INDEX "order_line_resident_id_offer_id_idx" ON "order_line"("resident_id", "offer_id");

-- CreateIndex
CREATE INDEX "refund_line_refund_id_idx" ON "refund_line"("refund_id");

-- CreateIndex
CREATE INDEX "refund_line_order_line_id_idx" ON "refund_line"("order_line_id");

-- CreateIndex
CREATE UNIQUE INDEX "pickup_code_pickup_point_id_pickup_day_code_key" ON "pickup_code"("pickup_point_id", "pickup_day", "code");

-- CreateIndex
CREATE UNIQUE INDEX "pickup_code_pickup_point_id_pickup_day_bag_no_key" ON "pickup_code"("pickup_point_id", "pickup_day", "bag_no");

-- CreateIndex
CREATE UNIQUE INDEX "payment_order_id_key" ON "payment"("order_id");

-- CreateIndex
CREATE UNIQUE INDEX "payment_out_trade_no_key" ON "payment"("out_trade_no");

-- CreateIndex
CREATE UNIQUE INDEX "payment_transaction_id_key" ON "payment"("transaction_id");

-- CreateIndex
CREATE INDEX "payment_state_next_query_at_idx" ON "payment"("state", "next_query_at");

-- CreateIndex
CREATE UNIQUE INDEX "refund_out_refund_no_key" ON "refund"("out_refund_no");

-- CreateIndex
CREATE UNIQUE INDEX "refund_refund_no_key" ON "refund"("refund_no");

-- CreateIndex
CREATE INDEX "refund_order_id_idx" ON "refund"("order_id");

-- CreateIndex
CREATE INDEX "refund_state_next_attempt_at_idx" ON "refund"("state", "next_attempt_at");

-- CreateIndex
CREATE UNIQUE INDEX "refund_cause_cause_id_order_id_key" ON "refund"("cause", "cause_id", "order_id");

-- CreateIndex
CREATE INDEX "channel_notice_business_key_idx" ON "channel_notice"("business_key");

-- CreateIndex
CREATE INDEX "channel_notice_applied_at_received_at_idx" ON "channel_notice"("applied_at", "received_at");

-- CreateIndex
CREATE UNIQUE INDEX "channel_notice_provider_notice_id_key" ON "channel_notice"("provider", "notice_id");

-- CreateIndex
CREATE UNIQUE INDEX "transfer_out_bill_no_key" ON "transfer"("out_bill_no");

-- CreateIndex
CREATE UNIQUE INDEX "transfer_source_id_key" ON "transfer"("source_id");

-- CreateIndex
CREATE INDEX "transfer_state_next_query_at_idx" ON "transfer"("state", "next_query_at");

-- CreateIndex
CREATE UNIQUE INDEX "shipping_report_payment_id_key" ON "shipping_report"("payment_id");

-- CreateIndex
CREATE INDEX "shipping_report_state_next_attempt_at_idx" ON "shipping_report"("state", "next_attempt_at");

-- CreateIndex
CREATE INDEX "region_parent_id_idx" ON "region"("parent_id");

-- CreateIndex
CREATE INDEX "region_level_idx" ON "region"("level");

-- CreateIndex
CREATE INDEX "route_warehouse_id_idx" ON "route"("warehouse_id");

-- CreateIndex
CREATE INDEX "pickup_point_leader_id_idx" ON "pickup_point"("leader_id");

-- CreateIndex
CREATE INDEX "pickup_point_route_id_idx" ON "pickup_point"("route_id");

-- CreateIndex
CREATE INDEX "pickup_point_lat_lng_idx" ON "pickup_point"("lat", "lng");

-- CreateIndex
CREATE INDEX "pickup_point_city_id_state_idx" ON "pickup_point"("city_id", "state");

-- CreateIndex
CREATE UNIQUE INDEX "pickup_point_city_id_name_key" ON "pickup_point"("city_id", "name");

-- CreateIndex
CREATE INDEX "outbox_event_delivered_at_id_idx" ON "outbox_event"("delivered_at", "id");

-- CreateIndex
CREATE INDEX "stored_file_owner_kind_owner_id_idx" ON "stored_file"("owner_kind", "owner_id");

-- CreateIndex
CREATE INDEX "idempotency_record_at_idx" ON "idempotency_record"("at");

-- CreateIndex
CREATE INDEX "purchase_order_supplier_id_id_idx" ON "purchase_order"("supplier_id", "id");

-- CreateIndex
CREATE INDEX "purchase_order_state_auto_accept_at_idx" ON "purchase_order"("state", "auto_accept_at");

-- CreateIndex
CREATE INDEX "purchase_order_warehouse_id_pickup_day_idx" ON "purchase_order"("warehouse_id", "pickup_day");

-- CreateIndex
CREATE UNIQUE INDEX "purchase_order_sale_session_id_supplier_id_warehouse_id_pic_key" ON "purchase_order"("sale_session_id", "supplier_id", "warehouse_id", "pickup_day", "version");

-- CreateIndex
CREATE INDEX "purchase_order_line_sku_id_idx" ON "purchase_order_line"("sku_id");

-- CreateIndex
CREATE UNIQUE INDEX "purchase_order_line_purchase_order_id_sku_id_supply_price_f_key" ON "purchase_order_line"("purchase_order_id", "sku_id", "supply_price_fen");

-- CreateIndex
CREATE UNIQUE INDEX "receipt_request_key_key" ON "receipt"("request_key");

-- CreateIndex
CREATE INDEX "receipt_purchase_order_id_idx" ON "receipt"("purchase_order_id");

-- CreateIndex
CREATE INDEX "receipt_line_purchase_order_line_id_idx" ON "receipt_line"("purchase_order_line_id");

-- CreateIndex
CREATE INDEX "supplier_statement_state_id_idx" ON "supplier_statement"("state", "id");

-- CreateIndex
CREATE INDEX "supplier_statement_supplier_id_id_idx" ON "supplier_statement"("supplier_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "supplier_statement_supplier_id_from_day_to_day_key" ON "supplier_statement"("supplier_id", "from_day", "to_day");

-- CreateIndex
CREATE INDEX "statement_line_statement_id_id_idx" ON "statement_line"("statement_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "statement_line_kind_source_id_key" ON "statement_line"("kind", "source_id");

-- CreateIndex
CREATE INDEX "statement_note_statement_id_idx" ON "statement_note"("statement_id");

-- CreateIndex
CREATE UNIQUE INDEX "withdrawal_out_bill_no_key" ON "withdrawal"("out_bill_no");

-- CreateIndex
CREATE INDEX "withdrawal_leader_id_id_idx" ON "withdrawal"("leader_id", "id");

-- CreateIndex
CREATE INDEX "withdrawal_state_id_idx" ON "withdrawal"("state", "id");

-- CreateIndex
CREATE INDEX "withdrawal_batch_id_idx" ON "withdrawal"("batch_id");

-- CreateIndex
CREATE INDEX "payout_batch_state_id_idx" ON "payout_batch"("state", "id");

-- CreateIndex
CREATE INDEX "stock_allotment_pool_id_idx" ON "stock_allotment"("pool_id");

-- CreateIndex
CREATE UNIQUE INDEX "supplier_application_resume_hash_key" ON "supplier_application"("resume_hash");

-- CreateIndex
CREATE INDEX "supplier_application_state_submitted_at_idx" ON "supplier_application"("state", "submitted_at");

-- CreateIndex
CREATE INDEX "supplier_application_credit_code_idx" ON "supplier_application"("credit_code");

-- CreateIndex
CREATE INDEX "supplier_application_phone_index_idx" ON "supplier_application"("phone_index");

-- CreateIndex
CREATE UNIQUE INDEX "supplier_credit_code_key" ON "supplier"("credit_code");

-- CreateIndex
CREATE UNIQUE INDEX "supplier_identity_index_key" ON "supplier"("identity_index");

-- CreateIndex
CREATE INDEX "supplier_state_id_idx" ON "supplier"("state", "id");

-- CreateIndex
CREATE INDEX "supplier_document_application_id_idx" ON "supplier_document"("application_id");

-- CreateIndex
CREATE INDEX "supplier_document_supplier_id_idx" ON "supplier_document"("supplier_id");

-- CreateIndex
CREATE INDEX "supplier_document_expires_day_idx" ON "supplier_document"("expires_day");

-- CreateIndex
CREATE UNIQUE INDEX "supplier_contract_supplier_id_version_key" ON "supplier_contract"("supplier_id", "version");

-- CreateIndex
CREATE INDEX "supplier_claim_supplier_id_state_idx" ON "supplier_claim"("supplier_id", "state");

-- CreateIndex
CREATE UNIQUE INDEX "supplier_claim_source_type_source_id_kind_key" ON "supplier_claim"("source_type", "source_id", "kind");

-- AddForeignKey
ALTER TABLE "flash_slot" ADD CONSTRAINT "flash_slot_sale_session_id_fkey" FOREIGN KEY ("sale_session_id") REFERENCES "sale_session"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "offer" ADD CONSTRAINT "offer_sale_session_id_fkey" FOREIGN KEY ("sale_session_id") REFERENCES "sale_session"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "offer" ADD CONSTRAINT "offer_flash_slot_id_fkey" FOREIGN KEY ("flash_slot_id") REFERENCES "flash_slot"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sku" ADD CONSTRAINT "sku_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "delivery_line" ADD CONSTRAINT "delivery_line_delivery_id_fkey" FOREIGN KEY ("delivery_id") REFERENCES "delivery"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "posting" ADD CONSTRAINT "posting_journal_id_fkey" FOREIGN KEY ("journal_id") REFERENCES "journal"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "posting" ADD CONSTRAINT "posting_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "journal_seal" ADD CONSTRAINT "journal_seal_journal_id_fkey" FOREIGN KEY ("journal_id") REFERENCES "journal"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_line" ADD CONSTRAINT "order_line_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "customer_order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "purchase_order_line" ADD CONSTRAINT "purchase_order_line_purchase_order_id_fkey" FOREIGN KEY ("purchase_order_id") REFERENCES "purchase_order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "receipt" ADD CONSTRAINT "receipt_purchase_order_id_fkey" FOREIGN KEY ("purchase_order_id") REFERENCES "purchase_order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "receipt_line" ADD CONSTRAINT "receipt_line_receipt_id_fkey" FOREIGN KEY ("receipt_id") REFERENCES "receipt"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "statement_line" ADD CONSTRAINT "statement_line_statement_id_fkey" FOREIGN KEY ("statement_id") REFERENCES "supplier_statement"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "statement_note" ADD CONSTRAINT "statement_note_statement_id_fkey" FOREIGN KEY ("statement_id") REFERENCES "supplier_statement"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "supplier_document" ADD CONSTRAINT "supplier_document_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "supplier_application"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "supplier_document" ADD CONSTRAINT "supplier_document_supplier_id_fkey" FOREIGN KEY ("supplier_id") REFERENCES "supplier"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "supplier_contract" ADD CONSTRAINT "supplier_contract_supplier_id_fkey" FOREIGN KEY ("supplier_id") REFERENCES "supplier"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


