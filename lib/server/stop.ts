import "server-only";

/**
 * Ends the process in good order, once, when it is asked to or when its starter is gone.
 * `work` has 2.8 seconds; then the process ends all the same, with exit code 1.
 */
export function onStop(work: () => Promise<void>): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), 2_800).unref();
    await work();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
  process.on("disconnect", stop);
}
