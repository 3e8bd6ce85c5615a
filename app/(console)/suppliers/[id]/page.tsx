import { getLocale, getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { page } from "#app/_adapters/page";
import { revealField } from "#app/_adapters/reveal";
import { requireActor } from "#app/_adapters/session";
import { CalendarPanel } from "#components/pickup/calendar-panel";
import {
  AddPaperButton,
  AddStaffButton,
  EditTermsButton,
  RenewContractButton,
  SupplierForm,
} from "#components/suppliers/supplier-forms";
import {
  AccountFacts,
  Balances,
  ClaimLines,
  ContractFacts,
  DocumentList,
  SupplierFacts,
  TermFacts,
} from "#components/suppliers/supplier-parts";
import { supplierKind } from "#components/suppliers/supplier-state";
import { ConfirmButton } from "#components/ui/confirm-dialog";
import { Panel } from "#components/ui/panel";
import { RecordFrame } from "#components/ui/record";
import { Reveal } from "#components/ui/reveal";
import { StateBadge, StateNote } from "#components/ui/state-badge";
import { timelineOf } from "#lib/audit/queries";
import { categories } from "#lib/catalog/queries";
import { can } from "#lib/identity/rules";
import { addDays, dayOf, dayText } from "#lib/kernel/time";
import { calendar, cities } from "#lib/pickup/queries";
import { today } from "#lib/platform/clock";
import { supplierRecord } from "#lib/suppliers/queries";
import { saveCalendar } from "../../points/actions";
import * as actions from "../actions";

export default async function SupplierPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("operator");
  const { id } = await params;
  const [t, tp, locale, supplier, known, places, timeline] = await page(() =>
    Promise.all([
      getTranslations("suppliers"),
      getTranslations("catalog"),
      getLocale(),
      supplierRecord(actor, id),
      categories(),
      cities(),
      timelineOf("supplier", id),
    ]),
  );
  const day = today();
  const deliveries = (await getTranslations("planning"))("supplierCalendar");
  const rests = await calendar([`supplier:${id}`], day, addDays(day, 60));
  const isEnglish = locale === "en";
  const named = (list: { id: string; name: string; nameEn: string }[]) =>
    list.map((c) => ({ id: c.id, name: isEnglish ? c.nameEn : c.name }));
  const names = Object.fromEntries([...named(known), ...named(places)].map((c) => [c.id, c.name]));
  const mayEdit = can(actor, "suppliers.edit");
  const maySuspend = can(actor, "suppliers.suspend");
  const reveal = can(actor, "pii.reveal") ? revealField : undefined;
  const fieldOf = { phone: "supplier.phone", identity: "supplier.identity", bankAccount: "supplier.bankAccount" };
  const masked = (field: keyof typeof fieldOf, text: string) => (
    <Reveal masked={text} action={reveal} values={{ field: fieldOf[field], subject: supplier.id }} />
  );
  const hasLapsed = supplier.documents.some(
    (d) => d.validity === "expired" && !supplier.documents.some((o) => o.kind === d.kind && o.validity !== "expired"),
  );
  return (
    <RecordFrame
      trail={[{ label: t("list.title"), href: "/suppliers" }]}
      title={supplier.name}
      state={
        <StateBadge kind={supplierKind[supplier.state]} pill>
          {t(`states.${supplier.state}`)}
        </StateBadge>
      }
      meta={t("record.since", { time: dayText(dayOf(supplier.createdAt), day) })}
      deeds={[
        mayEdit && {
          id: "edit",
          label: t("record.edit"),
          dialog: <SupplierForm supplier={supplier} action={actions.edit} />,
        },
        { id: "products", label: tp("title"), href: `/products?view=all&supplierId=${supplier.id}` },
        supplier.applicationId !== null && {
          id: "application",
          label: t("record.application"),
          href: `/suppliers/applications/${supplier.applicationId}`,
        },
        maySuspend &&
          supplier.state === "active" && {
            id: "suspend",
            label: t("record.suspend"),
            tone: "danger",
            action: actions.suspend,
            values: { supplierId: supplier.id },
            confirmation: {
              title: t("record.suspendTitle", { name: supplier.name }),
              text: t("record.suspendText"),
              verb: t("record.suspend"),
              tone: "danger-fill",
              reason: "required",
            },
          },
      ]}
      primary={
        maySuspend &&
        supplier.state !== "active" && (
          <ConfirmButton
            label={t("record.restore")}
            tone="primary"
            action={actions.restore}
            values={{ supplierId: supplier.id }}
            confirmation={{
              title: t("record.restoreTitle", { name: supplier.name }),
              verb: t("record.restore"),
              reason: "required",
            }}
          />
        )
      }
      notes={hasLapsed && <StateNote kind="attention">{t("record.lapsed")}</StateNote>}
      side={
        <>
          <Panel title={t("record.money")}>
            <Balances supplier={supplier} />
          </Panel>
          <Panel
            title={t("contract.title")}
            actions={maySuspend && <RenewContractButton supplier={supplier} action={actions.renew} />}
          >
            <ContractFacts contract={supplier.contract} today={day} />
          </Panel>
          <CalendarPanel
            title={deliveries}
            rows={rests}
            scopes={[{ scope: `supplier:${supplier.id}`, label: supplier.name }]}
            today={day}
            mayEdit={mayEdit}
            action={saveCalendar}
          />
          <Panel
            title={t("record.members")}
            actions={mayEdit && <AddStaffButton supplierId={supplier.id} action={actions.addStaff} />}
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
        </>
      }
      history={<History kind="supplier" id={supplier.id} entries={timeline} />}
    >
      <Panel title={t("record.facts")}>
        <SupplierFacts supplier={supplier} masked={masked} />
      </Panel>
      <Panel
        title={t("record.documents")}
        actions={mayEdit && <AddPaperButton supplierId={supplier.id} action={actions.addPaper} />}
      >
        <DocumentList documents={supplier.documents} />
      </Panel>
      <Panel
        title={t("record.terms")}
        actions={
          maySuspend && (
            <EditTermsButton
              supplier={supplier}
              action={actions.editTerms}
              categories={named(known.filter((c) => c.parentId || !known.some((o) => o.parentId === c.id)))}
              cities={named(places)}
            />
          )
        }
      >
        <TermFacts supplier={supplier} names={names} />
      </Panel>
      <Panel title={t("record.account")}>
        <AccountFacts supplier={supplier} masked={masked} />
      </Panel>
      <Panel title={t("record.claims")} flush>
        <ClaimLines claims={supplier.claims} today={day} />
      </Panel>
    </RecordFrame>
  );
}
