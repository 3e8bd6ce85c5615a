create type "view_scope" as enum ('mine', 'team');
create type "run_kind" as enum ('export', 'bulk');
create type "run_state" as enum ('checking', 'checked', 'queued', 'running', 'done', 'failed', 'cancelled', 'undoing', 'undone');
create type "bulk_outcome" as enum ('will', 'skip', 'changed', 'failed', 'undone', 'kept');

create table "saved_view" (
  "id" text not null,
  "list" text not null,
  "name" text not null,
  "scope" "view_scope" not null,
  "party" text not null,
  "query" text not null,
  "layout" jsonb,
  "owner_id" text not null,
  "owner_name" text not null,
  "version" integer not null default 1,
  "created_at" timestamptz(3) not null,
  "changed_at" timestamptz(3) not null,
  constraint "saved_view_pkey" primary key ("id"),
  constraint "saved_view_name" check (char_length("name") between 1 and 40),
  constraint "saved_view_query" check (char_length("query") <= 2000)
);
create index "saved_view_list_owner_id_id_idx" on "saved_view"("list", "owner_id", "id");
create index "saved_view_list_party_scope_id_idx" on "saved_view"("list", "party", "scope", "id");

create table "list_layout" (
  "owner_id" text not null,
  "list" text not null,
  "layout" jsonb not null,
  "changed_at" timestamptz(3) not null,
  constraint "list_layout_pkey" primary key ("owner_id", "list")
);

create table "run" (
  "id" text not null,
  "kind" "run_kind" not null,
  "list" text not null,
  "operation" text,
  "state" "run_state" not null,
  "owner_id" text not null,
  "owner_name" text not null,
  "origin" text,
  "locale" text not null,
  "question" jsonb not null,
  "options" jsonb not null,
  "total" integer,
  "done" integer not null default 0,
  "changed" integer not null default 0,
  "skipped" integer not null default 0,
  "failed" integer not null default 0,
  "skips" jsonb not null,
  "amount_fen" bigint,
  "error" jsonb,
  "stopped_in" "run_state",
  "cursor" text,
  "claim" integer not null default 0,
  "lost" integer not null default 0,
  "parts" integer[],
  "bytes" bigint not null default 0,
  "file_name" text,
  "requested_at" timestamptz(3) not null,
  "finished_at" timestamptz(3),
  "worked_at" timestamptz(3),
  "undo_until" timestamptz(3),
  "expires_at" timestamptz(3),
  constraint "run_pkey" primary key ("id"),
  constraint "run_operation" check (("kind" = 'bulk') = ("operation" is not null)),
  constraint "run_counts" check (least("done", "changed", "skipped", "failed") >= 0)
);
create index "run_owner_id_id_idx" on "run"("owner_id", "id");
create index "run_state_id_idx" on "run"("state", "id");
create index "run_expires_at_idx" on "run"("expires_at");

create table "bulk_item" (
  "run_id" text not null,
  "subject_id" text not null,
  "outcome" "bulk_outcome" not null,
  "code" text,
  "facts" jsonb,
  "before" jsonb,
  constraint "bulk_item_pkey" primary key ("run_id", "subject_id"),
  constraint "bulk_item_run_id_fkey" foreign key ("run_id") references "run"("id") on delete cascade on update cascade
);
create index "bulk_item_run_id_outcome_subject_id_idx" on "bulk_item"("run_id", "outcome", "subject_id");

-- news that can never be told, taken out of the queue by a person; almost none, so the index holds nothing else
alter table "outbox_event" add column "set_aside_at" timestamptz(3);
create index "outbox_event_set_aside" on "outbox_event"("id") where "set_aside_at" is not null;
