CREATE TABLE "saved_report" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "is_team" BOOLEAN NOT NULL,
    "owner_id" TEXT NOT NULL,
    "owner_name" TEXT NOT NULL,
    "saved_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "saved_report_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "saved_report_owner_id_name_key" ON "saved_report"("owner_id", "name");
CREATE INDEX "saved_report_is_team_name_idx" ON "saved_report"("is_team", "name");
alter table saved_report add constraint saved_report_path check (path ~ '^/analytics(/[a-z]+)?$');

CREATE TABLE "day_note" (
    "id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "text" TEXT NOT NULL,
    "city_id" TEXT,
    "by_id" TEXT NOT NULL,
    "by_name" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "day_note_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "day_note_day_idx" ON "day_note"("day");

CREATE TABLE "metric_target" (
    "metric" TEXT NOT NULL,
    "month" TEXT NOT NULL,
    "city_id" TEXT NOT NULL DEFAULT '',
    "value" BIGINT NOT NULL,
    "set_by" TEXT NOT NULL,
    "set_name" TEXT NOT NULL,
    "set_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "metric_target_pkey" PRIMARY KEY ("metric","month","city_id")
);
alter table metric_target add constraint metric_target_month check (month ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  add constraint metric_target_value check (value > 0);
