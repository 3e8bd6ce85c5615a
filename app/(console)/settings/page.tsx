import { getLocale, getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { DialogButton } from "#components/ui/dialog";
import { MoneyField, NumberField, TextareaField } from "#components/ui/fields";
import { Form } from "#components/ui/form";
import { Moment } from "#components/ui/moment";
import { Money } from "#components/ui/money";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { settingViews } from "#lib/identity/queries/settings";
import { can } from "#lib/identity/rules";
import { yuan } from "#lib/kernel/money";
import { messages } from "#lib/words/index";
import { saveSetting } from "./actions";

const groups = ["orders", "afterSales", "fulfilment", "money", "security"] as const;

export async function generateMetadata() {
  return { title: (await getTranslations("system.settings"))("title") };
}

export default async function SettingsPage() {
  const actor = await requireActor("operator");
  const [t, locale, all] = await page(() =>
    Promise.all([getTranslations("system.settings"), getLocale(), settingViews(actor)]),
  );
  const mayEdit = can(actor, "settings.edit");
  const words = messages(locale).system.settings.keys;
  const plain = (value: number, unit: (typeof all)[number]["unit"]) =>
    unit === "fen" ? yuan(value) : `${value} ${t(`units.${unit}`)}`;
  return (
    <PageFrame title={t("title")} meta={t("lead")} narrow>
      {groups.map((group) => (
        <Panel key={group} title={t(`groups.${group}`)} flush>
          <ul className="divide-y divide-separator">
            {all
              .filter((one) => one.group === group)
              .map((one) => {
                const [name = one.key, note = ""] = words[one.key] ?? [];
                return (
                  <li key={one.key} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
                    <span className="min-w-0 flex-1 basis-64">
                      <b className="block">{name}</b>
                      {note && <span className="block text-xs text-muted">{note}</span>}
                      {one.changedAt && (
                        <span className="block text-xs text-muted">
                          {t("changed", { name: one.changedBy ?? "" })} <Moment at={one.changedAt} />
                        </span>
                      )}
                    </span>
                    <span className="text-right">
                      <span className="block font-semibold">
                        {one.unit === "fen" ? <Money fen={one.value} /> : plain(one.value, one.unit)}
                      </span>
                      {one.value !== one.default && (
                        <span className="block text-xs text-muted">
                          {t("standard", { value: plain(one.default, one.unit) })}
                        </span>
                      )}
                    </span>
                    {mayEdit && (
                      <DialogButton label={t("edit")} title={t("editTitle", { name })} size="small">
                        <Form
                          merge
                          action={saveSetting}
                          submit={t("save")}
                          values={{ key: one.key, version: one.version }}
                        >
                          {one.unit === "fen" ? (
                            <MoneyField
                              name="value"
                              label={t("value")}
                              defaultFen={one.value}
                              hint={t("range", { min: yuan(one.min), max: yuan(one.max) })}
                            />
                          ) : (
                            <NumberField
                              name="value"
                              label={t("value")}
                              unit={t(`units.${one.unit}`)}
                              defaultValue={one.value}
                              min={one.min}
                              max={one.max}
                              hint={t("range", { min: one.min, max: one.max })}
                            />
                          )}
                          <TextareaField name="reason" label={t("reason")} rows={2} />
                        </Form>
                      </DialogButton>
                    )}
                  </li>
                );
              })}
          </ul>
        </Panel>
      ))}
    </PageFrame>
  );
}
