export const groupFormed = "group.formed";
export const groupFailed = "group.failed";
