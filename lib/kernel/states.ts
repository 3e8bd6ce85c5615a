import { Refusal } from "./refusal";

/** Every state must appear; a state missing from the table does not compile. */
export type Table<S extends string, E extends string> = { readonly [state in S]: { readonly [event in E]?: S } };

/** The state that follows. Refuses: illegalTransition, naming the state and the event. */
export function next<S extends string, E extends string>(table: Table<S, E>, state: S, event: E): S {
  const to = table[state][event];
  if (!to) throw new Refusal("illegalTransition", { state, event });
  return to;
}

export const allows = <S extends string, E extends string>(table: Table<S, E>, state: S, event: E): boolean =>
  table[state][event] !== undefined;

/** The states from which an event may happen: for guarded writes `where state in (...)`. */
export const from = <S extends string, E extends string>(table: Table<S, E>, event: E): S[] =>
  (Object.keys(table) as S[]).filter((state) => table[state][event] !== undefined);
