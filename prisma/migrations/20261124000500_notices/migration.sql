CREATE TABLE "notice" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    "href" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "read_at" TIMESTAMPTZ(3),

    CONSTRAINT "notice_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "notice_href" CHECK ("href" ~ '^/([^/]|$)')
);

CREATE TABLE "notice_preference" (
    "user_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "in_app" BOOLEAN NOT NULL,
    "by_message" BOOLEAN NOT NULL,

    CONSTRAINT "notice_preference_pkey" PRIMARY KEY ("user_id", "kind")
);

CREATE UNIQUE INDEX "notice_user_id_kind_key_key" ON "notice"("user_id", "kind", "key");
CREATE INDEX "notice_user_id_id_idx" ON "notice"("user_id", "id");
CREATE INDEX "notice_user_id_read_at_idx" ON "notice"("user_id", "read_at");
CREATE INDEX "notice_read_at_kind_idx" ON "notice"("read_at", "kind");
