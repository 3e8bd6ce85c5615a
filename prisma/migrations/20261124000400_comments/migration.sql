create table "comment" (
  "id" text not null,
  "subject_type" text not null,
  "subject_id" text not null,
  "body" text not null,
  "author_id" text not null,
  "author_name" text not null,
  "mentions" text[],
  "at" timestamptz(3) not null,
  "edited_at" timestamptz(3),
  "removed_at" timestamptz(3),
  constraint "comment_pkey" primary key ("id"),
  constraint "comment_body" check (char_length("body") between 1 and 2000)
);

create index "comment_subject_type_subject_id_id_idx" on "comment"("subject_type", "subject_id", "id");

-- roles and scope of a person are edited by more than one administrator: the second is told
alter table "app_user" add column "version" integer not null default 1;
