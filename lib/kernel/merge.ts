/** A form's fields as it sends them: every value under its name, in order. */
export type FieldValues = Readonly<Record<string, readonly string[]>>;

export type Merged = {
  /** What the form should hold now. */
  values: FieldValues;
  /** Changed only by the other person: taken over. */
  taken: string[];
  /** Changed by both, differently: `values` holds mine until the person chooses. */
  clashes: string[];
};

const same = (a: readonly string[] = [], b: readonly string[] = []): boolean =>
  a.length === b.length && a.every((one, i) => one === b[i]);

/** Three-way merge of one form: `base` is what both began from. A field only one of two changed keeps that change. */
export function mergeFields(base: FieldValues, mine: FieldValues, theirs: FieldValues): Merged {
  const names = [...new Set([...Object.keys(theirs), ...Object.keys(mine)])];
  const isMine = (name: string) => !same(mine[name], base[name]);
  const isTheirs = (name: string) => !same(theirs[name], base[name]) && !same(theirs[name], mine[name]);
  const taken = names.filter((name) => isTheirs(name) && !isMine(name));
  return {
    values: Object.fromEntries(names.map((name) => [name, (taken.includes(name) ? theirs : mine)[name] ?? []])),
    taken,
    clashes: names.filter((name) => isTheirs(name) && isMine(name)),
  };
}
