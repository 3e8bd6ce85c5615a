/** Calendar work: finds what is due by the business clock, does it, and says how many it did. */
export type Sweep = { name: string; everySeconds: number; run: () => Promise<number> };
