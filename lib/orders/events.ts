export const orderPlaced = "order.placed";
export const orderPaid = "order.paid";
export const orderCancelled = "order.cancelled";
export const orderMoved = "order.moved";
export const sessionCutOff = "session.cutOff";
export const sessionLocked = "session.locked";
export const linesShortened = "lines.shortened";
export const linesCompleted = "lines.completed";
