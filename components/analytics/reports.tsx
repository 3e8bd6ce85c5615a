"use client";
import { ChevronDown } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button";
import { Dialog, DialogButton } from "#components/ui/dialog";
import { CheckboxField, TextField } from "#components/ui/fields";
import { ActionButton, Form } from "#components/ui/form";
import { Icon } from "#components/ui/icon";
import { Menu } from "#components/ui/menu";
import { toast } from "#components/ui/toast";
import type { SavedReport } from "#lib/analytics/schema/explore";
import type { FormAction } from "#lib/kernel/answer";

/** The saved reports to open, and the page's own question to save: it is what the address says. */
export function Reports({
  reports,
  maySave,
  save,
  remove,
}: {
  reports: readonly SavedReport[];
  maySave: boolean;
  save: FormAction;
  remove: FormAction;
}) {
  const t = useTranslations("explore.saved");
  const path = usePathname();
  const query = useSearchParams().toString();
  const [isTidying, setTidying] = useState(false);
  const words = (r: SavedReport) => t(r.isTeam ? "team" : "mine", { name: r.name, owner: r.ownerName });
  const removable = reports.filter((r) => r.mayRemove);
  return (
    <>
      <Menu
        placement="bottom start"
        trigger={
          <>
            {t("open")}
            <Icon of={ChevronDown} />
          </>
        }
        items={
          reports.length === 0
            ? [{ id: "none", label: t("none"), disabled: true }]
            : [
                ...reports.map((r) => ({ id: r.id, label: words(r), href: r.href })),
                ...(removable.length > 0 ? [{ id: "tidy", label: t("remove"), onSelect: () => setTidying(true) }] : []),
              ]
        }
      />
      <Dialog open={isTidying} onOpenChange={setTidying} title={t("remove")} size="small">
        <ul className="flex flex-col gap-2">
          {removable.map((r) => (
            <li key={r.id} className="flex items-center justify-between gap-3">
              {words(r)}
              <ActionButton action={remove} values={{ id: r.id }} tone="danger" size="small">
                {t("removeOne", { name: r.name })}
              </ActionButton>
            </li>
          ))}
        </ul>
      </Dialog>
      {maySave && (
        <DialogButton label={t("save")} title={t("title")} dialogSize="small">
          <p className="pb-3 text-muted">{t("lead")}</p>
          <Form action={save} values={{ path, query }} submit={t("save")}>
            <TextField name="name" label={t("name")} maxLength={40} />
            <CheckboxField name="team" value="on" label={t("shared")} />
          </Form>
        </DialogButton>
      )}
    </>
  );
}

/** What the database was asked, to read and to copy. */
export function SqlButton({ sql, label }: { sql: readonly string[]; label?: string }) {
  const t = useTranslations("explore.sql");
  const ta = useTranslations("ui.actions");
  return (
    <DialogButton label={label ?? t("open")} title={t("title")} dialogSize="wide" tone="quiet">
      <p className="flex items-center justify-between gap-3 pb-3 text-muted">
        {t("lead")}
        <Button
          size="small"
          onClick={() => navigator.clipboard.writeText(sql.join(";\n\n")).then(() => toast(ta("copied")))}
        >
          {t("copy")}
        </Button>
      </p>
      {sql.map((one) => (
        <pre key={one} className="mb-3 rounded-chip break-words whitespace-pre-wrap bg-surface-secondary p-3 text-xs">
          <code>{one}</code>
        </pre>
      ))}
    </DialogButton>
  );
}
