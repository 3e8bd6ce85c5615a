import { describe, expect, test } from "vitest";
import type { Actor } from "#lib/identity/schema";
import { systemActor } from "#lib/identity/schema";
import {
  type FieldSpec,
  kindOfField,
  type ListSpec,
  operators,
  readListParams,
  type SearchParams,
  writeCondition,
} from "#lib/kernel/list";
import { listCount, listPage } from "#lib/platform/list";
import { operator, supplierActor } from "#lib/testing/builders";
import { lists } from "./lists";

const values: Record<keyof typeof operators, string> = {
  text: "许",
  number: "12",
  money: "999999999999999",
  day: "2026-11-16",
  moment: "2026-11-16",
  yes: "1",
  ref: "abc_1,abc_2",
  choice: "",
};
const sampleOf = (spec: FieldSpec, op: string) =>
  typeof spec !== "string" ? spec.join(",") : op === "empty" ? "1" : op === "last" ? "7" : values[kindOfField(spec)];

/** Every address a list offers: its views, its sorts both ways, each field with each operator, each quick filter, a search. */
function addresses(spec: ListSpec): SearchParams[] {
  return [
    ...(spec.views ?? []).map((view) => ({ view })),
    ...(spec.sorts ?? []).flatMap((sort) =>
      [sort.replace(/^-/, ""), `-${sort.replace(/^-/, "")}`].map((one) => ({ sort: one })),
    ),
    ...Object.entries(spec.fields ?? {}).flatMap(([field, kind]) =>
      operators[kindOfField(kind)].map((op) => ({ where: writeCondition({ field, op, value: sampleOf(kind, op) }) })),
    ),
    ...Object.entries(spec.filters ?? {}).map(([key, filter]) => ({
      [key]:
        filter === "day"
          ? "2026-11-16"
          : filter === "yes"
            ? "1"
            : filter === "text"
              ? "abc_1"
              : (("many" in filter ? filter.many[0] : filter[0]) ?? ""),
    })),
    { q: "许二" },
    { q: "13800000001" },
    {
      where: Object.entries(spec.fields ?? {})
        .map(([field, kind]) =>
          writeCondition({
            field,
            op: operators[kindOfField(kind)][0],
            value: sampleOf(kind, operators[kindOfField(kind)][0]),
          }),
        )
        .slice(0, 20),
      any: "1",
    },
  ];
}

const admin = operator("administrator");
const reader = (name: string): Actor =>
  name.startsWith("supplier") && name !== "suppliers" && name !== "supplierApplications"
    ? supplierActor("sup_1")
    : admin;

describe.each(Object.entries(lists))("the list of %s", (name, { list, bulk }) => {
  test("answers everything it offers to be asked", async () => {
    for (const search of addresses(list.spec)) {
      const ask = readListParams(search, list.spec as ListSpec);
      expect(ask.unknown).toEqual([]);
      const page = await listPage(list, reader(name), ask, 5);
      expect(page.rows.length).toBeLessThanOrEqual(5);
      expect((await listCount(list, reader(name), ask, true)).count).toBeGreaterThanOrEqual(page.rows.length);
    }
  });

  // everybody may have runs of their own
  test.skipIf(name === "runs")("is closed to whoever may not see such things", async () => {
    const stranger: Actor = { ...systemActor("test"), kind: "resident", id: "anonymous", name: "" };
    await expect(listPage(list, stranger, readListParams({}, list.spec as ListSpec))).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  test("names the columns of its sheet in both languages, and skips nobody of an empty choice", async () => {
    const [zh, en] = [list.sheet.heads("zh-CN"), list.sheet.heads("en")];
    expect(Object.keys(zh)).toEqual(Object.keys(en));
    for (const head of [...Object.values(zh), ...Object.values(en)]) expect(head).toMatch(/\S/);
    for (const op of Object.values(bulk ?? {}))
      expect(
        await op.skips(admin, [], op.values.safeParse({ reason: "x", pickupPointId: "pnt_1" }).data ?? {}),
      ).toEqual(new Map());
  });
});
