/** A run has come to its end, or has stopped. Payload `{ userId, runId }`: whose it is, and which. */
export const runFinished = "run.finished";
export const runFailed = "run.failed";
