import { later, minute } from "../kernel/time";

/** Until when its author may mend or remove a comment. */
export const openUntil = (at: Date): Date => later(at, 15 * minute);

/** The people a text really names: those whose `@name` stands in it. */
export const namedIn = <P extends { name: string }>(body: string, people: readonly P[]): P[] =>
  people.filter((one) => body.includes(`@${one.name}`));
