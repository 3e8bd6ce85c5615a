"use client";
import { useTranslations } from "next-intl";
import type { ListActions, ListLayout, SavedView } from "#lib/workbench/schema";
import { ConfirmDialog } from "../confirm-dialog";
import { Dialog } from "../dialog";
import { CheckboxField, RadioCards, TextField } from "../fields";
import { Form } from "../form";
import { toast } from "../toast";

/** Names a view and says who sees it: a new one of what the list asks now, or the kept one under another name. */
export function ViewDialog({
  deed,
  list,
  view,
  query,
  layout,
  actions,
  onDone,
  onClose,
}: {
  deed: "add" | "edit" | "drop";
  list: string;
  /** The current saved view; needed to edit or drop. */
  view: SavedView | undefined;
  query: string;
  layout: ListLayout;
  actions: ListActions;
  /** The view to go to: its id, or null after dropping. */
  onDone: (id: string | null) => void;
  onClose: () => void;
}) {
  const t = useTranslations("ui.list.view");
  const changed = deed === "edit" ? view : undefined;
  if (deed === "drop" && view) {
    return (
      <ConfirmDialog
        open
        onOpenChange={onClose}
        confirmation={{
          title: t("dropTitle", { name: view.name }),
          text: t(view.scope === "team" ? "dropTeamText" : "dropText"),
          verb: t("dropVerb"),
          tone: "danger-fill",
        }}
        action={() => actions.dropView(view.id)}
        onSuccess={() => onDone(null)}
      />
    );
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="small"
      title={changed ? t("editTitle", { name: changed.name }) : t("newTitle")}
    >
      <Form
        guard={false}
        submit={t("submit")}
        action={async (_previous, form) => {
          const answer = await actions.saveView({
            list,
            id: changed?.id,
            version: changed?.version,
            name: String(form.get("name") ?? "").trim(),
            scope: form.get("scope") === "team" ? "team" : "mine",
            query: changed?.query ?? query,
            layout: form.get("withColumns") ? (changed?.layout ?? layout) : null,
          });
          if (answer.ok) {
            toast(answer.message ?? t("saved"));
            onDone(changed?.id ?? answer.id ?? null);
            onClose();
          }
          return answer.ok ? { ok: true } : answer;
        }}
      >
        <TextField name="name" label={t("name")} defaultValue={changed?.name} maxLength={40} autoFocus required />
        <RadioCards
          name="scope"
          label={t("scope")}
          defaultValue={changed?.scope ?? "mine"}
          options={[
            { value: "mine", label: t("scopeMine") },
            { value: "team", label: t("scopeTeam") },
          ]}
        />
        <CheckboxField
          name="withColumns"
          label={t("withColumns")}
          defaultChecked={Boolean((changed ?? view)?.layout)}
        />
      </Form>
    </Dialog>
  );
}
