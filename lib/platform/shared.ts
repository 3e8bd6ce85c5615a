/** One value per process, however many bundles load this file (server bundle, Next's own copies). */
export function shared<T>(name: string, make: () => T): T {
  const all = globalThis as unknown as Record<symbol, T | undefined>;
  const key = Symbol.for(`lintuan.${name}`);
  const made = all[key] ?? make();
  all[key] = made;
  return made;
}
