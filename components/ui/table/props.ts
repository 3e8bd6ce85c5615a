import type { ReactNode } from "react";
import type { FormAction } from "#lib/kernel/answer";
import type { ListParams, ListSpec } from "#lib/kernel/list";
import type { ListActions, ListLayout, SavedView } from "#lib/workbench/schema";
import type { ButtonTone } from "../button";
import type { Confirmation } from "../confirm-dialog";

/** A view tab: a stored question with its live count. The key is the value of `?view=`. */
export type ListView = { key: string; label: string; count?: number; isCapped?: boolean };

export type Fields = NonNullable<ListSpec["fields"]>;
export type Option = { value: string; label: string };

/** A quick filter; its key is the parameter's name in the address. */
export type ListFilter =
  | { key: string; label: string; options: readonly Option[]; many?: boolean }
  | { key: string; label: string; kind: "day" | "yes" | "text" };

/**
 * What conditions call a field, unless a column or quick filter of the same id says it. `word` names a choice's values, `options` a
 * reference's, `load` finds more of them.
 */
export type FieldLabel = {
  label?: string;
  word?: (value: string) => string;
  options?: readonly Option[];
  load?: (text: string) => Promise<readonly Option[]>;
};

/**
 * One button of the floating bar. An `action` gets the chosen rows as repeated `id` fields; with `whole` and everything chosen,
 * `all=1` and `query` (the list's own query string) instead, plus `values`. A `run` goes through a dry run first: its key is the
 * operation's name, `fields` ask for what it needs, `money` makes the person type the amount.
 */
export type BulkAction = { key: string; label: string; tone?: ButtonTone } & (
  | {
      run?: never;
      action: FormAction;
      confirm?: Confirmation;
      values?: Record<string, string>;
      whole?: boolean;
    }
  | { run: true; fields?: ReactNode; money?: boolean }
);
export type BulkRun = Extract<BulkAction, { run: true }>;

/** What the page renders for `?peek=id`: the panel's head, body and foot; `href` opens the full page. */
export type Peek = { title: ReactNode; state?: ReactNode; body: ReactNode; foot?: ReactNode; href?: string };

export type Total = { count: number; sumFen: number | null; isCapped: boolean };

/** Everything a page hands to a domain's table, most of it from readList; the domain's own component adds the columns. */
export type ListProps<Row> = {
  /** The list's name: of its layout, its saved views and its runs. */
  list: string;
  /** What conditions may ask about. */
  fields: Fields;
  rows: Row[];
  nextCursor: string | null;
  params: Omit<ListParams, "filters"> & { filters: object };
  /** All rows under these conditions, as far as it is cheap to know. */
  total: Total;
  views?: readonly ListView[];
  saved?: readonly SavedView[];
  /** The person's own arrangement of the columns; null when never changed. */
  layout?: ListLayout | null;
  actions?: ListActions;
  /** Bulk operations the person may start; a `run` of another name is not drawn. */
  operations?: readonly string[];
  /** Whether an export may hold personal data in full, for a reason. */
  canReveal?: boolean;
  filters?: readonly ListFilter[];
  /** The search box appears when its placeholder is given. */
  search?: string;
  bulk?: readonly BulkAction[];
  peek?: Peek | null;
  /** One sentence and one action for a list that has nothing at all. */
  empty?: ReactNode;
};

/** Changes the address: null removes a parameter, a list gives it several times. */
export type Go = (change: Record<string, string | readonly string[] | null>) => void;
