import { forbidden } from "next/navigation";
import { getLocale, getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { LinkButton } from "#components/ui/button";
import { numberColumn, textColumn } from "#components/ui/columns";
import { CheckboxField, SelectField } from "#components/ui/fields";
import { FileField } from "#components/ui/file-field";
import { Form } from "#components/ui/form";
import { Lines } from "#components/ui/lines";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { Stat, StatRow } from "#components/ui/stat";
import { StateNote, Tag } from "#components/ui/state-badge";
import { can } from "#lib/identity/rules";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { isRefusal } from "#lib/kernel/refusal";
import { checkPointList, cities, servedCities } from "#lib/pickup/queries";
import type { PointProblem } from "#lib/pickup/schema";
import { refusalWords } from "#lib/words/refusals";
import { checkList, importList } from "../actions";

const spec = { filters: { file: "text", cityId: "text" } } as const;
const shown = 200;

export default async function ImportPointsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  if (!can(actor, "points.edit")) forbidden();
  const { filters } = readListParams(await searchParams, spec);
  const [t, known, served, locale] = await Promise.all([
    getTranslations("pickup"),
    cities(),
    servedCities(),
    getLocale(),
  ]);
  const mine = known.filter((c) => actor.cityIds.length === 0 || actor.cityIds.includes(c.id));
  const trail = [{ label: t("title"), href: "/points" }];
  const { file, cityId } = filters;
  const read = async () => {
    if (!file || !cityId) return null;
    try {
      return await checkPointList(actor, { cityId, fileId: file });
    } catch (error) {
      if (isRefusal(error) && error.code.startsWith("sheet")) return refusalWords(error.code, error.facts, locale).text;
      throw error;
    }
  };
  const check = await page(read);
  if (check === null || typeof check === "string" || !file || !cityId) {
    return (
      <PageFrame trail={trail} title={t("importTitle")} narrow>
        <Panel>
          <Form action={checkList} submit={t("importCheck")}>
            {typeof check === "string" && <StateNote kind="failed">{check}</StateNote>}
            <p className="text-muted">{t("importHint")}</p>
            <SelectField
              name="cityId"
              label={t("city")}
              defaultValue={cityId ?? served[0]?.id ?? mine[0]?.id}
              options={mine.map((c) => ({ value: c.id, label: c.name }))}
            />
            <FileField
              name="file"
              label={t("file")}
              accept=".csv,.xlsx,text/csv"
              kinds={t("importKinds")}
              maxMegabytes={20}
            />
          </Form>
        </Panel>
      </PageFrame>
    );
  }
  const due = check.created + check.changed;
  const again = (
    <LinkButton href="/points/import" tone="quiet">
      {t("importAgain")}
    </LinkButton>
  );
  return (
    <PageFrame
      trail={trail}
      title={t("importResult")}
      meta={`${mine.find((c) => c.id === cityId)?.name ?? ""} · ${t("importTotal", { count: check.total })}`}
    >
      {check.missing.length > 0 ? (
        <StateNote kind="failed" action={again}>
          {t("importMissing", { columns: check.missing.map((c) => t(`columns.${c}`)).join("、") })}
        </StateNote>
      ) : (
        <>
          <StatRow>
            <Stat label={t("importNew")} value={check.created.toLocaleString("en-US")} />
            <Stat label={t("importChanged")} value={check.changed.toLocaleString("en-US")} />
            <Stat label={t("importSame")} value={check.unchanged.toLocaleString("en-US")} />
            <Stat
              label={t("importBad")}
              value={new Set(check.problems.map((p) => p.row)).size.toLocaleString("en-US")}
            />
          </StatRow>
          <Panel title={t("routes")} note={t("importRoutes")}>
            <ul className="flex flex-wrap gap-x-4 gap-y-2">
              {check.districts.map((d) => (
                <li key={d.district}>
                  {d.district} <b className="tabular-nums">{d.count}</b> {!d.hasRoute && <Tag>{t("importNew")}</Tag>}
                </li>
              ))}
            </ul>
          </Panel>
          <Panel>
            {due === 0 ? (
              <StateNote kind="attention" action={again}>
                {t("importNone")}
              </StateNote>
            ) : (
              <Form
                action={importList}
                values={{ fileId: file, cityId }}
                submit={t("importSubmit", { count: due })}
                secondary={again}
                guard={false}
              >
                <CheckboxField name="open" label={t("importOpen")} defaultChecked />
              </Form>
            )}
          </Panel>
        </>
      )}
      {check.problems.length > 0 && (
        <Panel
          title={t("importProblems")}
          note={check.problems.length > shown ? t("mapMore", { count: shown }) : undefined}
          flush
        >
          <Lines<PointProblem & { id: string }>
            label={t("importProblems")}
            rows={check.problems.slice(0, shown).map((p) => ({ ...p, id: `${p.row} ${p.column}` }))}
            columns={[
              numberColumn({ id: "row", head: t("row"), value: (p) => p.row }),
              textColumn({ id: "column", head: t("column"), text: (p) => t(`columns.${p.column}`) }),
              textColumn({ id: "reason", head: t("problem"), text: (p) => t(`reasons.${p.reason}`) }),
              textColumn({ id: "value", head: t("value"), text: (p) => p.value || null, grow: true }),
            ]}
          />
        </Panel>
      )}
    </PageFrame>
  );
}
