const brand = Symbol.for("lintuan.refusal");

export type FieldProblem = { field: string; code: string; detail?: string };
export type RefusalFacts = { readonly [name: string]: string | number | boolean | null | undefined };

/**
 * The business said no. The code maps to a status and to zh/en words in lib/words/refusals; any other throw is a bug.
 * `fields` names what to mend in the input; `facts` fill the sentence.
 */
export class Refusal extends Error {
  readonly [brand] = true;
  constructor(
    readonly code: string,
    readonly facts: RefusalFacts = {},
    readonly fields: readonly FieldProblem[] = [],
  ) {
    super(code);
    this.name = "Refusal";
  }
}

/** By brand, not by class: code of lib may be loaded twice in one process. */
export const isRefusal = (e: unknown): e is Refusal => typeof e === "object" && e !== null && brand in e;
