import { getLocale, getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { AddPaperButton, AddStaffButton, EditSupplierButton } from "#components/suppliers/supplier-forms";
import {
  AccountFacts,
  ContractFacts,
  DocumentList,
  SupplierFacts,
  TermFacts,
} from "#components/suppliers/supplier-parts";
import { supplierKind } from "#components/suppliers/supplier-state";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { StateBadge, StateNote } from "#components/ui/state-badge";
import { categories } from "#lib/catalog/queries";
import { can } from "#lib/identity/rules";
import { dayText } from "#lib/kernel/time";
import { cities } from "#lib/pickup/queries";
import { today } from "#lib/platform/clock";
import { supplierRecord } from "#lib/suppliers/queries";
import { addPaper, addStaff, edit } from "./actions";

export default async function ProfilePage() {
  const actor = await requireActor("supplier");
  const [t, locale, supplier, known, places] = await page(() =>
    Promise.all([
      getTranslations("suppliers"),
      getLocale(),
      supplierRecord(actor, actor.supplierId ?? ""),
      categories(),
      cities(),
    ]),
  );
  const day = today();
  const names = Object.fromEntries([...known, ...places].map((c) => [c.id, locale === "en" ? c.nameEn : c.name]));
  const mayEdit = can(actor, "suppliers.edit", { supplierId: supplier.id });
  const masked = (_: string, text: string) => text;
  const latest = supplier.documents.filter(
    (d) => !supplier.documents.some((o) => o.kind === d.kind && (o.expiresDay ?? "9999") > (d.expiresDay ?? "9999")),
  );
  return (
    <PageFrame
      narrow
      title={supplier.name}
      state={
        <StateBadge kind={supplierKind[supplier.state]} pill>
          {t(`states.${supplier.state}`)}
        </StateBadge>
      }
      actions={mayEdit && <EditSupplierButton supplier={supplier} action={edit} />}
    >
      <p className="text-muted">{t("profile.lead")}</p>
      {latest.map((d) =>
        d.expiresDay && (d.validity === "soon" || d.validity === "expired") ? (
          <StateNote
            key={d.id}
            kind={d.validity === "expired" ? "failed" : "attention"}
            action={mayEdit && <AddPaperButton supplierId={supplier.id} action={addPaper} tone="primary" />}
          >
            {t(d.validity === "expired" ? "profile.expired" : "profile.expiring", {
              paper: t(`documents.${d.kind}`),
              day: dayText(d.expiresDay, day),
            })}
          </StateNote>
        ) : null,
      )}
      <Panel title={t("record.facts")}>
        <SupplierFacts supplier={supplier} masked={masked} />
      </Panel>
      <Panel
        title={t("record.documents")}
        actions={mayEdit && <AddPaperButton supplierId={supplier.id} action={addPaper} />}
      >
        <DocumentList documents={supplier.documents} />
      </Panel>
      <Panel title={t("record.account")}>
        <AccountFacts supplier={supplier} masked={masked} />
      </Panel>
      <div className="grid items-start gap-3 sm:grid-cols-2">
        <Panel title={t("contract.title")}>
          <ContractFacts contract={supplier.contract} today={day} />
        </Panel>
        <Panel title={t("record.terms")}>
          <TermFacts supplier={supplier} names={names} />
        </Panel>
      </div>
      <Panel
        title={t("record.members")}
        actions={mayEdit && <AddStaffButton supplierId={supplier.id} action={addStaff} />}
      >
        <ul className="flex flex-col gap-1.5">
          {supplier.members.map((m) => (
            <li key={m.id} className="flex justify-between gap-3">
              <span>
                {m.name} <span className="text-muted">{t(`record.roles.${m.role}`)}</span>
              </span>
              <StateBadge kind={m.state === "active" ? "done" : m.state === "invited" ? "waiting" : "closed"}>
                {t(`record.memberStates.${m.state as "active"}`)}
              </StateBadge>
            </li>
          ))}
        </ul>
      </Panel>
    </PageFrame>
  );
}
