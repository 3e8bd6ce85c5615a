import { today } from "#lib/platform/clock";
import { headingOf, templateColumns } from "./price-list";

/** The template's heading and two sample rows, as text. */
export function templateRows(): string[][] {
  const day = today();
  return [
    templateColumns.map(headingOf),
    ["油麦菜", "500g", "份", "叶菜", "2.60", "20", "300", "河北", day],
    ["赣南脐橙", "5 斤", "箱", "柑橘", "21.50", "1", "", "江西", day],
  ];
}
