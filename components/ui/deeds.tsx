"use client";
import { MoreHorizontal } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, startTransition, useState } from "react";
import { useKeys } from "#components/shell/keys";
import type { FormAction } from "#lib/kernel/answer";
import { Button, LinkButton } from "./button";
import { type Confirmation, ConfirmDialog } from "./confirm-dialog";
import { Dialog, type DialogSize } from "./dialog";
import { CloseOnSuccess } from "./form-state";
import { Icon } from "./icon";
import { Menu } from "./menu";
import { toast } from "./toast";

type Values = Record<string, string | number | readonly string[]>;
/** One thing a person may do with a record: follow a link, act at once, act after asking, or fill in a form. */
export type Deed = { id: string; label: string; tone?: "danger" } & (
  | { href: string; external?: boolean }
  | { action: FormAction; values: Values; confirmation?: Confirmation; fields?: ReactNode }
  | { dialog: ReactNode; title?: string; size?: DialogSize }
);

/** The deeds beside the primary one: a single one as a button, several in a menu. */
export function Deeds({ deeds }: { deeds: readonly Deed[] }) {
  const t = useTranslations("ui");
  const router = useRouter();
  const [openId, setOpenId] = useState<string | null>(null);
  const open = deeds.find((deed) => deed.id === openId);
  const close = () => setOpenId(null);
  const [only] = deeds;
  function run({ action, values }: { action: FormAction; values: Values }) {
    const form = new FormData();
    for (const [name, value] of Object.entries(values))
      for (const one of Array.isArray(value) ? value : [value]) form.append(name, String(one));
    startTransition(async () => {
      const answer = await action(null, form).catch(() => ({ ok: false as const, message: t("form.network") }));
      if (answer.message) toast(answer.message, { kind: answer.ok ? "done" : "failed" });
      if (answer.ok && answer.redirect) router.push(answer.redirect);
    });
  }
  const choose = (deed: Deed) => {
    if ("action" in deed && !deed.confirmation) run(deed);
    else if ("external" in deed && deed.external) window.location.assign(deed.href);
    else if (!("href" in deed)) setOpenId(deed.id);
  };
  useKeys("record", [
    ...deeds.map((deed) => ({
      label: deed.label,
      command: true,
      ...(deed.id === "edit" ? { keys: "e" } : {}),
      run: () => ("href" in deed && !deed.external ? router.push(deed.href) : choose(deed)),
    })),
    // each form does it itself; here it is only told
    { keys: "mod+Enter", label: t("record.send"), run: () => false },
  ]);
  if (!only) return null;
  return (
    <>
      {deeds.length === 1 && "href" in only ? (
        <LinkButton href={only.href} external={only.external}>
          {only.label}
        </LinkButton>
      ) : deeds.length === 1 ? (
        <Button tone={only.tone ?? "plain"} onClick={() => choose(only)}>
          {only.label}
        </Button>
      ) : (
        <Menu
          trigger={<Icon of={MoreHorizontal} />}
          label={t("record.more")}
          items={deeds.map((deed) => ({
            id: deed.id,
            label: deed.label,
            tone: deed.tone,
            ...("href" in deed && !deed.external ? { href: deed.href } : {}),
            onSelect: () => choose(deed),
          }))}
        />
      )}
      {open && "dialog" in open && (
        <Dialog open onOpenChange={close} title={open.title ?? open.label} size={open.size}>
          <CloseOnSuccess.Provider value={close}>{open.dialog}</CloseOnSuccess.Provider>
        </Dialog>
      )}
      {open && "action" in open && open.confirmation && (
        <ConfirmDialog
          open
          onOpenChange={close}
          confirmation={open.confirmation}
          action={open.action}
          values={open.values}
        >
          {open.fields}
        </ConfirmDialog>
      )}
    </>
  );
}
