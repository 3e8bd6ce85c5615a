import { type $ZodType, type output, safeParse } from "zod/v4/core";
import type { Issue } from "#lib/words/problems";

export type FieldIssue = Issue & { path: PropertyKey[] };

/** A form as plain data: a repeated name is an array, `json:name` is JSON, an empty text and a file nobody chose are left out. */
export function valuesOf(form: FormData): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const name of new Set(form.keys())) {
    if (name.startsWith("$ACTION")) continue;
    // a file field left alone arrives as an empty file, under whatever name the server gives it
    const given = form.getAll(name).filter((one) => one !== "" && !(one instanceof File && one.size === 0));
    if (given.length === 0) continue;
    if (name.startsWith("json:")) {
      try {
        values[name.slice(5)] = JSON.parse(String(given[0]));
      } catch {
        values[name.slice(5)] = undefined;
      }
    } else values[name] = given.length === 1 ? given[0] : given;
  }
  return values;
}

/**
 * Reads a form by its schema. A blank where the schema allows blank text is blank text, one ticked box of a list is a list of one,
 * none is an empty list.
 */
export function readForm<S extends $ZodType>(
  schema: S,
  form: FormData,
): { value: output<S> } | { issues: FieldIssue[] } {
  const values = valuesOf(form);
  for (let round = 0; ; round++) {
    const read = safeParse(schema, values);
    if (read.success) return { value: read.data };
    const issues = read.error.issues as FieldIssue[];
    let mended = false;
    for (const issue of issues) {
      const [name] = issue.path;
      if (issue.path.length !== 1 || typeof name !== "string" || issue.code !== "invalid_type" || round > 2) continue;
      const given = values[name];
      if (issue.expected === "array" && !Array.isArray(given)) values[name] = given === undefined ? [] : [given];
      else if (issue.expected === "string" && given === undefined && form.has(name)) values[name] = "";
      else continue;
      mended = true;
    }
    if (!mended) return { issues };
  }
}
