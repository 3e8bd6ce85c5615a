CREATE INDEX "customer_order_payable_fen_id_idx" ON "customer_order"("payable_fen", "id");
