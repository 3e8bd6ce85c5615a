import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { CalendarPanel } from "#components/pickup/calendar-panel";
import { numberColumn, textColumn } from "#components/ui/columns";
import { DialogButton } from "#components/ui/dialog";
import { NumberField, SelectField, TextField } from "#components/ui/fields";
import { FieldRow, Form } from "#components/ui/form";
import { Lines } from "#components/ui/lines";
import { Columns, PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { can, sees } from "#lib/identity/rules";
import { addDays } from "#lib/kernel/time";
import { calendar, cities, routes, servedCities, warehouses } from "#lib/pickup/queries";
import type { RouteView, WarehouseView } from "#lib/pickup/schema";
import { today } from "#lib/platform/clock";
import { saveCalendar, saveCity, saveRoute, saveWarehouse } from "../actions";

export default async function NetworkPage() {
  const actor = await requireActor("operator");
  const scope = await page(async () => sees(actor, "points.see"));
  const inScope = <R extends { cityId: string }>(rows: R[]) =>
    rows.filter((r) => !scope.cityIds || scope.cityIds.includes(r.cityId));
  const [t, known, served, lines, stores] = await Promise.all([
    getTranslations("pickup"),
    cities(),
    servedCities(),
    routes().then(inScope),
    warehouses().then(inScope),
  ]);
  const day = today();
  const cityName = (id: string) => known.find((c) => c.id === id)?.name ?? "";
  const mine = known.filter((c) => !scope.cityIds || scope.cityIds.includes(c.id));
  const isWide = actor.cityIds.length === 0;
  const scopes = [
    ...(isWide ? [{ scope: "all", label: t("scopes.all") }] : []),
    ...stores.map((w) => ({ scope: `warehouse:${w.id}`, label: `${t("scopes.warehouse")} ${w.name}` })),
    ...lines.map((r) => ({ scope: `route:${r.id}`, label: `${t("scopes.route")} ${r.name}` })),
  ];
  const rows = await calendar(
    scopes.map((s) => s.scope),
    day,
    addDays(day, 60),
  );
  const mayEdit = can(actor, "points.edit");
  const cityOptions = mine.map((c) => ({ value: c.id, label: c.name }));
  const usual = served[0]?.id ?? mine[0]?.id;
  return (
    <PageFrame
      trail={[{ label: t("title"), href: "/points" }]}
      title={t("networkTitle")}
      actions={
        mayEdit &&
        isWide && (
          <DialogButton label={t("addCity")}>
            <Form action={saveCity} submit={t("addCity")} guard={false}>
              <TextField name="name" label={t("cityName")} maxLength={60} />
              <TextField name="nameEn" label={t("cityNameEn")} maxLength={60} />
            </Form>
          </DialogButton>
        )
      }
    >
      <Columns
        side={
          <CalendarPanel
            rows={rows}
            scopes={scopes}
            today={day}
            mayEdit={mayEdit && scopes.length > 0}
            action={saveCalendar}
          />
        }
      >
        <Panel
          title={t("warehouses")}
          flush
          actions={
            mayEdit && (
              <DialogButton label={t("addWarehouse")} size="small">
                <Form action={saveWarehouse} submit={t("addWarehouse")} guard={false}>
                  <FieldRow>
                    <TextField name="name" label={t("name")} maxLength={60} />
                    <SelectField
                      name="kind"
                      label={t("kind")}
                      defaultValue="central"
                      options={(["central", "grid"] as const).map((kind) => ({
                        value: kind,
                        label: t(`kinds.${kind}`),
                      }))}
                    />
                  </FieldRow>
                  <FieldRow>
                    <SelectField name="cityId" label={t("city")} defaultValue={usual} options={cityOptions} />
                    <TextField name="address" label={t("address")} maxLength={120} />
                  </FieldRow>
                  <FieldRow>
                    <TextField name="unloadFrom" label={t("unloadFrom")} type="time" defaultValue="01:00" />
                    <TextField name="unloadTo" label={t("unloadTo")} type="time" defaultValue="04:00" />
                  </FieldRow>
                </Form>
              </DialogButton>
            )
          }
        >
          <Lines<WarehouseView>
            label={t("warehouses")}
            rows={stores}
            empty={t("warehousesEmpty")}
            columns={[
              textColumn({ id: "name", head: t("name"), text: (w) => <b>{w.name}</b> }),
              textColumn({ id: "kind", head: t("kind"), text: (w) => t(`kinds.${w.kind}`) }),
              textColumn({ id: "city", head: t("city"), text: (w) => cityName(w.cityId) }),
              textColumn({ id: "address", head: t("address"), text: (w) => w.address, grow: true }),
              textColumn({ id: "unload", head: t("unload"), text: (w) => `${w.unloadFrom}–${w.unloadTo}` }),
            ]}
          />
        </Panel>
        <Panel
          title={t("routes")}
          flush
          actions={
            mayEdit &&
            stores.length > 0 && (
              <DialogButton label={t("addRoute")} size="small">
                <Form action={saveRoute} submit={t("addRoute")} guard={false}>
                  <FieldRow>
                    <TextField name="name" label={t("name")} maxLength={60} />
                    <SelectField
                      name="warehouseId"
                      label={t("warehouse")}
                      defaultValue={stores[0]?.id}
                      options={stores.map((w) => ({ value: w.id, label: w.name }))}
                    />
                  </FieldRow>
                  <FieldRow>
                    <NumberField
                      name="leadDays"
                      label={t("leadDays")}
                      hint={t("leadDaysHint")}
                      unit={t("days")}
                      defaultValue={1}
                      min={0}
                      max={30}
                    />
                    <TextField name="departAt" label={t("departAt")} type="time" defaultValue="06:00" />
                  </FieldRow>
                </Form>
              </DialogButton>
            )
          }
        >
          <Lines<RouteView>
            label={t("routes")}
            rows={lines}
            empty={t("routesEmpty")}
            columns={[
              textColumn({ id: "name", head: t("name"), text: (r) => <b>{r.name}</b> }),
              textColumn({ id: "warehouse", head: t("warehouse"), text: (r) => r.warehouseName, grow: true }),
              textColumn({ id: "city", head: t("city"), text: (r) => cityName(r.cityId) }),
              numberColumn({ id: "leadDays", head: t("leadDays"), value: (r) => r.leadDays }),
              textColumn({ id: "departAt", head: t("departAt"), text: (r) => r.departAt }),
            ]}
          />
        </Panel>
      </Columns>
    </PageFrame>
  );
}
