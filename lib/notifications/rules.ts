/** Seconds until the next try after this many failures: a minute, doubling up to an hour; null when we stop and somebody must look. */
export const retrySeconds = (failures: number): number | null =>
  failures >= 6 ? null : Math.min(3600, 60 * 2 ** (failures - 1));

/** The words with every code and link secret blanked: what stays after sending, and what a screen outside a demo shows. */
export const blanked = (template: string, body: string): string => {
  if (template === "signInCode") return body.replace(/\d{4,}/g, "••••••");
  return body.replace(/(\/(?:welcome|apply)\/)[\w-]{16,}/g, "$1••••••");
};
