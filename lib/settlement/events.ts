export const statementSent = "statement.sent";
export const statementDisputed = "statement.disputed";
export const statementConfirmed = "statement.confirmed";
export const statementApproved = "statement.approved";
export const statementPaid = "statement.paid";
export const withdrawalRequested = "withdrawal.requested";
export const withdrawalChanged = "withdrawal.changed";
export const commissionReleased = "commission.released";
