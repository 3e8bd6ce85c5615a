import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readForm } from "./form";

const form = (...entries: [string, string][]): FormData => {
  const made = new FormData();
  for (const [name, value] of entries) made.append(name, value);
  return made;
};

describe("a form read by its schema", () => {
  it("a blank number is missing, never zero", () => {
    expect(readForm(z.object({ n: z.coerce.number() }), form(["n", ""]))).toHaveProperty("issues");
    expect(readForm(z.object({ n: z.coerce.number().optional() }), form(["n", ""]))).toEqual({ value: {} });
  });

  it("a blank text is blank where blank is allowed, and missing where it is optional", () => {
    expect(readForm(z.object({ note: z.string() }), form(["note", ""]))).toEqual({ value: { note: "" } });
    expect(readForm(z.object({ note: z.string().optional() }), form(["note", ""]))).toEqual({ value: {} });
    expect(readForm(z.object({ note: z.string().min(1) }), form(["note", ""]))).toMatchObject({
      issues: [{ code: "too_small", path: ["note"] }],
    });
  });

  it("one ticked box is a list of one, none is an empty list", () => {
    const schema = z.object({ roles: z.array(z.string()) });
    expect(readForm(schema, form(["roles", "a"]))).toEqual({ value: { roles: ["a"] } });
    expect(readForm(schema, form(["roles", "a"], ["roles", "b"]))).toEqual({ value: { roles: ["a", "b"] } });
    expect(readForm(schema, form())).toEqual({ value: { roles: [] } });
    expect(readForm(z.object({ roles: z.array(z.string()).min(1) }), form())).toMatchObject({
      issues: [{ code: "too_small" }],
    });
  });

  it("a file field left alone is missing, whatever its empty file is called", () => {
    for (const name of ["", "blob", "undefined"]) {
      const left = form();
      left.append("picture", new File([], name));
      expect(readForm(z.object({ picture: z.instanceof(File).optional() }), left)).toEqual({ value: {} });
      expect(readForm(z.object({ picture: z.instanceof(File) }), left)).toHaveProperty("issues");
    }
  });

  it("json fields are read, broken ones are missing", () => {
    const schema = z.object({ lines: z.array(z.object({ id: z.string() })) });
    expect(readForm(schema, form(["json:lines", '[{"id":"a"}]']))).toEqual({ value: { lines: [{ id: "a" }] } });
    expect(readForm(schema, form(["json:lines", "{"]))).toEqual({ value: { lines: [] } });
  });
});
