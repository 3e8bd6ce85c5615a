-- Who wants to be told before an item of a flash slot goes on sale; told once a person and slot.
CREATE TABLE "sale_reminder" (
    "resident_id" TEXT NOT NULL,
    "offer_id" TEXT NOT NULL,
    "flash_slot_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "told_at" TIMESTAMPTZ(3),

    CONSTRAINT "sale_reminder_pkey" PRIMARY KEY ("resident_id", "offer_id")
);

CREATE INDEX "sale_reminder_flash_slot_id_told_at_resident_id_idx" ON "sale_reminder"("flash_slot_id", "told_at", "resident_id");

-- How placing went, per session and per slot, in steps of ten seconds: written by the server processes beside admission.
CREATE TABLE "admission_tally" (
    "subject_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "outcome" TEXT NOT NULL,
    "orders" INTEGER NOT NULL,

    CONSTRAINT "admission_tally_pkey" PRIMARY KEY ("subject_id", "at", "outcome"),
    CONSTRAINT "admission_tally_counts" CHECK ("orders" > 0)
);

CREATE INDEX "admission_tally_at_idx" ON "admission_tally"("at");
