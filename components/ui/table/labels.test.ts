import { expect, it } from "vitest";
import { labelsOf } from "./labels";

const fields = { state: ["open", "done"], leaderId: "ref", remark: "text", paid: "yes", secret: "text" } as const;
const columns = [
  { id: "state", head: "State" },
  { id: "leaderId", head: "Leader" },
];
const filters = [
  { key: "leaderId", label: "By leader", options: [{ value: "ldr_1", label: "He" }] },
  { key: "paid", label: "Paid only", kind: "yes" as const },
];

it("a field is called as its column, else as its quick filter, and by the list's own word before both", () => {
  const labels = labelsOf(fields, { paid: "Paid", remark: "Remark" }, columns, filters);
  expect(Object.entries(labels).map(([id, { label }]) => [id, label])).toEqual([
    ["state", "State"],
    ["leaderId", "Leader"],
    ["remark", "Remark"],
    ["paid", "Paid"],
  ]);
});

it("a field nobody named is not offered", () => {
  expect(labelsOf(fields, undefined, columns, filters)).not.toHaveProperty("secret");
});

it("a choice's values are said in the list's words, a reference's as its quick filter names them", () => {
  const labels = labelsOf(fields, { state: { word: (value) => value.toUpperCase() } }, columns, filters);
  expect(labels.state?.options).toEqual([
    { value: "open", label: "OPEN" },
    { value: "done", label: "DONE" },
  ]);
  expect(labels.leaderId?.options).toEqual([{ value: "ldr_1", label: "He" }]);
});
